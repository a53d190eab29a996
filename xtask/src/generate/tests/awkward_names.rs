//! A document full of names that get in the way: what is generated from it compiles in every language.

use std::path::Path;
use std::sync::OnceLock;

use anyhow::Result;

use super::checkout::Checkout;
use super::{left_out, must};
use crate::process::Program;
use crate::root::root;
use crate::{dotnet, node, python};

const DOCUMENT: &str = include_str!("../../../tests/fixtures/awkward-names.yaml");
const DOCUMENT_V1: &str = include_str!("../../../tests/fixtures/awkward-names-v1.yaml");

/// The checkout generated from that document, once for all tests here.
fn generated() -> &'static Checkout {
    static CHECKOUT: OnceLock<Checkout> = OnceLock::new();
    CHECKOUT.get_or_init(|| make().unwrap())
}

fn make() -> Result<Checkout> {
    let checkout = Checkout::copy("awkward-names", "none")?;
    checkout.write("spec/cms-v2.yaml", DOCUMENT)?;
    checkout.write("spec/cms-v1.yaml", DOCUMENT_V1)?;
    checkout.generate()?;
    Ok(checkout)
}

#[test]
fn rust_compiles() {
    let checkout = generated();
    must(
        checkout
            .write("core/examples/names.rs", "//! Needs the crate.\n\nuse sonoran as _;\n\nfn main() {}\n"),
    );
    must(checkout.build(&["--bin", "sonoran-emulator", "--example", "names"]).run());
}

#[test]
fn python_compiles() {
    if left_out("Python", python::interpreter().map(drop)) {
        return;
    }
    let package = generated().path("bindings-python/python");
    let tools = python::tools().unwrap();
    must(tools.python().args(["-W", "error", "-m", "compileall", "-q", "-f"]).arg(&package).run());
    // The package itself would load its native part.
    let run = "import sys, types; sonoran = sys.modules['sonoran'] = types.ModuleType('sonoran'); \
        sonoran.__path__ = sys.argv[1:]; import sonoran.types, sonoran._cms, sonoran._async_cms";
    must(tools.python().args(["-c", run]).arg(package.join("sonoran")).run());
    let mypy = tools
        .program("mypy")
        .arg("--config-file")
        .arg(generated().path("bindings-python/pyproject.toml"))
        .args(["--package", "sonoran"])
        .env("MYPYPATH", &package)
        .dir(generated().path(""));
    must(mypy.run());
}

#[test]
fn typescript_compiles() {
    if left_out("Node", node::new_enough()) {
        return;
    }
    let package = generated().path("bindings-node");
    link(&node::tools().unwrap().join("node_modules"), &package.join("node_modules"));
    must(node::tsc().unwrap().args(["--noEmit", "--project"]).arg(&package).run());
    let generated = package.join("generated/cms.js");
    must(Program::new("node").arg("--check").arg(generated).run());
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) {
    if !to.exists() {
        std::os::unix::fs::symlink(from, to).unwrap();
    }
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) {
    if !to.exists() {
        std::os::windows::fs::symlink_dir(from, to).unwrap();
    }
}

#[test]
fn csharp_compiles() {
    if left_out(".NET", dotnet::environment().map(drop)) {
        return;
    }
    let build = ["build", "--nologo", "--verbosity", "quiet", "-warnaserror"];
    let project = generated().path("bindings-csharp/dotnet/src/Sonoran");
    must(dotnet::dotnet().unwrap().args(build).dir(project).run());
}

#[test]
fn the_document_is_valid() {
    if left_out("Python", python::interpreter().map(drop)) {
        return;
    }
    for name in ["awkward-names.yaml", "awkward-names-v1.yaml"] {
        let document = root().join("xtask/tests/fixtures").join(name);
        must(python::tools().unwrap().program("openapi-spec-validator").arg(document).run());
    }
}
