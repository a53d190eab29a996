//! The program that holds the servers of the conformance scenarios, for the runners of the packages.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::Program;
use crate::root::{debug, root};

/// Where it is once it is built.
pub(super) fn host() -> PathBuf {
    debug(&format!("conformance-host{}", std::env::consts::EXE_SUFFIX))
}

pub(super) fn build_host() -> Result<()> {
    Program::new("cargo")
        .args(["build", "--locked", "--quiet", "--package", "sonoran-conformance"])
        .dir(root())
        .run()
}
