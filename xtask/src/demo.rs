//! `cargo xtask demo`: the package at work against the emulator.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::language::{Choice, Language};
use crate::process::Program;
use crate::python::Venv;
use crate::root::{copy, root, work};
use crate::{dotnet, emulator, lua, node, package};

/// Shows each of the chosen languages.
pub(crate) fn run(choice: Choice) -> Result<()> {
    for language in choice.languages() {
        println!("\n== {}", language.name());
        let packages = work("demo");
        package::to_show(language, &packages)?;
        let program = match language {
            Language::Rust => rust(),
            Language::Python => python(&packages)?,
            Language::Node => node(&packages)?,
            Language::Csharp => csharp(&packages)?,
            Language::Lua => lua::with_our_package(&packages)?.arg(root().join("examples/lua/demo.lua")),
        };
        let emulator = emulator::start_from(&packages, &[])?;
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
        .args([
            "run",
            "--profile",
            "demo",
            "--locked",
            "--quiet",
            "--package",
            "sonoran-tests",
            "--example",
            "demo",
        ])
        .dir(root())
}

fn python(packages: &Path) -> Result<Program> {
    let fresh = Venv::with_our_package(work("python-demo"), packages)?;
    Ok(fresh.python().arg(root().join("examples/python/demo.py")))
}

fn node(packages: &Path) -> Result<Program> {
    let folder = work("node-demo");
    node::project(&folder, packages)?;
    copy(&root().join("examples/node/demo.js"), &folder.join("demo.js"))?;
    Ok(Program::new("node").arg("demo.js").dir(folder))
}

fn csharp(packages: &Path) -> Result<Program> {
    Ok(dotnet::with_our_package(packages)?.args(["run", "--project"]).arg(root().join("examples/csharp")))
}
