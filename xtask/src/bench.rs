//! `cargo xtask bench`: the benchmarks of `benches/`.

use std::ffi::OsStr;

use anyhow::Result;

use crate::language::Language;
use crate::package::{emulator_program, for_this_machine};
use crate::process::Program;
use crate::python::Venv;
use crate::root::{dist, root, work};
use crate::{dotnet as net, lua as interpreters, node};

/// The Luas that are measured: the newest, and the quickest.
const LUAS: [&str; 2] = ["lua5.4", "luajit"];

/// Runs one benchmark by its name.
pub(crate) fn run(name: &str, arguments: &[String]) -> Result<()> {
    match name {
        "python" => return python(arguments),
        "node" => return node(arguments),
        "dotnet" => return dotnet(),
        "lua" => return lua(),
        _ => {}
    }
    // What the benchmark finds beside itself.
    let programs: &[&str] = match name {
        "core" | "emulator" => &["sonoran-emulator"],
        "gateway" => &["sonoran-emulator", "sonoran-gateway"],
        _ => &[],
    };
    for program in programs {
        let cargo = Program::new("cargo").args(["build", "--release", "--locked", "--quiet", "--package"]);
        cargo.arg(program).dir(root()).run()?;
    }
    Program::new("cargo")
        .args(["run", "--release", "--locked", "--quiet", "--package", "sonoran-benches", "--", name])
        .args(arguments)
        .dir(root())
        .run()
}

/// The wheel as it is shipped, beside other clients, in an environment of their own.
fn python(arguments: &[String]) -> Result<()> {
    for_this_machine(&[Language::Python])?;
    let folder = root().join("benches/python");
    let venv = Venv::with_our_package(work("python-bench"), &dist())?;
    venv.install(&folder.join("requirements.txt"))?;
    venv.python()
        .args([folder.join("compare.py").as_os_str(), emulator_program(&dist()).as_os_str()])
        .args(arguments.iter().map(OsStr::new))
        .dir(root())
        .run()
}

/// The tarballs as they are shipped, beside other clients.
fn node(arguments: &[String]) -> Result<()> {
    for_this_machine(&[Language::Node])?;
    let folder = node::installed(root().join("benches/node"))?;
    let project = work("node-bench");
    node::project(&project, &dist())?;
    let build = ["build", "--release", "--locked", "--quiet", "--package", "sonoran-benches"];
    Program::new("cargo").args(build).dir(root()).run()?;
    let server =
        root().join("target/release").join(format!("sonoran-benches{}", std::env::consts::EXE_SUFFIX));
    Program::new("node")
        .args(["--expose-gc".as_ref(), folder.join("compare.mjs").as_os_str()])
        .args([
            emulator_program(&dist()).as_os_str(),
            server.as_os_str(),
            project.join("package.json").as_os_str(),
        ])
        .args(arguments.iter().map(OsStr::new))
        .dir(root())
        .run()
}

/// The nupkg as it is shipped, beside `HttpClient`.
fn dotnet() -> Result<()> {
    for_this_machine(&[Language::Csharp])?;
    let folder = work("dotnet-bench");
    let build = net::with_our_package(&dist())?.args(["build", "--nologo", "--verbosity", "quiet"]);
    let build = build.args(["--configuration", "Release", "--output"]).arg(&folder);
    build.arg(root().join("benches/dotnet")).run()?;
    net::dotnet()?.arg(folder.join("Compare.dll")).arg(emulator_program(&dist())).run()
}

/// The rock as it is shipped, beside what scripts do without it.
fn lua() -> Result<()> {
    for_this_machine(&[Language::Lua])?;
    let folder = interpreters::unpacked(&dist())?;
    let (lua, lib) = (folder.join("lua"), folder.join("lib"));
    for interpreter in interpreters::interpreters()?.iter().filter(|lua| LUAS.contains(&lua.name)) {
        let program = interpreter.program(&[&lua, &lib]).arg(root().join("benches/lua/compare.lua"));
        program.arg(emulator_program(&dist())).dir(root()).run()?;
    }
    Ok(())
}
