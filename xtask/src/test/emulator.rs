//! The emulator against its description, by a property-based tool that knows nothing of either.

use anyhow::Result;

use super::Run;
use super::count::Runner;
use crate::root::root;
use crate::{emulator, python};

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    if run.filter.is_some() {
        return Ok(());
    }
    let running = emulator::start(&["--no-limits"])?;
    let schemathesis = python::tools()?
        .program("schemathesis")
        .args(["--config-file", "xtask/schemathesis.toml", "run", "spec/cms-v2.yaml", "--url"])
        .arg(&running.url)
        .dir(root());
    run.step("emulator: schemathesis", Runner::Schemathesis, schemathesis)
}
