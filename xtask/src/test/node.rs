//! Node: the packed tarballs in a fresh project.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Run;
use super::count::Runner;
use super::debug::faulty_libraries;
use super::runtimes::{Runtime, node_tests};
use crate::node::{installed, npm, project, tools, tsc};
use crate::package::library_name;
use crate::process::Program;
use crate::root::{copy_tree, debug, dist, matching, root, work};

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    let (folder, tests) = project_with_tests()?;
    for tools in ["sandboxes", "bundlers", "installers"] {
        installed(root().join("tests/node").join(tools))?;
    }
    // The compiler, which the tests of the types use.
    tools()?;
    let node = node_tests(Program::new("node"), run.filter).env("SONORAN_FAULTY_NATIVE", faulty_native()?);
    let files = test_files(&tests, &[])?;
    run.step("node: node --test", Runner::Node, node.args(files).dir(&folder))?;
    if run.filter.is_some() {
        return Ok(());
    }
    run.step("node: tsc", Runner::Whole, tsc()?.args(["--noEmit", "--project"]).arg(&tests).dir(&folder))
}

/// The same tests in another runtime, but for those of programs that are Node's alone.
pub(super) fn in_runtime(run: &mut Run<'_>, runtime: Runtime) -> Result<()> {
    let (folder, tests) = project_with_tests()?;
    let files = test_files(&tests, &["bundlers", "installers", "next", "sandboxes", "types"])?;
    let (program, runner) = runtime.tests(run.filter)?;
    let program = program.env("SONORAN_FAULTY_NATIVE", faulty_native()?).args(files).dir(&folder);
    run.step(&format!("node: {}", runtime.package()), runner, program)
}

/// A project with the packages alone, and the tests beside them: Node looks for packages from where a file really is.
fn project_with_tests() -> Result<(PathBuf, PathBuf)> {
    let folder = work("node-test");
    project(&folder, &dist())?;
    let tests = folder.join("tests");
    copy_tree(&root().join("tests/node"), &tests)?;
    for used_by_programs in ["frameworks", "next"] {
        npm().args(["ci", "--prefer-offline"]).dir(tests.join(used_by_programs)).run_quietly()?;
    }
    Ok((folder, tests))
}

/// The native part that panics where a test wants it to.
fn faulty_native() -> Result<PathBuf> {
    faulty_libraries()?;
    Ok(debug(&library_name("sonoran_node")))
}

/// Named one by one: before Node 21 `--test` takes no patterns.
fn test_files(folder: &Path, without: &[&str]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for end in [".test.js", ".test.mjs", ".test.cjs"] {
        files.extend(matching(folder, "", end));
    }
    files.retain(|file| !without.iter().any(|name| file.ends_with(format!("{name}.test.mjs"))));
    fs::metadata(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    Ok(files)
}
