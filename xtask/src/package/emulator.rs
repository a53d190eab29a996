//! The emulator: as a program, in an archive, as a wheel, and for npm.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::build::Build;
use super::target::Target;
use super::{emulator_program, verified};
use crate::process::Program;
use crate::root::{copy, emptied, remove_matching, root, work};
use crate::{node, python};

const NAME: &str = "sonoran-emulator";

/// A program, and whose it is.
struct Made {
    target: &'static Target,
    file: PathBuf,
}

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    let mut made = Vec::new();
    for build in builds {
        let program = made_by(*build)?;
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
    archives(&made, out)?;
    wheels(&made, out)?;
    tarballs(&made, out)
}

fn made_by(build: Build) -> Result<Made> {
    let file = build.program(NAME)?;
    let build = build.of_programs()?;
    verified(build, &file)?;
    Ok(Made { target: build.target(), file })
}

/// For those who have neither of the languages' package managers.
fn archives(programs: &[Made], out: &Path) -> Result<()> {
    for end in [".tar.gz", ".zip"] {
        remove_matching(out, "sonoran-emulator-", end)?;
    }
    for Made { target, file } in programs {
        let folder = work("archive");
        emptied(&folder)?;
        copy(file, &folder.join(target.program(NAME)))?;
        copy(&root().join("emulator/README.md"), &folder.join("README.md"))?;
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            copy(&root().join(licence), &folder.join(licence))?;
        }
        let (module, end) = if target.os() == "windows" { ("zipfile", "zip") } else { ("tarfile", "tar.gz") };
        Program::new(python::interpreter()?)
            .args(["-m", module, "-c"])
            .arg(out.join(format!("{NAME}-{}.{end}", target.triple)))
            .args([&target.program(NAME), "README.md", "LICENSE-MIT", "LICENSE-APACHE"])
            .dir(&folder)
            .run_quietly()?;
    }
    Ok(())
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
