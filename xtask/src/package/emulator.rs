//! The emulator as a program.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::build::Build;
use super::target::Target;
use super::{emulator_program, verified};
use crate::root::copy;

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    for build in builds {
        let program = build.program("sonoran-emulator")?;
        verified(build.of_programs()?, &program)?;
        if build.target() == Target::host()? {
            let packaged = emulator_program(out);
            // One that is running can't be written over, but removed.
            let _ = fs::remove_file(&packaged);
            copy(&program, &packaged)?;
        }
    }
    Ok(())
}
