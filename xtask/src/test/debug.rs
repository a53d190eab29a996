//! What the suites need of the workspace beside its packages, built as its tests are.

use anyhow::Result;

use crate::process::Program;
use crate::root::root;

/// Ready to be told what to build. The features of what all crates share are decided by the crates that are chosen and,
/// where an example or a test is among what is built, by what tests need: chosen as `cargo test --workspace` does, all of
/// it is compiled once.
pub(super) fn build() -> Program {
    Program::new("cargo")
        .args(["build", "--workspace", "--locked", "--quiet", "--example", "events"])
        .dir(root())
}

/// The libraries of the bindings that panic where a test wants it to; what is shipped is built without that feature.
pub(super) fn faulty_libraries() -> Result<()> {
    faulty(build())
}

/// The same, where Lua's is for one version of it. No other crate has default features, so that all else is the same.
pub(super) fn faulty_libraries_for(lua: &str) -> Result<()> {
    faulty(build().args(["--no-default-features", &format!("--features=sonoran-lua/{lua}")]))
}

fn faulty(build: Program) -> Result<()> {
    let faulty = ["python", "node", "csharp", "lua"]
        .map(|binding| format!("--features=sonoran-{binding}/fault-injection"));
    build.arg("--lib").args(faulty).run()
}
