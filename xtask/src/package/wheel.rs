//! The Python package: one wheel for each platform, and the sources for those who build it themselves.

use std::path::Path;

use anyhow::Result;

use super::build::Build;
use super::{MOST_OF_A_PART, not_too_large, verified};
use crate::python;
use crate::root::{matching, remove_matching, root};

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    remove_matching(out, "sonoran_py-", ".whl")?;
    for build in builds {
        eprintln!("building the wheel for {}", build.target().triple);
        build.wheel("bindings-python", out)?;
        verified(*build, &build.artefact(&build.target().library("_native")))?;
    }
    not_too_large(builds, &matching(out, "sonoran_py-", ".whl"), MOST_OF_A_PART)?;
    if !builds.iter().any(|build| matches!(build, Build::Quick(_))) {
        sources(out)?;
    }
    Ok(())
}

/// Packs the sources of the package and of the crate that it is made from.
pub(super) fn sources(out: &Path) -> Result<()> {
    remove_matching(out, "sonoran_py-", ".tar.gz")?;
    let maturin = python::tools()?.program("maturin").args(["sdist", "--out"]).arg(out);
    maturin.dir(root().join("bindings-python")).run_quietly()
}
