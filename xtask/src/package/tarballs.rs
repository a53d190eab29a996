//! The npm packages: the main one, and one for each platform.

use std::path::Path;

use anyhow::Result;

use super::build::Build;
use super::{MOST_OF_A_PART, not_too_large, verified};
use crate::node;
use crate::process::Program;
use crate::root::{matching, remove_matching, root};

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    node::new_enough()?;
    remove_matching(out, "sonoran.js-", ".tgz")?;
    let mut pack = Program::new("node").arg(root().join("bindings-node/scripts/pack.mjs"));
    for build in builds {
        let library = build.artefact(&build.target().library("sonoran_node"));
        verified(*build, &library)?;
        pack = pack.arg("--native").arg(format!("{}={}", build.target().npm, library.display()));
    }
    pack.arg("--out").arg(out).run_quietly()?;
    not_too_large(builds, &matching(out, "sonoran.js-", ".tgz"), MOST_OF_A_PART)
}
