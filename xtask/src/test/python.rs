//! Python: the wheel in a fresh environment.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Run;
use super::count::Runner;
use super::debug::faulty_libraries;
use crate::node;
use crate::package::library_name;
use crate::python::{self, Venv};
use crate::root::{debug, dist, emptied, matching, root, target_folder, work};

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
        // Most of them wait for a process; those of a file share an emulator.
        "-n",
        "2",
        "--dist",
        "loadfile",
        "tests/python",
    ]);
    match node::new_enough() {
        Ok(()) => {
            let checkers = node::installed(root().join("tests/python/checkers"))?;
            pytest = pytest.env("SONORAN_PYRIGHT", checkers.join("node_modules/pyright/index.js"));
        }
        Err(problem) => run.report.left_out("python: pyright", &problem.to_string()),
    }
    if let Some(filter) = run.filter {
        pytest = pytest.args(["-k", filter]);
    }
    run.step("python: pytest", Runner::Pytest, pytest.dir(root()))?;
    if run.filter.is_some() {
        return Ok(());
    }
    let built = from_sources(&tools)?;
    run.step("python: built from the sources", Runner::Whole, built.python().args(["-c", CALL]))?;
    let mypy = tools.program("mypy").args([
        "--config-file",
        "bindings-python/pyproject.toml",
        "--python-executable",
    ]);
    run.step(
        "python: mypy",
        Runner::Whole,
        mypy.arg(fresh.path("python"))
            .args(["tests/python", "examples/python", "examples/compose/bot"])
            .dir(root()),
    )
}

/// A call that gets no answer, since nobody listens.
const CALL: &str = "\
from sonoran import Instance
instance = Instance(apiKey='KEY', communityId='C', apiUrl='http://127.0.0.1:9', retries=0)
error = instance.cms.getCommunityV2().error
assert error and error.kind == 'connect', error";

/// Builds the packed sources as pip does where there is no wheel, from what is compiled already of what they need.
fn from_sources(tools: &Venv) -> Result<Venv> {
    let sources =
        matching(&dist(), "sonoran_py-", ".tar.gz").pop().context("dist/ has no sources of Sonoran.py")?;
    let wheels = work("python-sources");
    emptied(&wheels)?;
    let pip = ["-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "--no-cache-dir"];
    let pip =
        tools.python().args(pip).args(["--no-binary", ":all:", "--wheel-dir"]).arg(&wheels).arg(sources);
    pip.env("PATH", tools.first_on_path()?)
        .env("CARGO_TARGET_DIR", target_folder())
        .env("MATURIN_PEP517_ARGS", "--profile dev")
        .run_quietly()?;
    Venv::with_our_package(work("python-from-sources"), &wheels)
}

/// The native part that panics where a test wants it to.
fn faulty_native() -> Result<PathBuf> {
    faulty_libraries()?;
    Ok(debug(&library_name("_native")))
}
