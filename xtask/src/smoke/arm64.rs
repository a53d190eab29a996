//! Linux on arm64, by qemu.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::debian::version_of;
use super::gateway::{lives, unpacked};
use super::packed::{npm_emulator, npm_project, packed_in, pip, program, wheel};
use super::qemu::{Arm64, NODE};
use super::service::Service;
use super::table::Table;
use crate::emulator;
use crate::package::target::Target;
use crate::process::Program;
use crate::root::{copy, dist, emptied, work};

const PLATFORM: &str = "linux arm64, glibc";
const TRIPLE: &str = "aarch64-unknown-linux-gnu";

/// A folder as users have them.
const PLACE: &str = "smoke/arm64-place/Bots für Große";

/// Tries all of it.
pub(super) fn lines(table: &mut Table) {
    let arm64 = match Arm64::ready() {
        Ok(arm64) => arm64,
        Err(lack) => return table.left_out(PLATFORM, "everything, by qemu", &format!("{lack:#}")),
    };
    if let Err(lack) = packed_in(&dist(), "sonoran.js-linux-arm64-gnu-", ".tgz") {
        return table.left_out(PLATFORM, "everything, by qemu", &lack.to_string());
    }
    if let Err(error) = try_all(&arm64, table) {
        table.tried(PLATFORM, "setting up", Err(error));
    }
    table.left_out(PLATFORM, ".NET", "no registry used here has one for arm64");
}

fn try_all(arm64: &Arm64, table: &mut Table) -> Result<()> {
    let service = Service::start()?;
    let place = work(PLACE);
    emptied(&place)?;
    let mut try_out = |name: &str, prepared: Result<Vec<String>>, start: &dyn Fn() -> Program| {
        let outcome = prepared.and_then(|words| {
            start().args(&words).dir(&place).envs(service.http()).run_quietly()?;
            start().args(&words).dir(&place).envs(service.https(service.authority())).run_quietly()
        });
        table.tried(PLATFORM, &format!("{name} by qemu: over HTTP and HTTPS"), outcome);
    };
    try_out(&format!("Node.js {}", version_of(NODE)), node(&place), &|| arm64.node());
    try_out("CPython 3.13", python(&place), &|| arm64.python());
    let outcome = from_archive(&place).and_then(|program| emulator(arm64.program(&program), arm64, &place));
    table.tried(PLATFORM, "the emulator from its archive by qemu", outcome);
    let outcome = from_npm(&place).and_then(|program| emulator(arm64.program(&program), arm64, &place));
    table.tried(PLATFORM, "the emulator from its npm package by qemu, without npm's launcher", outcome);
    let outcome = unpacked("aarch64-unknown-linux-musl", &place.join("gateway"));
    let outcome = outcome.and_then(|file| lives(|| arm64.program(&file)));
    table.tried(PLATFORM, "the gateway from its archive by qemu", outcome);
    Ok(())
}

/// A project with the npm packages for arm64; gives the program that calls by them.
pub(crate) fn project(folder: &Path, packages: &Path) -> Result<PathBuf> {
    npm_project(folder, packages, Target::find(TRIPLE)?)
}

fn node(place: &Path) -> Result<Vec<String>> {
    let call = project(&place.join("node"), &dist())?;
    Ok(vec![call.display().to_string()])
}

/// Installs the wheel beside the program, where Python looks first.
fn python(place: &Path) -> Result<Vec<String>> {
    let folder = place.join("python");
    pip()?
        .args(["install", "--quiet", "--no-index", "--no-deps", "--only-binary=:all:"])
        .args(["--python-version=3.13", "--platform=manylinux_2_17_aarch64", "--target"])
        .arg(&folder)
        .arg(wheel("manylinux_2_17_aarch64.whl")?)
        .run_quietly()?;
    let call = folder.join("call.py");
    copy(&program("call.py"), &call)?;
    Ok(vec![call.display().to_string()])
}

fn from_archive(place: &Path) -> Result<PathBuf> {
    let archive = packed_in(&dist(), "sonoran-emulator-aarch64-", ".tar.gz")?;
    Program::new("tar").arg("-xzf").arg(archive).dir(place).run_quietly()?;
    Ok(place.join("sonoran-emulator"))
}

/// The launcher would start it by the kernel, which knows nothing of qemu.
fn from_npm(place: &Path) -> Result<PathBuf> {
    let folder = place.join("emulator");
    npm_emulator(&folder, Target::find(TRIPLE)?)?;
    Ok(folder.join("node_modules/sonoran-emulator-linux-arm64/sonoran-emulator"))
}

/// Starts an emulator, and calls it from Node.js for arm64.
fn emulator(program: Program, arm64: &Arm64, place: &Path) -> Result<()> {
    let running = emulator::start_by(program.args(["--port", "0", "--limits", "off"]).dir(place))?;
    arm64.node().arg("node/call.cjs").dir(place).env("SONORAN_CMS_API_URL", &running.url).run_quietly()
}
