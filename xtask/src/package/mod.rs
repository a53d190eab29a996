//! `cargo xtask package`: what users install, put into `dist/`.

mod archive;
pub(crate) mod build;
mod checksums;
mod emulator;
mod emulator_nupkg;
mod expected;
mod gateway;
mod gather;
mod lua_hosts;
mod nupkg;
mod rock;
mod tarballs;
pub(crate) mod target;
mod verify;
mod wheel;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::language::{Choice, Language};
use crate::root::{dist, matching};
use build::Build;
pub(crate) use expected::verify as verify_release;
pub(crate) use gather::run as gather;
pub(crate) use lua_hosts::{fivem, roblox};
pub(crate) use rock::rock_of;
use target::Target;

/// Packages the emulator, the gateway and the chosen languages for the chosen targets, this machine's where none is.
pub(crate) fn run(choice: Choice, targets: &[String]) -> Result<()> {
    let targets = chosen(targets)?;
    // Before anything is built, since that takes long.
    for target in &targets {
        build::ready(target)?;
    }
    let builds: Vec<_> = targets.into_iter().map(Build::Shipped).collect();
    packages(&choice.languages(), &builds, &dist())?;
    gateway::packages(&builds, &dist())?;
    checksums::write(&dist())?;
    for file in matching(&dist(), "", "") {
        println!("{}", file.display());
    }
    Ok(())
}

/// What users of this machine install of some languages, as it is shipped, in `dist/`.
pub(crate) fn for_this_machine(languages: &[Language]) -> Result<()> {
    installable(languages, Build::Shipped(Target::host()?))
}

/// The same in less time, to be tested.
pub(crate) fn to_test(languages: &[Language]) -> Result<()> {
    installable(languages, Build::Tried(Target::host()?))
}

fn installable(languages: &[Language], build: Build) -> Result<()> {
    build::ready_for_libraries(build.target())?;
    if let Err(lack) = build::ready_for_programs(build.target()) {
        eprintln!("the emulator will not be static: {lack:#}");
    }
    packages(languages, &[build], &dist())?;
    checksums::write(&dist())
}

/// What users of this machine install of a language, in little time, to be shown and not to be shipped.
pub(crate) fn to_show(language: Language, out: &Path) -> Result<()> {
    packages(&[language], &[Build::Quick(Target::host()?)], out)
}

/// The gateway's program, made in as little time.
pub(crate) fn gateway_to_show() -> Result<PathBuf> {
    Build::Quick(Target::host()?).program("sonoran-gateway")
}

/// What users of another machine install from npm, in a folder; to be tried and not to be shipped.
pub(crate) fn npm_to_try(target: &'static Target, out: &Path) -> Result<()> {
    let build = Build::Tried(target);
    build.libraries(&["sonoran-node"])?;
    tarballs::packages(&[build], out)
}

fn packages(languages: &[Language], builds: &[Build], out: &Path) -> Result<()> {
    emulator::packages(builds, out)?;
    let libraries: Vec<_> = languages.iter().filter_map(|language| library(*language)).collect();
    for build in builds {
        if !libraries.is_empty() {
            build.libraries(&libraries)?;
        }
    }
    for language in languages {
        match language {
            // Rust programs use the crate itself.
            Language::Rust => {}
            Language::Python => wheel::packages(builds, out)?,
            Language::Lua => {
                rock::packages(builds, out)?;
                lua_hosts::packages(out)?;
            }
            Language::Node => tarballs::packages(builds, out)?,
            Language::Csharp => {
                nupkg::packages(builds, out)?;
                emulator_nupkg::packages(builds, out)?;
            }
        }
    }
    Ok(())
}

/// The crate of a language's native part, where it is built by cargo alone.
fn library(language: Language) -> Option<&'static str> {
    match language {
        Language::Node => Some("sonoran-node"),
        Language::Csharp => Some("sonoran-csharp"),
        // Lua's is built for several of it.
        Language::Rust | Language::Python | Language::Lua => None,
    }
}

fn chosen(triples: &[String]) -> Result<Vec<&'static Target>> {
    match triples {
        [] => Ok(vec![Target::host()?]),
        [all] if all == "all" => Ok(Target::all_here()),
        some => some.iter().map(|triple| Target::find(triple)).collect(),
    }
}

/// Where a folder of packages has the emulator for this machine.
pub(crate) fn emulator_program(folder: &Path) -> PathBuf {
    folder.join(format!("sonoran-emulator{}", std::env::consts::EXE_SUFFIX))
}

/// The file name of a dynamic library on this platform.
pub(crate) fn library_name(stem: &str) -> String {
    format!("{}{stem}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// What npm and pip users can be asked to download for a native part.
const MOST_OF_A_PART: u64 = 2_600_000;

/// Checks the sizes of what is shipped.
fn not_too_large(builds: &[Build], files: &[PathBuf], most: u64) -> Result<()> {
    if !builds.iter().all(|build| matches!(build, Build::Shipped(_))) {
        return Ok(());
    }
    files.iter().try_for_each(|file| verify::size(file, most))
}

/// Checks what is linked as it is shipped; what is only shown is as it is.
fn verified(build: Build, file: &Path) -> Result<()> {
    match build {
        Build::Quick(_) => Ok(()),
        Build::Shipped(target) | Build::Tried(target) => verify::binary(target, file),
    }
}
