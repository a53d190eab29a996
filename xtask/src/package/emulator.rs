//! The emulator: as a program, in an archive, as a wheel, and for npm.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::archive::{Made, archives, made_by};
use super::build::Build;
use super::emulator_program;
use super::target::Target;
use crate::process::Program;
use crate::root::{copy, remove_matching, root};
use crate::{node, python};

const NAME: &str = "sonoran-emulator";

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    let mut made = Vec::new();
    for build in builds {
        let program = made_by(*build, NAME)?;
        if build.target() == Target::host()? {
            let packaged = emulator_program(out);
            // One that is running can't be written over, but removed.
            let _ = fs::remove_file(&packaged);
            copy(&program.file, &packaged)?;
        }
        // Linux has one static program for either C library.
        if !made.iter().any(|other: &Made| other.target == program.target) {
            made.push(program);
        }
    }
    if builds.iter().any(|build| matches!(build, Build::Quick(_))) {
        return Ok(());
    }
    archives(NAME, &made, &["emulator/README.md"], out)?;
    wheels(&made, out)?;
    tarballs(&made, out)
}

fn wheels(programs: &[Made], out: &Path) -> Result<()> {
    remove_matching(out, "sonoran_emulator-", ".whl")?;
    for Made { target, file } in programs {
        python::tools()?
            .python()
            .args(["-m", "hatchling", "build", "-t", "wheel", "-d"])
            .arg(out)
            .env("SONORAN_EMULATOR_PROGRAM", file)
            .env("SONORAN_EMULATOR_PLATFORMS", target.platforms_of_program())
            .dir(root().join("emulator/python"))
            .run_quietly()?;
    }
    Ok(())
}

fn tarballs(programs: &[Made], out: &Path) -> Result<()> {
    // Who packages Python's part alone may have no Node.js.
    if node::new_enough().is_err() {
        eprintln!("left out for want of Node.js: the npm packages of the emulator");
        return Ok(());
    }
    remove_matching(out, "sonoran-emulator-", ".tgz")?;
    let mut pack = Program::new("node").arg(root().join("emulator/npm/pack.mjs"));
    for Made { target, file } in programs {
        pack = pack.arg("--program").arg(format!("{}={}", target.npm_of_programs(), file.display()));
    }
    pack.arg("--out").arg(out).run_quietly()
}
