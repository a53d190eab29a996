//! Node: the one on PATH, and projects that install our tarballs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::package::target::Target;
use crate::process::Program;
use crate::python;
use crate::root::{emptied, matching, root, work};

/// An error says that Node is missing or too old.
pub(crate) fn new_enough() -> Result<()> {
    at_least(18)
}

/// The same for what needs a newer one than the package.
pub(crate) fn at_least(major: u32) -> Result<()> {
    let version = Program::new("node").arg("--version").text()?;
    if !python::new_enough(version.trim(), (major, 0)) {
        bail!(
            "this is Node.js {}, and {major} or newer is needed: get it from https://nodejs.org",
            version.trim()
        );
    }
    Ok(())
}

/// `npm`, kept from talking and from running the scripts of packages.
pub(crate) fn npm() -> Program {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let quiet =
        ["npm_config_audit", "npm_config_fund", "npm_config_update_notifier"].map(|name| (name, "false"));
    Program::new(name)
        .envs(quiet)
        .env("npm_config_ignore_scripts", "true")
        .env("npm_config_loglevel", "error")
}

/// A new project in `folder` with what a folder of tarballs has for this machine as its only dependencies, installed
/// without a network.
pub(crate) fn project(folder: &Path, packages: &Path) -> Result<()> {
    let tarballs = tarballs(packages)?;
    emptied(folder)?;
    fs::write(folder.join("package.json"), json!({ "private": true }).to_string())
        .context("cannot write package.json")?;
    npm().args(["install", "--offline"]).args(tarballs).dir(folder).run_quietly()
}

fn tarballs(packages: &Path) -> Result<Vec<PathBuf>> {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), ".tgz");
    let names = [format!("sonoran.js-{VERSION}"), format!("sonoran.js-{}-{VERSION}", Target::host()?.npm)];
    let files = names.map(|name| packages.join(name));
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        bail!("there is no {}: run cargo xtask package --lang node", missing.display());
    }
    Ok(files.into())
}

/// The package's folder, with the tools of its lock file installed.
pub(crate) fn tools() -> Result<PathBuf> {
    installed(root().join("bindings-node"))
}

/// The folder, with what its lock file names installed in it.
pub(crate) fn installed(folder: PathBuf) -> Result<PathBuf> {
    let lock = folder.join("package-lock.json");
    let lock = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let stamp = folder.join("node_modules/.xtask");
    if !fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        npm().args(["ci", "--prefer-offline"]).dir(&folder).run_quietly()?;
        fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    Ok(folder)
}

/// `tsc` of the tools.
pub(crate) fn tsc() -> Result<Program> {
    tool("typescript/bin/tsc")
}

/// A program of the tools, by its file.
pub(crate) fn tool(file: &str) -> Result<Program> {
    Ok(Program::new("node").arg(tools()?.join("node_modules").join(file)))
}

/// The main package alone, packed as it will be published.
pub(crate) fn packed_for_a_look() -> Result<PathBuf> {
    let folder = work("node-check");
    emptied(&folder)?;
    let pack = root().join("bindings-node/scripts/pack.mjs");
    Program::new("node").arg(pack).arg("--out").arg(&folder).run_quietly()?;
    matching(&folder, "", ".tgz").pop().context("pack.mjs made no tarball")
}
