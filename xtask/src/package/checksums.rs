//! `SHA256SUMS`, by which those who download a file can tell that it is whole.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::root::matching;

pub(super) const FILE: &str = "SHA256SUMS";

/// Writes the sums of all files in a folder, as `sha256sum --check` reads them.
pub(super) fn write(folder: &Path) -> Result<()> {
    let mut lines = String::new();
    for file in matching(folder, "", "") {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name == FILE || !file.is_file() {
            continue;
        }
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        for byte in Sha256::digest(content) {
            write!(lines, "{byte:02x}")?;
        }
        writeln!(lines, "  {name}")?;
    }
    fs::write(folder.join(FILE), lines).with_context(|| format!("cannot write {FILE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_its_sum_and_the_list_has_none() {
        let folder = std::env::temp_dir().join(format!("sonoran-sums-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("empty"), "").unwrap();
        for _ in 0..2 {
            write(&folder).unwrap();
        }
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n";
        assert_eq!(fs::read_to_string(folder.join(FILE)).unwrap(), empty);
        fs::remove_dir_all(folder).unwrap();
    }
}
