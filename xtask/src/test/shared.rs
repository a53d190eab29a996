//! Programs in two languages that share a key, as `cargo xtask demo --lang gateway` shows them.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::debug::build;
use super::report::Counts;
use super::{Run, heading};
use crate::demo::gateway;
use crate::package::library_name;
use crate::process::Program;
use crate::python;
use crate::root::{copy, copy_tree, debug, dist, emptied, root, work};
use crate::share::Programs;

const WHAT: &str = "node: programs in two languages that share a key";

/// After the suite that has installed the Node package, and built all natives as tests have them.
pub(super) fn suite(run: &mut Run<'_>) {
    if run.filter.is_some() {
        return;
    }
    heading(WHAT);
    if !cfg!(target_os = "linux") {
        return run.report.left_out_here(WHAT, "it is for Linux");
    }
    match check() {
        Ok(()) => run.report.ran(WHAT, Counts { passed: 1, failed: 0 }),
        Err(error) => run.broken(WHAT, &error),
    }
}

fn check() -> Result<()> {
    build().args(["--bin", "sonoran-gateway"]).run()?;
    let interpreter = python::interpreter().context("one of the programs is in Python")?;
    let sources = python_package()?;
    let python = move || Program::new(interpreter).env("PYTHONPATH", &sources);
    let programs = Programs::with(python, work("node-test"))?;
    gateway::show(&programs, &dist(), &debug(&format!("sonoran-gateway{}", std::env::consts::EXE_SUFFIX)))
}

/// The Python package without a wheel, which this suite has not built.
fn python_package() -> Result<PathBuf> {
    let folder = work("python-from-sources");
    emptied(&folder)?;
    copy_tree(&root().join("bindings-python/python"), &folder)?;
    copy(&debug(&library_name("_native")), &folder.join("sonoran/_native.abi3.so"))?;
    Ok(folder)
}
