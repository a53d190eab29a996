//! The gateway: a program in an archive, with its systemd unit.

use std::path::Path;

use anyhow::Result;

use super::archive::{Made, archives, made_by};
use super::build::Build;

const NAME: &str = "sonoran-gateway";

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    let mut made: Vec<Made> = Vec::new();
    for build in builds {
        let program = made_by(*build, NAME)?;
        // Linux has one static program for either C library.
        if !made.iter().any(|other| other.target == program.target) {
            made.push(program);
        }
    }
    archives(NAME, &made, &["gateway/README.md", "gateway/deploy/sonoran-gateway.service"], out)
}
