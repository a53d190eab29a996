//! `cargo xtask check`: everything that can be judged without running the SDK.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::process::Program;
use crate::root::{matching, root};
use crate::tools::on_path;
use crate::{dotnet, generate, manifest, node, published, python, release};

/// How a check went.
enum Outcome {
    Good,
    /// This machine lacks something that can be installed.
    LeftOut(String),
    /// It needs something that is not here at the moment, which is nobody's fault.
    Unreachable(String),
}

/// A check that is no part of the others.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Only {
    /// The types of the Roblox package, by Luau's own analysis.
    Luau,
}

type Check = (&'static str, fn() -> Result<Outcome>);

const CHECKS: [Check; 16] = [
    ("formatting", formatting),
    ("lints", lints),
    ("documentation", documentation),
    ("generated files", || generate::run(&root(), true).map(good)),
    ("marks of generated files", || manifest::check().map(good)),
    ("description", description),
    ("examples", examples),
    ("Python", python_package),
    ("JavaScript", javascript),
    (".NET", dotnet_package),
    ("what is published", || published::check().map(good)),
    ("versions", || release::versions_agree().map(good)),
    ("workflows", workflows),
    ("images", images),
    ("licences", licences),
    ("advisories", advisories),
];

/// Runs every check, the later ones even if an earlier one fails.
pub(crate) fn run() -> Result<()> {
    let mut failed = 0;
    let mut left_out = 0;
    let mut lines = Vec::new();
    for (name, check) in CHECKS {
        println!("== {name}");
        lines.push(match check() {
            Ok(Outcome::Good) => format!("  {name}: good"),
            Ok(Outcome::LeftOut(why)) => {
                left_out += 1;
                format!("  {name}: left out: {why}")
            }
            Ok(Outcome::Unreachable(why)) => format!("  {name}: left out: {why}"),
            Err(error) => {
                failed += 1;
                format!("  {name}: {error:#}").replace('\n', "\n  ")
            }
        });
    }
    println!("\nChecked:\n{}", lines.join("\n"));
    if failed > 0 {
        bail!("\n{failed} of {} checks failed", CHECKS.len());
    }
    if left_out > 0 && std::env::var_os("CI").is_some() {
        bail!("\nsomething was left out, which is not accepted where CI is set");
    }
    Ok(())
}

fn good<T>(_: T) -> Outcome {
    Outcome::Good
}

fn cargo(arguments: &[&str]) -> Program {
    Program::new("cargo").args(arguments).dir(root())
}

fn formatting() -> Result<Outcome> {
    cargo(&["fmt", "--all", "--check"]).run().map(good)
}

fn lints() -> Result<Outcome> {
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]).run().map(good)
}

fn documentation() -> Result<Outcome> {
    let rustdoc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    rustdoc.env("RUSTDOCFLAGS", "-D warnings").run().map(good)
}

fn documents() -> Vec<PathBuf> {
    matching(&root().join("spec"), "", ".yaml")
}

fn description() -> Result<Outcome> {
    python::tools()?.program("openapi-spec-validator").args(documents()).dir(root()).run().map(good)
}

fn examples() -> Result<Outcome> {
    python::tools()?.python().arg("xtask/check_examples.py").args(documents()).dir(root()).run().map(good)
}

fn python_package() -> Result<Outcome> {
    if let Err(problem) = python::interpreter() {
        return Ok(Outcome::LeftOut(problem.to_string()));
    }
    let tools = python::tools()?;
    let folders = [
        "bindings-python/python",
        "tests/python",
        "benches/python",
        "examples",
        "xtask/check_examples.py",
        "xtask/rock.py",
        "xtask/smoke",
        "emulator/python",
    ];
    let config = "bindings-python/pyproject.toml";
    tools.program("ruff").args(["check", "--config", config]).args(folders).dir(root()).run()?;
    tools.program("ruff").args(["format", "--check", "--config", config]).args(folders).dir(root()).run()?;
    tools
        .program("mypy")
        .args(["--config-file", config, "--package", "sonoran", "--package", "sonoran_emulator"])
        .env("MYPYPATH", env::join_paths(["bindings-python/python", "emulator/python/src"])?)
        .dir(root())
        .run()
        .map(good)
}

fn javascript() -> Result<Outcome> {
    if let Err(problem) = node::new_enough() {
        return Ok(Outcome::LeftOut(problem.to_string()));
    }
    node::tsc()?.args(["--noEmit", "--project"]).arg(root().join("bindings-node")).run()?;
    Program::new("node").arg(root().join("bindings-node/scripts/surface.mjs")).arg("--check").run()?;
    let package = node::packed_for_a_look()?;
    node::tool("publint/src/cli.js")?.arg("--strict").arg(&package).run()?;
    if let Err(problem) = node::at_least(20) {
        return Ok(Outcome::LeftOut(problem.to_string()));
    }
    node::tool("@arethetypeswrong/cli/dist/index.js")?.arg(&package).run().map(good)
}

fn dotnet_package() -> Result<Outcome> {
    if let Err(problem) = dotnet::environment() {
        return Ok(Outcome::LeftOut(problem.to_string()));
    }
    for folder in ["bindings-csharp/dotnet", "emulator/dotnet/Sonoran.Emulator"] {
        let folder = root().join(folder);
        dotnet::dotnet()?.args(["build", "--nologo", "-warnaserror"]).dir(&folder).run()?;
        dotnet::dotnet()?.args(["format", "--no-restore", "--verify-no-changes"]).dir(folder).run()?;
    }
    // These are built against the package; of their form only white space can be judged without it.
    for folder in ["tests/dotnet", "examples/csharp"] {
        let format = dotnet::dotnet()?.args(["format", "whitespace", "--folder", "--verify-no-changes"]);
        format.dir(root().join(folder)).run()?;
    }
    Ok(Outcome::Good)
}

/// Their tools have no packages for some machines.
fn workflows() -> Result<Outcome> {
    let tools = match python::workflow_tools() {
        Ok(tools) => tools,
        Err(problem) => return Ok(Outcome::LeftOut(format!("{problem:#}"))),
    };
    // So that actionlint finds shellcheck.
    let path = tools.first_on_path()?;
    tools.program("actionlint").env("PATH", path).dir(root()).run()?;
    let zizmor = tools.program("zizmor").args(["--offline", "--persona", "pedantic", ".github"]);
    zizmor.dir(root()).run().map(good)
}

fn images() -> Result<Outcome> {
    let tools = match python::workflow_tools() {
        Ok(tools) => tools,
        Err(problem) => return Ok(Outcome::LeftOut(format!("{problem:#}"))),
    };
    tools
        .program("hadolint")
        .args(["Dockerfile", "examples/compose/bot/Dockerfile"])
        .dir(root())
        .run()
        .map(good)
}

const GET_CARGO_DENY: &str = "cargo-deny is not installed: get it with cargo install --locked cargo-deny";

fn licences() -> Result<Outcome> {
    if on_path("cargo-deny").is_none() {
        return Ok(Outcome::LeftOut(GET_CARGO_DENY.to_owned()));
    }
    cargo(&["deny", "--locked", "check", "licenses", "bans", "sources"]).run().map(good)
}

fn advisories() -> Result<Outcome> {
    if on_path("cargo-deny").is_none() {
        return Ok(Outcome::LeftOut(GET_CARGO_DENY.to_owned()));
    }
    if cargo(&["deny", "fetch", "db"]).run_quietly().is_err() {
        return Ok(Outcome::Unreachable("the database of advisories cannot be fetched".to_owned()));
    }
    cargo(&["deny", "--locked", "check", "--disable-fetch", "advisories"]).run().map(good)
}
