//! The emulator's `NuGet` packages: a .NET tool, and its programs for tests to find beside them.

use std::path::Path;

use anyhow::Result;

use super::build::Build;
use super::nupkg;
use crate::root::{copy, emptied, remove_matching, work};

/// Packs the programs that were built for the emulator's other packages.
pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    // What is only shown is the client.
    if builds.iter().any(|build| matches!(build, Build::Quick(_))) {
        return Ok(());
    }
    let programs = work("programs");
    emptied(&programs)?;
    for build in builds {
        let name = build.target().program("sonoran-emulator");
        // Linux has one static program for either C library.
        let platform = build.target().rid.replace("-musl", "");
        copy(&build.of_programs()?.artefact(&name), &programs.join(platform).join(&name))?;
    }
    pack(&programs, out)
}

/// Packs the programs of a folder, which has one for each platform.
pub(super) fn pack(programs: &Path, out: &Path) -> Result<()> {
    remove_matching(out, "Sonoran.Emulator.", "nupkg")?;
    for project in ["Sonoran.Emulator", "Sonoran.Emulator.Native"] {
        nupkg::project_with(&format!("emulator/dotnet/{project}"), "SonoranProgramsDir", programs, out)?;
    }
    Ok(())
}
