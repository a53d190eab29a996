//! Where things are in the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The checkout.
pub(crate) fn root() -> PathBuf {
    // xtask/ is one level below it.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// What `package` fills.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// A place for what the commands set up for themselves.
pub(crate) fn work(name: &str) -> PathBuf {
    target_folder().join("xtask").join(name)
}

/// A file that `cargo build` makes.
pub(crate) fn debug(name: &str) -> PathBuf {
    target_folder().join("debug").join(name)
}

/// Where cargo builds.
pub(crate) fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// An empty folder, whatever was there before.
pub(crate) fn emptied(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// Copies a file, making the folder it goes to.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::copy(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
        .map(drop)
}

/// Copies a folder with all that is in it, but for what npm has installed.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            if !path.ends_with("node_modules") {
                copy_tree(&path, &target)?;
            }
        } else {
            copy(&path, &target)?;
        }
    }
    Ok(())
}

/// The files in `folder` whose names begin and end so, in order.
pub(crate) fn matching(folder: &Path, start: &str, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(start) && name.ends_with(end))
        })
        .collect();
    found.sort();
    found
}

/// Removes the files in `folder` whose names begin and end so: an old version beside the new one would be a
/// trap for whoever installs from there.
pub(crate) fn remove_matching(folder: &Path, start: &str, end: &str) -> Result<()> {
    for file in matching(folder, start, end) {
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(())
}
