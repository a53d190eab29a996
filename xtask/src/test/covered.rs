//! Which operations and events of the description a language's suites have called or read with success.
//!
//! A suite leaves an empty file of its name in the folder `SONORAN_COVERED` for each one that passed.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::report::Report;
use crate::language::Language;
use crate::root::{emptied, root, work};

pub(super) fn folder(language: Language) -> PathBuf {
    work("covered").join(language.name())
}

/// Forgets what an earlier run has covered.
pub(super) fn start(language: Language) -> Result<()> {
    emptied(&folder(language))
}

/// Adds to the report what is covered; unless only a part was asked for, all must be.
pub(super) fn report(language: Language, whole: bool, report: &mut Report) -> Result<()> {
    let covered = covered(language)?;
    let (mut counts, mut missing) = (Vec::new(), Vec::new());
    for (words, file, field) in
        [("operations", "documented-calls.json", "method"), ("events", "documented-events.json", "type")]
    {
        let described = described(file, field)?;
        let lacking: Vec<String> = described.difference(&covered).cloned().collect();
        counts.push(format!("{} of {} {words}", described.len() - lacking.len(), described.len()));
        missing.extend(lacking);
    }
    report.covered(language.name(), &counts.join(", "));
    if whole && !missing.is_empty() {
        let some = missing.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let what = format!("SONORAN_COVERED has no file of {} names, such as {some}", missing.len());
        report.failed(language.name(), &what);
    }
    Ok(())
}

fn covered(language: Language) -> Result<BTreeSet<String>> {
    let folder = folder(language);
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn described(file: &str, field: &str) -> Result<BTreeSet<String>> {
    let path = root().join("tests/generated").join(file);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let entries: Vec<Value> = serde_json::from_str(&text)?;
    Ok(entries.iter().filter_map(|entry| entry[field].as_str().map(str::to_owned)).collect())
}
