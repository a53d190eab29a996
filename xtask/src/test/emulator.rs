//! The emulator against its description, by a property-based tool that knows nothing of either.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Run;
use super::count::Runner;
use super::part::Part;
use crate::emulator::{self, Emulator};
use crate::python;
use crate::root::{root, work};

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    if run.filter.is_some() {
        return Ok(());
    }
    let (config, with_ids, v1) = configurations()?;
    // As lenient as the service, it takes some of what is not described; strictly, nothing of it.
    let lenient = &["--exclude-checks", "negative_data_rejection"];
    let wrong = &["--mode", "negative", "--phases", "coverage"];
    let right = &["--mode", "positive", "--phases", "fuzzing"];
    let rounds = [
        round("any request", "cms-v2", &config, "off", lenient)?,
        round("wrong requests strictly", "cms-v2", &config, "on", wrong)?,
        round("ids that exist", "cms-v2", &with_ids, "off", right)?,
        round("version 1", "cms-v1", &v1, "off", &[])?,
    ];
    // Each has an emulator of its own, which ends with its handle.
    let (_emulators, parts): (Vec<_>, Vec<_>) = rounds.into_iter().unzip();
    run.at_once(parts)
}

fn round(
    what: &str,
    description: &str,
    config: &Path,
    strict: &str,
    arguments: &[&str],
) -> Result<(Emulator, Part)> {
    let running = emulator::start(&["--limits", "off", "--strict", strict])?;
    let program = python::tools()?
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
        .dir(folder(what)?)
        .repeated_by("cargo xtask test --lang rust");
    let what = format!("emulator: schemathesis, {what}");
    Ok((running, Part { what, runner: Runner::Schemathesis, program }))
}

/// Where a round leaves its files, out of the others' way.
fn folder(what: &str) -> Result<PathBuf> {
    let folder = work("schemathesis").join(what.replace(' ', "-"));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
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

/// The configurations: for version 2, for version 2 with ids of the emulator's seed, and for version 1.
fn configurations() -> Result<(PathBuf, PathBuf, PathBuf)> {
    let config = root().join("xtask/schemathesis/emulator.toml");
    let with_ids = with_known_ids(&config)?;
    let v1 = config.with_file_name("emulator-v1.toml");
    Ok((config, with_ids, v1))
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
