//! Lua where no native part can be loaded: a `FiveM` resource and a Roblox package, made of the rock's own modules and what
//! each needs beside them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::process::Program;
use crate::python;
use crate::root::{copy, emptied, matching, remove_matching, root, work};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is no part of what is shipped for hosts: the native part, notes for editors, and other hosts' means.
const NOT_FACE: [&str; 2] = ["native", "types"];
const NOT_GATEWAY: [&str; 4] = ["certificate", "init", "luasocket", "fivem"];

/// A module of the rock.
struct Module {
    /// As it is required, such as `sonoran.gateway.json`.
    name: String,
    text: String,
}

/// Both archives.
pub(super) fn packages(out: &Path) -> Result<()> {
    let resource = work("fivem").join("sonoran");
    fivem(&resource)?;
    zip(&work("fivem"), "fivem", out)?;
    let package = work("roblox");
    roblox(&package)?;
    zip(&package, "roblox", out)
}

/// A zip of what is in a folder.
fn zip(folder: &Path, name: &str, out: &Path) -> Result<()> {
    remove_matching(out, &format!("sonoran-{name}-"), ".zip")?;
    let content = matching(folder, "", "");
    Program::new(python::interpreter()?)
        .args(["-m", "zipfile", "-c"])
        .arg(out.join(format!("sonoran-{name}-{VERSION}.zip")))
        .args(content.iter().filter_map(|entry| entry.file_name()))
        .dir(folder)
        .run_quietly()
}

/// The `FiveM` resource, as a folder.
pub(crate) fn fivem(folder: &Path) -> Result<()> {
    let source = root().join("bindings-lua/fivem");
    emptied(folder)?;
    let manifest = read(&source.join("fxmanifest.lua"))?;
    write(&folder.join("fxmanifest.lua"), &format!("{manifest}\nversion '{VERSION}'\n"))?;
    copy(&source.join("exports.lua"), &folder.join("exports.lua"))?;
    write(&folder.join("sonoran.lua"), &bundle()?)?;
    beside(&source, folder)
}

/// The Roblox package, as a folder that Wally knows.
pub(crate) fn roblox(folder: &Path) -> Result<()> {
    let source = root().join("bindings-lua/roblox");
    emptied(folder)?;
    let manifest = read(&source.join("wally.toml"))?;
    let manifest = manifest.replacen("[package]\n", &format!("[package]\nversion = \"{VERSION}\"\n"), 1);
    write(&folder.join("wally.toml"), &manifest)?;
    copy(&source.join("default.project.json"), &folder.join("default.project.json"))?;
    for file in matching(&source.join("src"), "", ".luau") {
        copy(&file, &folder.join("src").join(file.file_name().unwrap_or_default()))?;
    }
    for module in modules()? {
        let name = module.name.rsplit('.').next().unwrap_or_default();
        // The root is the package's own, with types.
        let name = if name == "sonoran" { "face" } else { name };
        write(&folder.join("src").join(format!("{name}.luau")), &for_roblox(&module)?)?;
    }
    beside(&source, folder)
}

/// What belongs to every package.
fn beside(source: &Path, folder: &Path) -> Result<()> {
    for file in [source.join("README.md"), root().join("LICENSE-MIT"), root().join("LICENSE-APACHE")] {
        copy(&file, &folder.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// The modules that all hosts share.
fn modules() -> Result<Vec<Module>> {
    let face = root().join("bindings-lua/lua/sonoran");
    let mut modules = Vec::new();
    for (folder, start, left_out) in [
        (face.clone(), "sonoran", &NOT_FACE[..]),
        (face.join("gateway"), "sonoran.gateway", &NOT_GATEWAY[..]),
    ] {
        for file in matching(&folder, "", ".lua") {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            if !left_out.contains(&stem.as_ref()) {
                let name = if stem == "init" { start.to_owned() } else { format!("{start}.{stem}") };
                modules.push(Module { name, text: read(&file)? });
            }
        }
    }
    Ok(modules)
}

/// All modules in one file, which a `FiveM` script loads as `@sonoran/sonoran.lua`: resources have no `require` of their own.
fn bundle() -> Result<String> {
    let mut bundle =
        "--- Client of the Sonoran CMS API for FiveM. It sets `Sonoran`; see `Sonoran.createClient`.\n\n\
         local modules, loaded = {}, {}\n\n\
         local function require(name)\n  \
           if loaded[name] == nil then\n    loaded[name] = modules[name]()\n  end\n  \
           return loaded[name]\nend\n"
            .to_owned();
    let transport = read(&root().join("bindings-lua/lua/sonoran/gateway/fivem.lua"))?;
    let transport = Module { name: "sonoran.gateway".to_owned(), text: transport };
    for module in modules()?.iter().chain([&transport]) {
        write!(bundle, "\nmodules[\"{}\"] = function()\n{}end\n", module.name, module.text)?;
    }
    bundle.push_str(
        "\n-- There is no native part: whoever names no gateway has that of the convars.\n\
         modules[\"sonoran.native\"] = function()\n  return require(\"sonoran.gateway\")\nend\n\n\
         Sonoran = require(\"sonoran\")\n\n\
         --- Answers all calls that wait, as the resource of this name ends.\n\
         Sonoran.stop = require(\"sonoran.gateway\").stop\n",
    );
    Ok(bundle)
}

/// A module as Roblox loads it: beside the others, and not optimized beyond what keeps the lines that errors name.
fn for_roblox(module: &Module) -> Result<String> {
    let transport = "require(script.Parent.transport)";
    let choice = "require(options.gateway == nil and \"sonoran.native\" or \"sonoran.gateway\")";
    let mut text = module.text.replace(choice, transport).replace("require(\"sonoran.native\")", transport);
    for start in ["require(\"sonoran.gateway.", "require(\"sonoran."] {
        while let Some((before, after)) = text.split_once(start) {
            let (name, rest) = after.split_once("\")").context("a require ends")?;
            text = format!("{before}require(script.Parent.{name}){rest}");
        }
    }
    ensure!(!text.contains("require(\""), "{} requires what Roblox does not have", module.name);
    Ok(format!("--!nonstrict\n--!optimize 1\n{text}"))
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(file.parent().context("a file has a folder")?)?;
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::{fivem, modules, read, roblox};
    use crate::root::{matching, work};

    /// The names between two texts.
    fn between<'a>(text: &'a str, start: &str, end: char) -> Vec<&'a str> {
        text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
    }

    #[test]
    fn what_a_package_requires_is_in_it() {
        let folder = work("hosts-tried").join("fivem");
        fivem(&folder).unwrap();
        let bundle = read(&folder.join("sonoran.lua")).unwrap();
        let there = between(&bundle, "\nmodules[\"", '"');
        assert!(there.len() > modules().unwrap().len());
        for name in between(&bundle, "require(\"", '"') {
            assert!(there.contains(&name), "{name}");
        }
        let folder = work("hosts-tried").join("roblox");
        roblox(&folder).unwrap();
        let source = folder.join("src");
        for file in matching(&source, "", ".luau") {
            let text = read(&file).unwrap();
            for name in between(&text, "require(script.Parent.", ')') {
                assert!(source.join(format!("{name}.luau")).is_file(), "{name}, for {}", file.display());
            }
        }
        assert!(read(&folder.join("wally.toml")).unwrap().contains("\nversion = \""));
    }
}
