//! `cargo xtask bench`: the benchmarks of `benches/`.

use std::ffi::OsStr;

use anyhow::Result;

use crate::language::Language;
use crate::package::{emulator_program, for_this_machine};
use crate::process::Program;
use crate::python::Venv;
use crate::root::{dist, root, work};

/// Runs one benchmark by its name.
pub(crate) fn run(name: &str, arguments: &[String]) -> Result<()> {
    if name == "python" {
        return python(arguments);
    }
    Program::new("cargo")
        .args(["run", "--release", "--locked", "--quiet", "--package", "sonoran-benches", "--", name])
        .args(arguments)
        .dir(root())
        .run()
}

/// The wheel as it is shipped, beside other clients, in an environment of their own.
fn python(arguments: &[String]) -> Result<()> {
    for_this_machine(&[Language::Python])?;
    let folder = root().join("benches/python");
    let venv = Venv::with_our_package(work("python-bench"), &dist())?;
    venv.install(&folder.join("requirements.txt"))?;
    venv.python()
        .args([folder.join("compare.py").as_os_str(), emulator_program(&dist()).as_os_str()])
        .args(arguments.iter().map(OsStr::new))
        .dir(root())
        .run()
}
