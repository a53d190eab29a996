//! `cargo xtask demo`: the package at work against the emulator.

use anyhow::Result;
use serde_json::json;

use crate::language::{Choice, Language};
use crate::process::Program;
use crate::python::Venv;
use crate::root::{copy, root, work};
use crate::{dotnet, emulator, node, package};

/// Shows each of the chosen languages.
pub(crate) fn run(choice: Choice) -> Result<()> {
    for language in choice.languages() {
        println!("\n== {}", language.name());
        package::emulator()?;
        package::language(language)?;
        let program = match language {
            Language::Rust => rust(),
            Language::Python => python()?,
            Language::Node => node()?,
            Language::Csharp => csharp()?,
        };
        let emulator = emulator::start(&[])?;
        // Two seconds stand for the service's minute, so that nobody waits long.
        emulator.set_limits(&json!({ "windowSeconds": 2, "overrides": { "getSubVersionV2": 3 } }))?;
        program
            .env("SONORAN_CMS_API_URL", &emulator.url)
            .repeated_by(format!("cargo xtask demo --lang {}", language.name()))
            .run()?;
    }
    Ok(())
}

fn rust() -> Program {
    Program::new("cargo")
        .args(["run", "--release", "--locked", "--quiet", "--package", "sonoran-tests", "--example", "demo"])
        .dir(root())
}

fn python() -> Result<Program> {
    let fresh = Venv::with_our_package(work("python-demo"))?;
    Ok(fresh.python().arg(root().join("examples/python/demo.py")))
}

fn node() -> Result<Program> {
    let folder = work("node-demo");
    node::project(&folder)?;
    copy(&root().join("examples/node/demo.js"), &folder.join("demo.js"))?;
    Ok(Program::new("node").arg("demo.js").dir(folder))
}

fn csharp() -> Result<Program> {
    Ok(dotnet::with_our_package()?.args(["run", "--project"]).arg(root().join("examples/csharp")))
}
