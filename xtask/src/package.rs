//! `cargo xtask package`: what users install, put into `dist/`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::dotnet::dotnet;
use crate::language::{Choice, Language};
use crate::process::Program;
use crate::root::{copy, dist, matching, release, root};
use crate::{node, python};

/// Packages the emulator and the chosen languages.
pub(crate) fn run(choice: Choice) -> Result<()> {
    emulator()?;
    for each in choice.languages() {
        language(each)?;
    }
    for file in matching(&dist(), "", "") {
        println!("{}", file.display());
    }
    Ok(())
}

/// The package of one language; Rust programs use the crate itself.
pub(crate) fn language(language: Language) -> Result<()> {
    match language {
        Language::Rust => Ok(()),
        Language::Python => wheel(),
        Language::Node => tarballs(),
        Language::Csharp => nupkg(),
    }
}

/// Builds the emulator and puts it into `dist/`.
pub(crate) fn emulator() -> Result<()> {
    build("sonoran-emulator")?;
    // One that is running can't be written over, but removed.
    let _ = fs::remove_file(emulator_program());
    copy(&release(&program_name()), &emulator_program())
}

/// Where the packaged emulator is.
pub(crate) fn emulator_program() -> PathBuf {
    dist().join(program_name())
}

fn program_name() -> String {
    format!("sonoran-emulator{}", std::env::consts::EXE_SUFFIX)
}

fn wheel() -> Result<()> {
    eprintln!("building the wheel");
    remove_old("sonoran_py-", ".whl")?;
    python::tools()?
        .program("maturin")
        .args(["build", "--release", "--locked", "--out"])
        .arg(dist())
        .dir(root().join("bindings-python"))
        .run_quietly()
}

fn tarballs() -> Result<()> {
    node::new_enough()?;
    build("sonoran-node")?;
    remove_old("sonoran.js-", ".tgz")?;
    Program::new("node")
        .arg(root().join("bindings-node/scripts/pack.mjs"))
        .arg("--native")
        .arg(format!("{}={}", npm_platform(), release(&library_name("sonoran_node")).display()))
        .arg("--out")
        .arg(dist())
        .run_quietly()
}

/// This machine in npm's words.
fn npm_platform() -> String {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    match std::env::consts::OS {
        "linux" if cfg!(target_env = "musl") => format!("linux-{arch}-musl"),
        "linux" => format!("linux-{arch}-gnu"),
        "windows" => format!("win32-{arch}-msvc"),
        "macos" => format!("darwin-{arch}"),
        other => format!("{other}-{arch}"),
    }
}

fn nupkg() -> Result<()> {
    build("sonoran-csharp")?;
    remove_old("Sonoran.Net.", "nupkg")?;
    for project in ["Sonoran", "Sonoran.AspNetCore"] {
        dotnet()?
            .args(["pack", "--configuration", "Release", "--nologo", "--verbosity", "quiet", "--output"])
            .arg(dist())
            .arg(concat!("-p:SonoranVersion=", env!("CARGO_PKG_VERSION")))
            .arg(format!("-p:SonoranNativeDir={}", release("").display()))
            .dir(root().join("bindings-csharp/dotnet/src").join(project))
            .run()?;
    }
    Ok(())
}

fn build(package: &str) -> Result<()> {
    eprintln!("building {package}");
    Program::new("cargo")
        .args(["build", "--release", "--locked", "--quiet", "--package", package])
        .dir(root())
        .run()
}

/// The file name of a dynamic library on this platform.
pub(crate) fn library_name(stem: &str) -> String {
    format!("{}{stem}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// An old version beside the new one would be a trap for whoever installs from `dist/`.
fn remove_old(start: &str, end: &str) -> Result<()> {
    for file in matching(&dist(), start, end) {
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(())
}
