//! A program in an archive, for those who have none of the languages' package managers.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::build::Build;
use super::target::Target;
use super::verified;
use crate::process::Program;
use crate::python;
use crate::root::{copy, emptied, remove_matching, root, work};

/// A program, and whose it is.
pub(super) struct Made {
    pub(super) target: &'static Target,
    pub(super) file: PathBuf,
}

/// Builds a program as a build makes it.
pub(super) fn made_by(build: Build, name: &str) -> Result<Made> {
    let file = build.program(name)?;
    let build = build.of_programs()?;
    verified(build, &file)?;
    Ok(Made { target: build.target(), file })
}

/// An archive for each, which holds the program, the licences and these files of the checkout.
pub(super) fn archives(name: &str, programs: &[Made], files: &[&str], out: &Path) -> Result<()> {
    for end in [".tar.gz", ".zip"] {
        remove_matching(out, &format!("{name}-"), end)?;
    }
    for Made { target, file } in programs {
        let folder = work("archive");
        emptied(&folder)?;
        copy(file, &folder.join(target.program(name)))?;
        let mut held = vec![target.program(name)];
        for file in files.iter().chain(&["LICENSE-MIT", "LICENSE-APACHE"]) {
            let (_, name) = file.rsplit_once('/').unwrap_or(("", file));
            copy(&root().join(file), &folder.join(name))?;
            held.push(name.to_owned());
        }
        let (module, end) = if target.os() == "windows" { ("zipfile", "zip") } else { ("tarfile", "tar.gz") };
        Program::new(python::interpreter()?)
            .args(["-m", module, "-c"])
            .arg(out.join(format!("{name}-{}.{end}", target.triple)))
            .args(held)
            .dir(&folder)
            .run_quietly()?;
    }
    Ok(())
}
