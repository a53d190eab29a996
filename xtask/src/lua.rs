//! Lua: its interpreters, from this machine or from Debian, and a folder of the package as users have it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::package::rock_of;
use crate::package::target::Target;
use crate::process::Program;
use crate::python;
use crate::root::{copy, copy_tree, emptied, root, work};
use crate::smoke;
use crate::tools::on_path;

/// A build of the native part, by the crate's feature. What is for 5.1 is also for `LuaJIT`.
pub(crate) const NATIVES: [&str; 3] = ["lua54", "lua53", "lua51"];

/// The interpreters as Debian names them, the newest first, and the version whose modules they load.
const INTERPRETERS: [(&str, &str); 4] =
    [("lua5.4", "5.4"), ("lua5.3", "5.3"), ("luajit", "5.1"), ("lua5.1", "5.1")];

/// What they need besides: the tests' HTTP, TLS and JSON, and what the interpreters' prompts are made of.
const MORE: [&str; 5] = ["lua-socket", "lua-sec", "lua-dkjson", "libreadline8", "libtinfo6"];

/// The release whose programs run on this one and on those after it.
const RELEASE: &str = "bookworm";

/// An interpreter.
pub(crate) struct Lua {
    pub(crate) name: &'static str,
    version: &'static str,
    /// The root of the system that it is from.
    system: PathBuf,
}

impl Lua {
    /// It, with the package of a folder and Debian's modules to be found, and nothing else.
    pub(crate) fn program(&self, folders: &[&Path]) -> Program {
        let debian = self.system.join("usr/share/lua").join(self.version);
        let mut sources: Vec<String> = Vec::new();
        for folder in folders.iter().copied().chain([debian.as_path()]) {
            sources.extend(["?.lua", "?/init.lua"].map(|form| folder.join(form).display().to_string()));
        }
        let modules = self.system.join(format!("usr/lib/{}-linux-gnu/lua", std::env::consts::ARCH));
        let natives =
            folders.iter().map(|folder| folder.join("?.so")).chain([modules.join(self.version).join("?.so")]);
        let natives: Vec<String> = natives.map(|form| form.display().to_string()).collect();
        let interpreter = self.system.join("usr/bin").join(self.name);
        let program = Program::new(&interpreter)
            .env("LUA_PATH", sources.join(";"))
            .env("LUA_CPATH", natives.join(";"))
            .env("SONORAN_LUA", interpreter);
        if self.system == Path::new("/") {
            return program;
        }
        program.env("LD_LIBRARY_PATH", modules.parent().unwrap_or(&modules))
    }
}

/// The interpreters, the newest first; an error says what this machine lacks.
pub(crate) fn interpreters() -> Result<Vec<Lua>> {
    let system = system()?;
    Ok(INTERPRETERS.map(|(name, version)| Lua { name, version, system: system.clone() }).into())
}

/// The newest one.
pub(crate) fn newest() -> Result<Lua> {
    let [(name, version), ..] = INTERPRETERS;
    Ok(Lua { name, version, system: system()? })
}

/// The machine itself where it has all of it, else a folder of Debian's packages.
fn system() -> Result<PathBuf> {
    if !cfg!(target_os = "linux") {
        bail!("the tests of Lua take its interpreters from Debian, and are for Linux");
    }
    let modules =
        ["dkjson.lua", "socket/http.lua", "ssl.lua"].map(|module| format!("usr/share/lua/5.4/{module}"));
    let here = Path::new("/");
    let programs =
        INTERPRETERS.iter().all(|(name, _)| on_path(name) == Some(here.join("usr/bin").join(name)));
    if programs && modules.iter().all(|module| here.join(module).is_file()) {
        return Ok(here.to_path_buf());
    }
    let folder = work("lua-debian");
    let names = INTERPRETERS.map(|(name, _)| name);
    smoke::debian_folder(RELEASE, &[&names[..], &MORE[..]].concat(), &folder)?;
    Ok(folder)
}

/// A folder with the package as it is installed: its Lua, and the native parts that are named by their builds.
pub(crate) fn installed(folder: &Path, natives: &[(&str, PathBuf)]) -> Result<()> {
    emptied(folder)?;
    copy_tree(&root().join("bindings-lua/lua"), folder)?;
    for (build, library) in natives {
        copy(library, &folder.join(native_name(build)))?;
    }
    Ok(())
}

/// The newest Lua with what the rock in a folder of packages has.
pub(crate) fn with_our_package(packages: &Path) -> Result<Program> {
    let folder = unpacked(packages)?;
    Ok(newest()?.program(&[&folder.join("lua"), &folder.join("lib")]))
}

/// What the rock in a folder of packages has.
pub(crate) fn unpacked(packages: &Path) -> Result<PathBuf> {
    let rock = rock_of(Target::host()?).context("there is no binary rock for this machine")?;
    let folder = work("lua-rock");
    emptied(&folder)?;
    Program::new(python::interpreter()?)
        .args(["-m", "zipfile", "-e"])
        .args([&packages.join(rock), &folder])
        .run_quietly()?;
    Ok(folder)
}

/// The file that Lua looks for.
pub(crate) fn native_name(build: &str) -> String {
    format!("sonoran_native_{build}.so")
}
