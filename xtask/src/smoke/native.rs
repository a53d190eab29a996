//! This machine itself, with the packages in a fresh environment, project and program.

use std::path::Path;

use anyhow::Result;

use super::debian::RUNTIME;
use super::gateway::{lives, unpacked};
use super::packed::{dotnet_emulator, dotnet_program, program};
use super::service::Service;
use super::table::Table;
use crate::package::emulator_program;
use crate::package::target::Target;
use crate::process::Program;
use crate::python::Venv;
use crate::root::{copy, dist, emptied, work};
use crate::{dotnet, node};

const PLATFORM: &str = "this machine";

/// A folder as users have them.
const PLACE: &str = "smoke/native/Bots für Große";

/// Tries all of it.
pub(super) fn lines(table: &mut Table) {
    if let Err(error) = try_all(table) {
        table.tried(PLATFORM, "setting up", Err(error));
    }
}

fn try_all(table: &mut Table) -> Result<()> {
    let service = Service::start()?;
    let place = work(PLACE);
    emptied(&place)?;
    let mut try_out = |name: &str, prepared: Result<Start>| {
        let outcome = prepared.and_then(|start| {
            start()?.dir(&place).envs(service.http()).run_quietly()?;
            start()?.dir(&place).envs(service.https(service.authority())).run_quietly()
        });
        table.tried(PLATFORM, &format!("{name}: over HTTP and HTTPS"), outcome);
    };
    let versions = [
        Program::new(crate::python::interpreter()?).arg("--version").text()?,
        format!("Node.js {}", Program::new("node").arg("--version").text()?.trim_start_matches('v')),
    ];
    try_out(versions[0].trim(), python(&place));
    try_out(versions[1].trim(), node_project(&place));
    let dotnet = dotnet::version();
    match &dotnet {
        Ok(version) => try_out(&format!(".NET {version}"), dotnet_project(&place)),
        Err(lack) => table.left_out(PLATFORM, ".NET", &lack.to_string()),
    }
    table.tried(PLATFORM, "the emulator", emulator(&place, &emulator_program(&dist())));
    let gateway = Target::host()?
        .of_programs()
        .and_then(|target| unpacked(target.triple, &place.join("gateway")))
        .and_then(|file| lives(|| Program::new(&file)));
    table.tried(PLATFORM, "the gateway from its archive", gateway);
    if dotnet.is_ok() {
        let tool = dotnet_emulator(&place.join("tool")).and_then(|tool| emulator(&place, &tool));
        table.tried(PLATFORM, "the emulator's .NET tool", tool);
    }
    Ok(())
}

/// Makes the program that calls, once for each time that it runs.
type Start = Box<dyn Fn() -> Result<Program>>;

fn python(place: &Path) -> Result<Start> {
    let venv = Venv::with_our_package(place.join("python"), &dist())?;
    Ok(Box::new(move || Ok(venv.python().arg(program("call.py")))))
}

fn node_project(place: &Path) -> Result<Start> {
    let folder = place.join("node");
    node::project(&folder, &dist())?;
    let call = folder.join("call.cjs");
    copy(&program("call.cjs"), &call)?;
    Ok(Box::new(move || Ok(Program::new("node").arg(&call))))
}

fn dotnet_project(place: &Path) -> Result<Start> {
    let call = dotnet_program(&place.join("dotnet"), Target::host()?.rid, RUNTIME)?;
    Ok(Box::new(move || Ok(dotnet::dotnet()?.arg(&call))))
}

/// By the Python that has the wheel.
fn emulator(place: &Path, start: &Path) -> Result<()> {
    let python = Venv::at(place.join("python")).python();
    let python = python.arg(program("emulator.py")).arg(start).dir(place);
    // The tool's own program finds .NET by it.
    let environment = dotnet::environment().cloned().unwrap_or_default();
    python.envs(environment).run_quietly()
}
