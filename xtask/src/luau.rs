//! Luau: programs in workspaces of their own, as they compile its C++, and the types of the Roblox package.

use anyhow::Result;

use crate::package::roblox;
use crate::process::Program;
use crate::root::{root, work};

/// One of the programs in tests/, compiled.
pub(crate) fn program(name: &str) -> Result<Program> {
    let built = work(name);
    Program::new("cargo")
        .args(["build", "--locked", "--quiet", "--target-dir"])
        .arg(&built)
        .dir(root().join("tests").join(name))
        .run()?;
    let file = format!("sonoran-{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(Program::new(built.join("debug").join(file)))
}

/// Checks the types of the Roblox package, of what its page shows, and of scripts that use it rightly and wrongly.
pub(crate) fn check() -> Result<()> {
    let package = work("roblox");
    roblox(&package)?;
    let page = package.join("README.md");
    program("luau-check")?.arg(package).arg(page).arg(root().join("tests/lua/roblox/types")).run()
}
