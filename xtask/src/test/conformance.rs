//! The program that holds the servers of the conformance scenarios, for the runners of the packages.

use std::path::PathBuf;

use anyhow::Result;

use super::debug;
use crate::root;

/// Where it is once it is built.
pub(super) fn host() -> PathBuf {
    root::debug(&format!("conformance-host{}", std::env::consts::EXE_SUFFIX))
}

pub(super) fn build_host() -> Result<()> {
    debug::build().args(["--bin", "conformance-host"]).run()
}
