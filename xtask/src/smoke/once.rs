//! What is set up in the first run and taken as it is in later ones.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::root::emptied;

/// Fills a folder, unless it was filled before.
pub(super) fn once(folder: &Path, fill: impl FnOnce() -> Result<()>) -> Result<()> {
    let filled = folder.join("filled.txt");
    if filled.exists() {
        return Ok(());
    }
    emptied(folder)?;
    fill()?;
    fs::write(&filled, "").with_context(|| format!("cannot write {}", filled.display()))
}
