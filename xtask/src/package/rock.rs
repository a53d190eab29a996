//! The rock: the face in Lua, and the native part for each Lua. One rock is for all of them, since their native parts have
//! names of their own.

use std::path::Path;

use anyhow::Result;

use super::build::Build;
use super::target::Target;
use super::{not_too_large, verified};
use crate::lua::{NATIVES, native_name};
use crate::process::Program;
use crate::python;
use crate::root::{copy, copy_tree, emptied, matching, remove_matching, root, work};

/// The rock's name and version, as its files begin.
pub(crate) const ROCK: &str = concat!("sonoran-", env!("CARGO_PKG_VERSION"), "-1");

/// What `LuaRocks` users can be asked to download: three native parts.
const MOST: u64 = 8_000_000;

/// The binary rock of a platform: `LuaRocks` has names for Linux alone, whatever its C library.
pub(crate) fn rock_of(target: &Target) -> Option<String> {
    let arch = target.triple.split('-').next()?;
    (target.os() == "linux" && !target.is_musl()).then(|| format!("{ROCK}.linux-{arch}.rock"))
}

/// What builds the rock from the sources.
pub(super) fn rockspec(out: &Path) -> Result<()> {
    copy(&root().join("bindings-lua/sonoran.rockspec"), &out.join(format!("{ROCK}.rockspec")))
}

pub(super) fn packages(builds: &[Build], out: &Path) -> Result<()> {
    remove_matching(out, ROCK, ".rock")?;
    for build in builds {
        let target = build.target();
        let Some(rock) = rock_of(target) else {
            eprintln!("left out for {}: its rock is built from the sources", target.triple);
            continue;
        };
        let folder = work("rock");
        emptied(&folder)?;
        for lua in NATIVES {
            build.lua(lua)?;
            let library = build.artefact(&target.library("sonoran_native"));
            verified(*build, &library)?;
            copy(&library, &folder.join("lib").join(native_name(lua)))?;
        }
        copy_tree(&root().join("bindings-lua/lua"), &folder.join("lua"))?;
        for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            let from = if file == "README.md" { root().join("bindings-lua") } else { root() };
            copy(&from.join(file), &folder.join("doc").join(file))?;
        }
        for place in [&folder, out] {
            rockspec(place)?;
        }
        Program::new(python::interpreter()?)
            .arg(root().join("xtask/rock.py"))
            .arg(&folder)
            .arg(out.join(rock))
            .run_quietly()?;
    }
    not_too_large(builds, &matching(out, ROCK, ".rock"), MOST)
}
