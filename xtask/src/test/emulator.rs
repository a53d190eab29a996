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
    // As lenient as the service, it takes some of what is not described; strictly, nothing of it.
    let lenient = &["--exclude-checks", "negative_data_rejection"];
    round(run, "emulator: schemathesis, any request", "cms-v2", &config, "off", lenient)?;
    let wrong = &["--mode", "negative", "--phases", "coverage"];
    round(run, "emulator: schemathesis, wrong requests strictly", "cms-v2", &config, "on", wrong)?;
    round(
        run,
        "emulator: schemathesis, ids that exist",
        "cms-v2",
        &with_known_ids(&config)?,
        "off",
        &["--mode", "positive", "--phases", "fuzzing"],
    )?;
    let config = config.with_file_name("emulator-v1.toml");
    round(run, "emulator: schemathesis, version 1", "cms-v1", &config, "off", &[])
}

fn round(
    run: &mut Run<'_>,
    what: &str,
    description: &str,
    config: &Path,
    strict: &str,
    arguments: &[&str],
) -> Result<()> {
    let running = emulator::start(&["--limits", "off", "--strict", strict])?;
    let schemathesis = python::tools()?
        .program("schemathesis")
        .args(["--no-color", "--config-file"])
        .arg(config)
        .arg("run")
        .arg(root().join(format!("spec/{description}.yaml")))
        .args(["--url", &running.url])
        .args(arguments)
        .envs(hooks(description))
        // Its sets shall have one order in every run, or "deterministic" is not.
        .env("PYTHONHASHSEED", "0")
        // It leaves files where it runs.
        .dir(work(""))
        .repeated_by("cargo xtask test --lang rust");
    run.step(what, Runner::Schemathesis, schemathesis)
}

/// The tool's configuration can't reach into bodies, where version 1 has its credential.
fn hooks(description: &str) -> Vec<(&'static str, String)> {
    if description != "cms-v1" {
        return Vec::new();
    }
    let folder = root().join("xtask/schemathesis").display().to_string();
    vec![
        ("PYTHONPATH", folder),
        ("SCHEMATHESIS_HOOKS", "credential".to_owned()),
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
    ]
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
