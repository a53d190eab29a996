//! Debian's packages in folders of ours: apt with its own lists, and no script of a package is run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::Program;
use crate::root::{emptied, matching, work};
use crate::tools::on_path;

const SOURCE: &str = "deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
                      http://deb.debian.org/debian trixie main\n";

/// Unpacks packages, each named with its architecture, without those they depend on.
pub(super) fn unpack(packages: &[&str], to: &Path) -> Result<()> {
    for package in downloaded(packages)? {
        Program::new("dpkg").arg("--extract").arg(&package).arg(to).run_quietly()?;
    }
    Ok(())
}

/// Unpacks one file of a package of which the others would only take room.
pub(super) fn unpack_file(package: &str, file: &str, to: &Path) -> Result<()> {
    const TAKE: &str = r#"dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" "./$2""#;
    for package in downloaded(&[package])? {
        Program::new("sh").args(["-c", TAKE]).arg(&package).arg(to).arg(file).run_quietly()?;
    }
    Ok(())
}

fn downloaded(packages: &[&str]) -> Result<Vec<PathBuf>> {
    if on_path("apt-get").is_none() || on_path("dpkg").is_none() {
        bail!("there is no apt-get, by which Debian's packages are fetched");
    }
    let folder = work("smoke/apt");
    let packed = folder.join("packed");
    emptied(&packed)?;
    for part in ["lists/partial", "archives/partial"] {
        let part = folder.join(part);
        fs::create_dir_all(&part).with_context(|| format!("cannot make {}", part.display()))?;
    }
    for (name, text) in [("sources.list", SOURCE), ("status", "")] {
        let file = folder.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    // Old lists name packages that are there no more.
    apt(&folder).arg("update").dir(&packed).run_quietly()?;
    apt(&folder).arg("download").args(packages).dir(&packed).run_quietly()?;
    Ok(matching(&packed, "", ".deb"))
}

/// apt as a machine without any package, so that the host's lists stay as they are.
fn apt(folder: &Path) -> Program {
    let folder = folder.display();
    let settings = [
        format!("Dir::Etc::SourceList={folder}/sources.list"),
        "Dir::Etc::SourceParts=/dev/null".to_owned(),
        format!("Dir::State={folder}"),
        format!("Dir::State::status={folder}/status"),
        format!("Dir::Cache={folder}"),
        "APT::Architecture=amd64".to_owned(),
        "APT::Architectures::=amd64".to_owned(),
        "APT::Architectures::=arm64".to_owned(),
        "APT::Sandbox::User=root".to_owned(),
        "Acquire::Languages=none".to_owned(),
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false".to_owned(),
        // Without a network it shall be told soon.
        "Acquire::http::Timeout=20".to_owned(),
        "Acquire::Retries=1".to_owned(),
        // A failed update is only a warning otherwise.
        "APT::Update::Error-Mode=any".to_owned(),
    ];
    let settings = settings.iter().flat_map(|setting| ["-o", setting]);
    Program::new("apt-get").arg("--quiet=2").args(settings)
}
