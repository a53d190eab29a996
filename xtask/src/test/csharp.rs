//! .NET: the nupkgs restored from `dist/`.

use std::path::PathBuf;

use anyhow::Result;

use super::Run;
use super::count::Runner;
use super::debug::faulty_libraries;
use crate::root::{debug, dist, root};
use crate::{dotnet, package};

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    let test = dotnet::with_our_package(&dist())?.args(["test", "--nologo", "--configuration", "Release"]);
    let mut test = test.env("SONORAN_FAULTY_LIBRARY", faulty_library()?);
    // Cargo's, for its own programs: the faulty library lies there, and would be found where there is to be none.
    for cargos in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        test = test.env_remove(cargos);
    }
    if let Some(filter) = run.filter {
        test = test.args(["--filter", &format!("FullyQualifiedName~{filter}|DisplayName~{filter}")]);
    }
    run.step("csharp: dotnet test", Runner::Dotnet, test.dir(root().join("tests/dotnet")))
}

/// The native library that panics when a test asks it to.
fn faulty_library() -> Result<PathBuf> {
    faulty_libraries()?;
    Ok(debug(&package::library_name("sonoran_net")))
}
