//! `cargo xtask release`: the version of everything, and whether all that names it agrees.

mod changelog;
mod check;
mod date;
#[cfg(test)]
mod fixture;
mod places;
mod version;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::package;
use crate::root::root;
use version::Version;

/// What to do; one of them.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Task {
    /// Prove that versions, change log and tags agree and that nothing is uncommitted.
    #[arg(long)]
    check: bool,
    /// Set the version everywhere, and date the change log's section.
    #[arg(long)]
    version: Option<Version>,
    /// Print what the change log says of the version.
    #[arg(long)]
    notes: bool,
    /// Prove that a folder holds the packages of every platform, and nothing else.
    #[arg(long, value_name = "FOLDER")]
    verify: Option<PathBuf>,
}

pub(crate) fn run(task: &Task, tag: Option<&str>) -> Result<()> {
    if let Some(version) = &task.version {
        return prepare(version);
    }
    if let Some(folder) = &task.verify {
        return package::verify_release(folder);
    }
    let version = places::workspace(&root())?;
    if task.notes {
        print!("{}", changelog::notes(&changelog::read(&root())?, &version)?);
        return Ok(());
    }
    check::all(&root(), tag)?;
    println!("versions, change log and tags agree on {version}, and nothing is uncommitted");
    Ok(())
}

/// Whether every file names the same version, which holds at any time.
pub(crate) fn versions_agree() -> Result<()> {
    check::versions(&root())
}

fn prepare(version: &Version) -> Result<()> {
    let root = root();
    let before = places::workspace(&root)?;
    // First, since it refuses what must not be released.
    changelog::date(&root, version, &before, &date::today()?)?;
    places::set(&root, version)?;
    println!(
        "everything is {version} now. Look at it, then:\n\n  \
         git switch --create release-{version}\n  \
         git commit --all --message \"Release {version}\"\n  \
         git push --set-upstream origin release-{version}\n\n\
         When that is merged:\n\n  \
         git switch main && git pull\n  \
         cargo xtask release --check --tag v{version}\n  \
         git tag --annotate v{version} --message \"Sonoran SDK {version}\"\n  \
         git push origin v{version}"
    );
    Ok(())
}
