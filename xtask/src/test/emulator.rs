//! The emulator against its description, by a property-based tool that knows nothing of either.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Run;
use super::count::Runner;
use crate::root::{root, work};
use crate::{emulator, python};

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    if run.filter.is_some() {
        return Ok(());
    }
    let config = root().join("xtask/schemathesis/emulator.toml");
    round(run, "emulator: schemathesis, any request", &config, &[])?;
    round(
        run,
        "emulator: schemathesis, ids that exist",
        &with_known_ids(&config)?,
        &["--mode", "positive", "--phases", "fuzzing"],
    )
}

fn round(run: &mut Run<'_>, what: &str, config: &Path, arguments: &[&str]) -> Result<()> {
    let running = emulator::start(&["--limits", "off"])?;
    let schemathesis = python::tools()?
        .program("schemathesis")
        .args(["--no-color", "--config-file"])
        .arg(config)
        .arg("run")
        .arg(root().join("spec/cms-v2.yaml"))
        .args(["--url", &running.url])
        .args(arguments)
        // It leaves files where it runs.
        .dir(work(""))
        .repeated_by("cargo xtask test --lang rust");
    run.step(what, Runner::Schemathesis, schemathesis)
}

/// The configuration with the part added that names ids of the emulator's seed.
fn with_known_ids(config: &Path) -> Result<PathBuf> {
    let read =
        |file: &Path| fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()));
    let both = read(config)? + &read(&config.with_file_name("known-ids.toml"))?;
    let file = work("schemathesis-known-ids.toml");
    fs::write(&file, both).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}
