//! What is tried: the packages in `dist/`, and the programs that call them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::once::once;
use crate::dotnet;
use crate::node::npm;
use crate::package::target::Target;
use crate::process::Program;
use crate::python::{self, Venv};
use crate::root::{copy, dist, emptied, matching, root, work};

/// A program that makes calls.
pub(super) fn program(name: &str) -> PathBuf {
    root().join("xtask/smoke").join(name)
}

/// A package in a folder of them.
pub(super) fn packed_in(folder: &Path, start: &str, end: &str) -> Result<PathBuf> {
    match matching(folder, start, end).pop() {
        Some(file) => Ok(file),
        None => {
            bail!("there is no {start}*{end} in {}: run cargo xtask package --target all", folder.display())
        }
    }
}

/// The wheel for a processor and a libc, as its name ends.
pub(super) fn wheel(end: &str) -> Result<PathBuf> {
    packed_in(&dist(), "sonoran_py-", end)
}

/// A project with the npm packages for a platform that need not be this machine's, and the program that calls by them.
pub(super) fn npm_project(folder: &Path, packages: &Path, platform: &Target) -> Result<PathBuf> {
    let part = packed_in(packages, &format!("sonoran.js-{}-", platform.npm), ".tgz")?;
    npm_install(folder, &[part, packed_in(packages, "sonoran.js-0", ".tgz")?], platform)?;
    let call = folder.join("call.cjs");
    copy(&program("call.cjs"), &call)?;
    Ok(call)
}

/// A project with the emulator's npm packages, and the file that starts it by Node.js.
pub(super) fn npm_emulator(folder: &Path, platform: &Target) -> Result<PathBuf> {
    let processor = if platform.is_x64() { "x64" } else { "arm64" };
    let part = packed_in(&dist(), &format!("sonoran-emulator-linux-{processor}-"), ".tgz")?;
    npm_install(folder, &[part, packed_in(&dist(), "sonoran-emulator-0", ".tgz")?], platform)?;
    Ok(folder.join("node_modules/sonoran-emulator/sonoran-emulator.js"))
}

/// The emulator as `dotnet tool install` puts it into a folder, and its file.
pub(super) fn dotnet_emulator(folder: &Path) -> Result<PathBuf> {
    dotnet::with_our_package(&dist())?
        .args(["tool", "install", "Sonoran.Emulator", "--tool-path"])
        .arg(folder)
        .arg("--source")
        .arg(dist())
        .run_quietly()?;
    Ok(folder.join(format!("sonoran-emulator{}", std::env::consts::EXE_SUFFIX)))
}

fn npm_install(folder: &Path, tarballs: &[PathBuf], platform: &Target) -> Result<()> {
    emptied(folder)?;
    fs::write(folder.join("package.json"), r#"{"private":true}"#).context("cannot write package.json")?;
    let cpu = if platform.is_x64() { "--cpu=x64" } else { "--cpu=arm64" };
    let libc = if platform.is_musl() { "--libc=musl" } else { "--libc=glibc" };
    npm()
        // Forced, since this machine may be none that the platform's package is for.
        .args(["install", "--offline", "--force", "--os=linux", cpu, libc])
        .args(tarballs)
        .dir(folder)
        .run_quietly()
}

/// Builds a program by the package for .NET, to run wherever `runtime` says, and gives its file.
pub(super) fn dotnet_program(folder: &Path, rid: &str, runtime: &str) -> Result<PathBuf> {
    let source = work("smoke/dotnet").join(rid);
    emptied(&source)?;
    for name in ["call.csproj", "Call.cs"] {
        copy(&program(name), &source.join(name))?;
    }
    dotnet::with_our_package(&dist())?
        .args(["build", "--configuration", "Release", "--nologo", "--verbosity", "quiet"])
        .arg(format!("-p:RuntimeIdentifier={rid}"))
        .arg("--output")
        .arg(folder)
        .dir(&source)
        .run_quietly()?;
    fs::write(folder.join("call.runtimeconfig.json"), runtime)
        .context("cannot write the runtime's settings")?;
    Ok(folder.join("call.dll"))
}

/// Builds a program by the package for a .NET Framework, against reference assemblies in a folder, and gives its file.
pub(crate) fn framework_program(framework: &str, folder: &Path, references: &Path) -> Result<PathBuf> {
    let source = work("smoke/dotnet/framework");
    emptied(&source)?;
    copy(&program("call-mono.csproj"), &source.join("call.csproj"))?;
    copy(&program("Call.cs"), &source.join("Call.cs"))?;
    dotnet::with_our_package(&dist())?
        .args(["build", "--configuration", "Release", "--nologo", "--verbosity", "quiet"])
        .arg(format!("-p:CallFramework={framework}"))
        .arg(format!("-p:FrameworkPathOverride={}", references.display()))
        .arg("--output")
        .arg(folder)
        .dir(&source)
        .run_quietly()?;
    Ok(folder.join("call.exe"))
}

/// What npm has under a name and a version, unpacked into `package/` of a folder.
pub(crate) fn from_npm(name: &str, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = npm().args(["pack", "--silent", name]).dir(folder).text()?;
    Program::new("tar").args(["-xzf", file.trim()]).dir(folder).run_quietly()?;
    fs::remove_file(folder.join(file.trim())).context("cannot remove what was unpacked")
}

/// A wheel for another platform, as pip downloads it, unpacked into a folder.
pub(super) fn wheel_of_pip(package: &str, platform: &str, hash: &str, folder: &Path) -> Result<()> {
    let downloads = folder.with_extension("download");
    emptied(&downloads)?;
    fs::write(downloads.join("wanted.txt"), format!("{package} --hash={hash}\n"))
        .context("cannot write what pip shall download")?;
    pip()?
        .args(["download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"])
        .args(["--python-version=3.11", "--platform", platform, "--requirement", "wanted.txt", "--dest", "."])
        .dir(&downloads)
        .run_quietly()?;
    let wheel = packed_in(&downloads, "", ".whl")?;
    Program::new(python::interpreter()?).args(["-m", "zipfile", "-e"]).arg(wheel).arg(folder).run_quietly()
}

/// pip of an environment of its own.
pub(super) fn pip() -> Result<Program> {
    let folder = work("smoke/pip");
    once(&folder, || Venv::fresh(folder.clone()).map(drop))?;
    Ok(Venv::at(folder).python().args(["-m", "pip", "--disable-pip-version-check"]))
}
