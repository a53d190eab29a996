//! Debian's packages in folders of ours: apt with its own lists, and no script of a package is run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::once::once;
use crate::process::Program;
use crate::root::{emptied, matching, work};
use crate::tools::on_path;

/// Whose signatures are trusted. Debian has it; elsewhere it is a package of the same name.
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Debian 13.
const NEWEST: &str = "trixie";

/// What fetching packages and entering a folder of them takes.
const NEEDED: [&str; 3] = ["apt-get", "dpkg", "unshare"];

/// What this machine needs and has not.
pub(super) fn lack() -> Option<String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Some("that is done on Linux x64 only".to_owned());
    }
    if let Some(missing) = NEEDED.into_iter().find(|name| on_path(name).is_none()) {
        return Some(format!(
            "there is no {missing} on PATH, by which Debian's packages are fetched and entered"
        ));
    }
    let keys = Path::new(KEYS).is_file();
    (!keys).then(|| format!("there is no {KEYS} (Debian, Ubuntu: apt-get install debian-archive-keyring)"))
}

/// Unpacks packages of a release for x64 with all that they need, to be entered as a system.
pub(super) fn unpack_system(release: &str, packages: &[&str], to: &Path) -> Result<()> {
    // What a shell and its scripts need, and the locale C.UTF-8, without which wine reads no umlauts.
    let packages = [&["dash", "coreutils", "libc-bin"], packages].concat();
    let apt = Apt::ready(release)?;
    let install = ["install", "--yes", "--download-only", "--no-install-recommends"];
    apt.run(&[&install[..], &packages].concat())?;
    extract(&matching(&apt.0.join("archives"), "", ".deb"), to)?;
    for folder in ["dev", "proc", "tmp", "root", "home"] {
        let folder = to.join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    Ok(())
}

/// Unpacks packages of Debian 13, each named with its architecture, without those they depend on.
pub(super) fn unpack(packages: &[&str], to: &Path) -> Result<()> {
    unpack_of(NEWEST, packages, to)
}

/// The same with packages of another release.
pub(super) fn unpack_of(release: &str, packages: &[&str], to: &Path) -> Result<()> {
    extract(&downloaded(release, packages)?, to)
}

/// Unpacks packages of a release, without those they depend on, in a folder that is made once.
pub(crate) fn folder_of(release: &str, packages: &[&str], to: &Path) -> Result<()> {
    once(to, || unpack_of(release, packages, to))
}

/// Unpacks one file of a package of which the others would only take room.
pub(super) fn unpack_file(package: &str, file: &str, to: &Path) -> Result<()> {
    const TAKE: &str = r#"dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" "./$2""#;
    for package in downloaded(NEWEST, &[package])? {
        Program::new("sh").args(["-c", TAKE]).arg(&package).arg(to).arg(file).run_quietly()?;
    }
    Ok(())
}

fn downloaded(release: &str, packages: &[&str]) -> Result<Vec<PathBuf>> {
    let apt = Apt::ready(release)?;
    apt.run(&[&["download"], packages].concat())?;
    Ok(matching(&apt.packed(), "", ".deb"))
}

/// In a system whose programs and libraries are all below `usr`, as Debian's installer makes it.
fn extract(packages: &[PathBuf], to: &Path) -> Result<()> {
    for name in ["bin", "sbin", "lib", "lib64"] {
        let real = to.join("usr").join(name);
        fs::create_dir_all(&real).with_context(|| format!("cannot make {}", real.display()))?;
        let link = to.join(name);
        if !link.exists() {
            Program::new("ln").arg("-s").arg(format!("usr/{name}")).arg(link).run_quietly()?;
        }
    }
    for package in packages {
        Program::new("dpkg").arg("--extract").arg(package).arg(to).run_quietly()?;
    }
    Ok(())
}

/// apt as a machine without any package, so that the host's lists stay as they are.
struct Apt(PathBuf);

impl Apt {
    fn ready(release: &str) -> Result<Self> {
        if let Some(lack) = lack() {
            bail!("{lack}");
        }
        let apt = Self(work("smoke/apt").join(release));
        emptied(&apt.packed())?;
        emptied(&apt.0.join("archives"))?;
        for part in ["lists/partial", "archives/partial"] {
            let part = apt.0.join(part);
            fs::create_dir_all(&part).with_context(|| format!("cannot make {}", part.display()))?;
        }
        let source =
            format!("deb [arch=amd64,arm64 signed-by={KEYS}] http://deb.debian.org/debian {release} main\n");
        for (name, text) in [("sources.list", source.as_str()), ("status", "")] {
            let file = apt.0.join(name);
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
        // Old lists name packages that are there no more.
        apt.run(&["update"])?;
        Ok(apt)
    }

    /// Where what is downloaded goes.
    fn packed(&self) -> PathBuf {
        self.0.join("packed")
    }

    fn run(&self, words: &[&str]) -> Result<()> {
        let folder = self.0.display();
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
            "APT::Keep-Downloaded-Packages=true".to_owned(),
            "Acquire::Languages=none".to_owned(),
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false".to_owned(),
            // Without a network it shall be told soon.
            "Acquire::http::Timeout=20".to_owned(),
            "Acquire::Retries=1".to_owned(),
            // A failed update is only a warning otherwise.
            "APT::Update::Error-Mode=any".to_owned(),
        ];
        let settings = settings.iter().flat_map(|setting| ["-o", setting]);
        Program::new("apt-get").arg("--quiet=2").args(settings).args(words).dir(self.packed()).run_quietly()
    }
}
