//! Python: the wheel in a fresh environment.

use std::path::PathBuf;

use anyhow::Result;

use super::Run;
use super::count::Runner;
use crate::package::library_name;
use crate::process::Program;
use crate::python::{self, Venv};
use crate::root::{debug, dist, root, work};

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    let tools = python::tools()?;
    let fresh = Venv::with_our_package(work("python-test"), &dist())?;

    // The runner is borrowed from our tools; the package comes from the wheel alone.
    let pytest = fresh.python().env("PYTHONPATH", tools.packages()?);
    let mut pytest = pytest.env("SONORAN_FAULTY_NATIVE", faulty_native()?).args([
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/python",
    ]);
    if let Some(filter) = run.filter {
        pytest = pytest.args(["-k", filter]);
    }
    run.step("python: pytest", Runner::Pytest, pytest.dir(root()))?;
    if run.filter.is_some() {
        return Ok(());
    }
    let mypy = tools.program("mypy").args([
        "--config-file",
        "bindings-python/pyproject.toml",
        "--python-executable",
    ]);
    run.step(
        "python: mypy",
        Runner::Whole,
        mypy.arg(fresh.path("python")).args(["tests/python", "examples/python"]).dir(root()),
    )
}

/// Builds the native part that panics where a test wants it to; what is shipped is built without that feature.
fn faulty_native() -> Result<PathBuf> {
    let arguments =
        ["build", "--locked", "--quiet", "--package", "sonoran-python", "--features", "fault-injection"];
    Program::new("cargo").args(arguments).dir(root()).run()?;
    Ok(debug(&library_name("_native")))
}
