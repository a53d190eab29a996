//! Rust: the units of every crate, their documented examples, and the tests in `tests/rust`.

use anyhow::Result;

use super::Run;
use super::count::Runner;
use crate::dotnet;
use crate::process::Program;
use crate::root::root;
use crate::tools;

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    if tools::valkey().is_none() {
        run.report.left_out_here("limits shared through a server, in every language", tools::NO_VALKEY);
    }
    let mut cargo =
        Program::new("cargo").args(["test", "--workspace", "--locked", "--no-fail-fast"]).dir(root());
    // The generator's tests compile what they generate, in every language there is.
    if let Ok(environment) = dotnet::environment() {
        cargo = cargo.envs(environment);
    }
    if let Some(filter) = run.filter {
        cargo = cargo.args(["--", filter]);
    }
    run.step("rust: cargo test", Runner::Cargo, cargo)
}
