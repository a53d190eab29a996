//! `cargo xtask bench`: the benchmarks of `benches/`.

use anyhow::Result;

use crate::process::Program;
use crate::root::root;

/// Runs one benchmark by its name.
pub(crate) fn run(name: &str, arguments: &[String]) -> Result<()> {
    Program::new("cargo")
        .args(["run", "--release", "--locked", "--quiet", "--package", "sonoran-benches", "--", name])
        .args(arguments)
        .dir(root())
        .run()
}
