//! `cargo xtask package --gather`: one release of what several machines have packaged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::target::Target;
use super::{checksums, emulator_nupkg, expected, lua_hosts, nupkg, rock, wheel};
use crate::process::Program;
use crate::root::{copy, copy_tree, dist, emptied, root, work};

/// Each folder in `from` is a machine's: its `dist/`, and from `target/xtask/` the parts of .NET's packages.
pub(crate) fn run(from: &Path) -> Result<()> {
    let machines = folders(from)?;
    let out = dist();
    // What is there stays if something is missing.
    let files = platforms(&machines)?;
    emptied(&out)?;
    for file in files {
        copy(&file, &out.join(file.file_name().unwrap_or_default()))?;
    }
    let [natives, programs] = ["native", "programs"].map(work);
    merge(&machines, "native", &natives)?;
    merge(&machines, "programs", &programs)?;
    main_tarballs(&out)?;
    wheel::sources(&out)?;
    rock::rockspec(&out)?;
    lua_hosts::packages(&out)?;
    nupkg::pack(&natives, &out)?;
    emulator_nupkg::pack(&programs, &out)?;
    checksums::write(&out)
}

fn folders(from: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    let mut folders: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    if folders.is_empty() {
        bail!("{} holds no folders: it needs one of each machine, with its dist/", from.display());
    }
    Ok(folders)
}

/// Finds what only a machine for the platform can make; what is missing is told at once.
fn platforms(machines: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files: BTreeSet<_> = BTreeSet::new();
    for target in Target::released() {
        files.extend(expected::of(target)?);
    }
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for file in files {
        match machines.iter().find_map(|machine| file.find(&machine.join("dist"))) {
            Some(found) => there.push(found),
            None => missing.push(file.shown()),
        }
    }
    if missing.is_empty() {
        return Ok(there);
    }
    bail!("no machine has packaged:\n  {}", missing.join("\n  "))
}

/// The npm packages that name those of the platforms.
fn main_tarballs(out: &Path) -> Result<()> {
    for script in ["bindings-node/scripts/pack.mjs", "emulator/npm/pack.mjs"] {
        Program::new("node").arg(root().join(script)).arg("--out").arg(out).run_quietly()?;
    }
    Ok(())
}

fn merge(machines: &[PathBuf], name: &str, into: &Path) -> Result<()> {
    emptied(into)?;
    for machine in machines {
        let part = machine.join("target/xtask").join(name);
        if part.is_dir() {
            copy_tree(&part, into)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{folders, merge, platforms};
    use crate::root::{copy, emptied, root, work};

    #[test]
    fn what_no_machine_has_packaged_is_named() {
        let from = work("gather-tests/missing");
        emptied(&from).unwrap();
        assert!(folders(&from).unwrap_err().to_string().contains("holds no folders"));
        let name = concat!("sonoran.js-linux-x64-gnu-", env!("CARGO_PKG_VERSION"), ".tgz");
        copy(&root().join("Cargo.toml"), &from.join("one/dist").join(name)).unwrap();
        let told = platforms(&folders(&from).unwrap()).unwrap_err().to_string();
        assert!(told.contains("sonoran.js-linux-arm64-gnu-"), "{told}");
        assert!(!told.contains("sonoran.js-linux-x64-gnu-"), "{told}");
    }

    #[test]
    fn the_parts_of_all_machines_come_together() {
        let from = work("gather-tests/parts");
        emptied(&from).unwrap();
        for (machine, rid) in [("one", "linux-x64"), ("two", "win-x64")] {
            let part = from.join(machine).join("target/xtask/native").join(rid).join("native/x");
            copy(&root().join("Cargo.toml"), &part).unwrap();
        }
        let out = work("gather-tests/out");
        merge(&folders(&from).unwrap(), "native", &out).unwrap();
        assert!(out.join("linux-x64/native/x").exists() && out.join("win-x64/native/x").exists());
    }
}
