//! An operation that is added to the description and nowhere else: after `generate` it can be called, typed and with
//! its documentation, in every language, and the emulator has its route.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::checkout::Checkout;
use super::{left_out, must};
use crate::package::target::Target;
use crate::process::{Program, Server};
use crate::root::emptied;
use crate::{dotnet, node, python};

/// One of the files that the test adds.
macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/made-up/", $name))
    };
}

#[test]
fn an_operation_is_added_in_one_place() {
    must(added_and_called());
}

fn added_and_called() -> Result<()> {
    let checkout = Checkout::copy("made-up", "line-directives-only")?;
    describe(&checkout)?;
    checkout.generate()?;
    let page = fs::read_to_string(checkout.path("docs/reference/cms-v2/general.md"))?;
    ensure!(page.contains("## makeWishV2"), "the reference has no such operation");

    checkout.write("core/examples/made_up.rs", fixture!("call.rs"))?;
    build(&checkout)?;
    let (_emulator, url) = start_emulator(&checkout)?;
    let call = |program: Program| called(program.env("SONORAN_CMS_API_URL", &url));

    call(Program::new(program(&checkout, "examples/made_up"))).context("Rust")?;
    if !left_out("Python", python::interpreter().map(drop)) {
        call(in_python(&checkout)?).context("Python")?;
    }
    if !left_out("Node", node::new_enough()) {
        call(in_node(&checkout)?).context("Node")?;
    }
    if !left_out(".NET", dotnet::environment().map(drop)) {
        call(in_csharp(&checkout)?).context(".NET")?;
    }
    Ok(())
}

/// The one edit: the operation, and the two schemas it refers to.
fn describe(checkout: &Checkout) -> Result<()> {
    let document = fs::read_to_string(crate::root::root().join("spec/cms-v2.yaml"))?;
    let (before, after) = document.split_once("\ncomponents:\n").context("the document has no components")?;
    let (between, schemas) = after.split_once("\n  schemas:\n").context("the document has no schemas")?;
    let (operation, added) = (fixture!("operation.yaml"), fixture!("schemas.yaml"));
    let text = format!("{before}\n{operation}\ncomponents:\n{between}\n  schemas:\n{added}{schemas}");
    checkout.write("spec/cms-v2.yaml", &text)
}

fn build(checkout: &Checkout) -> Result<()> {
    checkout.build(&["--lib", "--bin", "sonoran-emulator", "--example", "made_up"]).run()
}

fn start_emulator(checkout: &Checkout) -> Result<(Server, String)> {
    let emulator = Program::new(program(checkout, "sonoran-emulator"));
    let (server, line) = emulator.args(["--port", "0"]).serve()?;
    let ready: Value = serde_json::from_str(&line).context(line)?;
    Ok((server, ready["url"].as_str().context("the emulator has no url")?.to_owned()))
}

/// Runs a program that calls the operation; what it prints must be the documented answer.
fn called(program: Program) -> Result<()> {
    let printed = program.text()?;
    let data: Value =
        serde_json::from_str(printed.trim()).with_context(|| format!("it printed {printed:?}"))?;
    let documented = json!({ "id": "first", "what": "rain", "granted": true, "drops": 3 });
    ensure!(data == documented, "the data is {data}");
    Ok(())
}

fn in_python(checkout: &Checkout) -> Result<Program> {
    let packages = checkout.path("bindings-python/python");
    let suffix = if cfg!(windows) { ".pyd" } else { ".abi3.so" };
    fs::copy(library(checkout, "_native"), packages.join(format!("sonoran/_native{suffix}")))?;
    checkout.write("calls/call.py", fixture!("call.py"))?;
    let script = checkout.path("calls/call.py");
    Ok(Program::new(python::interpreter()?).arg(script).env("PYTHONPATH", packages))
}

fn in_node(checkout: &Checkout) -> Result<Program> {
    let (tarballs, project) = (checkout.path("tarballs"), checkout.path("calls/node"));
    emptied(&tarballs)?;
    emptied(&project)?;
    let pack = Program::new("node").arg(checkout.path("bindings-node/scripts/pack.mjs"));
    let native = format!("{}={}", Target::host()?.npm, library(checkout, "sonoran_node").display());
    pack.args(["--native", &native]).arg("--out").arg(&tarballs).run_quietly()?;
    checkout.write("calls/node/package.json", "{ \"private\": true }\n")?;
    checkout.write("calls/node/call.js", fixture!("call.js"))?;
    let tarballs = crate::root::matching(&tarballs, "", ".tgz");
    node::npm().args(["install", "--offline"]).args(tarballs).dir(&project).run_quietly()?;
    Ok(Program::new("node").arg(project.join("call.js")))
}

fn in_csharp(checkout: &Checkout) -> Result<Program> {
    checkout.write("csharp-call/Call.cs", fixture!("Call.cs"))?;
    checkout.write("csharp-call/Call.csproj", fixture!("Call.csproj"))?;
    let project = checkout.path("csharp-call");
    dotnet::dotnet()?.args(["build", "--nologo", "--verbosity", "quiet"]).dir(&project).run_quietly()?;
    Ok(dotnet::dotnet()?.arg(project.join("bin/Debug/net8.0/Call.dll")))
}

fn program(checkout: &Checkout, name: &str) -> PathBuf {
    checkout.path("target/debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn library(checkout: &Checkout, name: &str) -> PathBuf {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    checkout.path("target/debug").join(format!("{prefix}{name}{suffix}"))
}
