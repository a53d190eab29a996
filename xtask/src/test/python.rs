//! Python: the wheel in a fresh environment.

use anyhow::Result;

use super::Run;
use super::count::Runner;
use crate::python::{self, Venv};
use crate::root::{root, work};

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    let tools = python::tools()?;
    let fresh = Venv::with_our_package(work("python-test"))?;

    // The runner is borrowed from our tools; the package comes from the wheel alone.
    let mut pytest = fresh.python().env("PYTHONPATH", tools.packages()?).args([
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
