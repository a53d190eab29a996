//! Lua: the package in a folder as it is installed, with each interpreter.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Run;
use super::count::Runner;
use super::debug::faulty_libraries_for;
use crate::lua::{Lua, NATIVES, installed, interpreters, newest};
use crate::package::library_name;
use crate::process::Program;
use crate::root::{copy, debug, root, work};

/// The files of tests. The scenarios take long, and are no matter of an interpreter.
const TESTS: [&str; 9] =
    ["documented", "misuse", "values", "state", "walk", "events", "parity", "sharing", "fork"];
const MORE_TESTS: [&str; 3] = ["conformance", "pages", "examples"];

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    let package = package()?;
    for (at, lua) in interpreters()?.iter().enumerate() {
        let more = if at == 0 { &MORE_TESTS[..] } else { &[] };
        let tests = program(lua, &package)
            .env("SONORAN_FILTER", run.filter.unwrap_or_default())
            .arg(folder().join("run.lua"))
            .args(TESTS.iter().chain(more));
        run.step(&format!("lua: {}", lua.name), Runner::Lua, tests.dir(root()))?;
    }
    Ok(())
}

/// A program of one file, run by the newest Lua with the package installed.
pub(super) fn program_of(file: &Path) -> Result<Program> {
    let package = work("lua-test");
    Ok(newest()?.program(&[&package]).arg(file))
}

fn program(lua: &Lua, package: &Path) -> Program {
    lua.program(&[package, &folder()]).env("SONORAN_LUA_PACKAGE", package)
}

fn folder() -> PathBuf {
    root().join("tests/lua")
}

/// The package with native parts that panic where a test wants it to. Built one after the other: they differ in the Lua
/// that they are for, and share all else.
fn package() -> Result<PathBuf> {
    let mut natives = Vec::new();
    let built = debug(&library_name("sonoran_native"));
    for build in NATIVES {
        faulty_libraries_for(build)?;
        let kept = work("lua-natives").join(build);
        copy(&built, &kept)?;
        natives.push((build, kept));
    }
    let package = work("lua-test");
    installed(&package, &natives)?;
    Ok(package)
}
