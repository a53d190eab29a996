//! The Python package: one wheel for each platform.

use std::path::Path;

use anyhow::Result;

use super::build::Build;
use super::{MOST_OF_A_PART, verified, verify};
use crate::root::{matching, remove_matching};

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    remove_matching(out, "sonoran_py-", ".whl")?;
    for build in builds {
        eprintln!("building the wheel for {}", build.target().triple);
        build.wheel("bindings-python", out)?;
        verified(*build, &build.artefact(&build.target().library("_native")))?;
    }
    for wheel in matching(out, "sonoran_py-", ".whl") {
        verify::size(&wheel, MOST_OF_A_PART)?;
    }
    Ok(())
}
