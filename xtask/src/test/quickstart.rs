//! The quick starts in the README, the guide's programs for those who move here, and the .NET package's page, run as
//! they stand there. The pages of the Python and the Node package are run by those packages' own tests.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Run;
use super::count::Runner;
use super::lua;
use crate::language::Language;
use crate::node::project;
use crate::process::Program;
use crate::python::Venv;
use crate::root::{copy, dist, emptied, root, work};
use crate::{dotnet, emulator};

/// Every program ends by printing the name of the documented account.
const ANSWER: &str = "ExampleAccount";

pub(super) fn suite(run: &mut Run<'_>, language: Language) -> Result<()> {
    if run.filter.is_some() {
        return Ok(());
    }
    let readme = fs::read_to_string(root().join("README.md")).context("cannot read README.md")?;
    let name = language.name();
    let code = snippet(&readme, name).with_context(|| format!("README.md has no snippet for {name}"))?;
    step(run, &format!("{name}: quick start of the README"), language, code)?;
    let guide = fs::read_to_string(root().join("docs/guide.md")).context("cannot read docs/guide.md")?;
    if let Some(code) = snippet(&guide, &format!("moving-{name}")) {
        step(run, &format!("{name}: moving from the official client"), language, code)?;
    }
    if language == Language::Csharp {
        let page = root().join("bindings-csharp/dotnet/README.md");
        let page = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
        step(run, "csharp: page of the package", language, &blocks(&page, "csharp"))?;
    }
    Ok(())
}

fn step(run: &mut Run<'_>, what: &str, language: Language, code: &str) -> Result<()> {
    let program = program(language, code)?;
    let emulator = emulator::start(&[])?;
    let program = program
        .env("SONORAN_CMS_API_URL", &emulator.url)
        .repeated_by(format!("cargo xtask test --lang {}", language.name()));
    run.step(what, Runner::Prints(ANSWER), program)
}

/// All code blocks of a page in one language, which go on from one to the next.
fn blocks(page: &str, language: &str) -> String {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect()
}

/// The code block that follows `<!-- snippet: name -->`.
pub(super) fn snippet<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<!-- snippet: {name} -->\n```"))?;
    let (_, rest) = rest.split_once('\n')?;
    Some(rest.split_once("```")?.0)
}

/// A user's project with nothing in it but the quick start.
pub(super) fn program(language: Language, code: &str) -> Result<Program> {
    let folder = work(&format!("quickstart-{}", language.name()));
    emptied(&folder)?;
    match language {
        Language::Rust => rust(&folder, code),
        Language::Python => {
            write(&folder.join("main.py"), code)?;
            let venv = Venv::with_our_package(folder.join("venv"), &dist())?;
            Ok(venv.python().arg("main.py").dir(folder))
        }
        Language::Node => {
            project(&folder, &dist())?;
            write(&folder.join("main.js"), code)?;
            Ok(Program::new("node").arg("main.js").dir(folder))
        }
        Language::Lua => {
            let file = folder.join("main.lua");
            write(&file, code)?;
            Ok(lua::program_of(&file)?.dir(folder))
        }
        Language::Csharp => {
            copy(&root().join("examples/csharp/Demo.csproj"), &folder.join("Demo.csproj"))?;
            write(&folder.join("Program.cs"), code)?;
            Ok(dotnet::with_our_package(&dist())?.arg("run").dir(folder))
        }
    }
}

fn rust(folder: &Path, code: &str) -> Result<Program> {
    let sonoran = root().join("core").display().to_string();
    let manifest = format!(
        r#"[package]
name = "quickstart"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
serde_json = "1"
sonoran = {{ path = '{sonoran}' }}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}
"#
    );
    write(&folder.join("Cargo.toml"), &manifest)?;
    write(&folder.join("src/main.rs"), code)?;
    // The versions that the workspace uses: they are there already.
    copy(&root().join("Cargo.lock"), &folder.join("Cargo.lock"))?;
    // What is compiled stays from one program to the next, without what only a debugger would read.
    let cargo = Program::new("cargo").args(["run", "--quiet", "--offline"]).dir(folder);
    Ok(cargo.env("CARGO_TARGET_DIR", work("quickstart-target")).env("CARGO_PROFILE_DEV_DEBUG", "0"))
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::{blocks, snippet};

    #[test]
    fn the_blocks_of_a_page_are_one_program() {
        let page = "```csharp\none\n```\ntext\n```js\nnot\n```\n```csharp\ntwo\n```\n";
        assert_eq!(blocks(page, "csharp"), "one\ntwo\n");
    }

    #[test]
    fn a_snippet_is_the_block_after_its_mark() {
        let text = "# A\n<!-- snippet: node -->\n```js\none\ntwo\n```\n<!-- snippet: rust -->\n```rust\nthree\n```\n";
        assert_eq!(snippet(text, "node"), Some("one\ntwo\n"));
        assert_eq!(snippet(text, "rust"), Some("three\n"));
        assert_eq!(snippet(text, "python"), None);
    }
}
