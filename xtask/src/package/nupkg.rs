//! The `NuGet` packages: one with the native parts of all platforms, and those that build on it.

use std::path::Path;

use anyhow::Result;

use super::build::Build;
use super::{verified, verify};
use crate::dotnet::dotnet;
use crate::root::{copy, emptied, matching, remove_matching, root, work};

/// What a project can be asked to download for all platforms.
const MOST: u64 = 20_000_000;

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    let natives = work("native");
    emptied(&natives)?;
    for build in builds {
        let name = build.target().library("sonoran_net");
        let library = build.artefact(&name);
        verified(*build, &library)?;
        copy(&library, &natives.join(build.target().rid).join("native").join(name))?;
    }
    pack(&natives, out)
}

/// Packs the libraries of a folder, which has one for each platform.
pub(super) fn pack(natives: &Path, out: &Path) -> Result<()> {
    remove_matching(out, "Sonoran.Net.", "nupkg")?;
    for project in ["Sonoran", "Sonoran.AspNetCore", "Sonoran.DependencyInjection", "Sonoran.Testing"] {
        project_with(&format!("bindings-csharp/dotnet/src/{project}"), "SonoranNativeDir", natives, out)?;
    }
    for package in matching(out, "Sonoran.Net.", ".nupkg") {
        verify::size(&package, MOST)?;
    }
    Ok(())
}

/// Packs a project, which takes what was built from the folder that a property names.
pub(super) fn project_with(project: &str, property: &str, built: &Path, out: &Path) -> Result<()> {
    dotnet()?
        .args(["pack", "--configuration", "Release", "--nologo", "--verbosity", "quiet", "--output"])
        .arg(out)
        .arg(concat!("-p:SonoranVersion=", env!("CARGO_PKG_VERSION")))
        .arg(format!("-p:{property}={}", built.display()))
        .dir(root().join(project))
        .run()
}
