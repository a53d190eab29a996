//! `cargo xtask demo`: the package at work against the emulator.

pub(crate) mod gateway;

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde_json::json;

use crate::language::{Choice, Language};
use crate::process::Program;
use crate::python::Venv;
use crate::root::{copy, root, work};
use crate::{dotnet, emulator, lua, node, package};

/// What can be shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shown {
    Packages(Choice),
    /// What programs have that share a key, in languages without a package too.
    Gateway,
}

impl ValueEnum for Shown {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Packages(Choice::Rust),
            Self::Packages(Choice::Python),
            Self::Packages(Choice::Node),
            Self::Packages(Choice::Csharp),
            Self::Packages(Choice::Lua),
            Self::Gateway,
            Self::Packages(Choice::All),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Packages(choice) => choice.to_possible_value(),
            Self::Gateway => Some(PossibleValue::new("gateway")),
        }
    }
}

/// Shows it; all is the gateway too.
pub(crate) fn run(shown: Shown) -> Result<()> {
    if let Shown::Packages(choice) = shown {
        packages(&choice.languages())?;
    }
    match shown {
        Shown::Gateway | Shown::Packages(Choice::All) => gateway::run(),
        Shown::Packages(_) => Ok(()),
    }
}

fn packages(languages: &[Language]) -> Result<()> {
    for language in languages.iter().copied() {
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
            "tried",
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
