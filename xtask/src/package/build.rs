//! The binaries of the packages: for this machine in little time, or for everybody's.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use super::target::Target;
use crate::process::Program;
use crate::python;
use crate::root::{root, target_folder, work};
use crate::tools::on_path;

/// How binaries are made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Build {
    /// With this machine's own linker and little optimization, to be shown and not to be shipped.
    Quick(&'static Target),
    /// Compiled in as little time, and linked as what is shipped, to be tested.
    Tried(&'static Target),
    /// As they are shipped.
    Shipped(&'static Target),
}

/// The profile of what is made in little time.
const QUICK: &str = "tried";

impl Build {
    pub(crate) fn target(self) -> &'static Target {
        match self {
            Self::Quick(target) | Self::Tried(target) | Self::Shipped(target) => target,
        }
    }

    /// Builds the libraries of crates. In one call, since their features decide together what is
    /// built of what they share.
    pub(crate) fn libraries(self, packages: &[&str]) -> Result<()> {
        self.cargo(packages, Linkage::Library, &[])
    }

    /// Builds Lua's library for one version of it.
    pub(crate) fn lua(self, feature: &str) -> Result<()> {
        self.cargo(&["sonoran-lua"], Linkage::Library, &["--no-default-features", "--features", feature])
    }

    /// Builds a program that runs wherever the system and the processor are the target's.
    pub(crate) fn program(self, package: &str) -> Result<PathBuf> {
        let build = self.of_programs()?;
        build.cargo(&[package], Linkage::Program, &[])?;
        Ok(build.artefact(&build.target().program(package)))
    }

    /// The one that makes its programs: static ones, if Rust can link them here.
    pub(crate) fn of_programs(self) -> Result<Self> {
        let target = self.target().of_programs()?;
        Ok(match self {
            Self::Tried(_) if has_standard_library(target)? => Self::Tried(target),
            Self::Shipped(_) if has_standard_library(target)? => Self::Shipped(target),
            Self::Quick(_) | Self::Tried(_) | Self::Shipped(_) => self,
        })
    }

    /// A file that was built.
    pub(crate) fn artefact(self, file: &str) -> PathBuf {
        match self {
            Self::Quick(_) => target_folder().join(QUICK).join(file),
            Self::Tried(target) => target_folder().join(target.triple).join(QUICK).join(file),
            Self::Shipped(target) => target_folder().join(target.triple).join("release").join(file),
        }
    }

    /// Builds a wheel into a folder.
    pub(crate) fn wheel(self, project: &str, out: &Path) -> Result<()> {
        let mut maturin = python::tools()?.program("maturin").args(["build", "--locked"]);
        match self {
            Self::Quick(_) => maturin = maturin.args(["--profile", QUICK]),
            Self::Tried(target) | Self::Shipped(target) => {
                let profile = if matches!(self, Self::Shipped(_)) { "release" } else { QUICK };
                maturin = maturin.args(["--profile", profile, "--target", target.triple]);
                if let Some(promise) = target.wheel {
                    maturin = maturin.args(["--zig", "--compatibility", promise]);
                }
                maturin = maturin.envs(environment(target, Linkage::Library)?);
            }
        }
        maturin.arg("--out").arg(out).dir(root().join(project)).run_quietly()
    }

    fn cargo(self, packages: &[&str], linkage: Linkage, more: &[&str]) -> Result<()> {
        eprintln!("building {} for {}", packages.join(" and "), self.target().triple);
        let cargo = match self {
            Self::Quick(_) => Program::new("cargo").args(["build", "--profile", QUICK]),
            Self::Tried(target) => linked(target, linkage)?.args(["--profile", QUICK]),
            Self::Shipped(target) => linked(target, linkage)?.arg("--release"),
        };
        let packages = packages.iter().flat_map(|package| ["--package", package]);
        cargo.args(["--locked", "--quiet"]).args(packages).args(more).dir(root()).run()
    }
}

/// What a binary is linked to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Linkage {
    Library,
    Program,
}

/// Links as what is shipped is linked.
fn linked(target: &Target, linkage: Linkage) -> Result<Program> {
    let cargo = if target.os() == "linux" {
        let floor = target.floor.map(|version| format!(".{version}")).unwrap_or_default();
        let linked_by_zig = python::tools()?.program("cargo-zigbuild").args(["zigbuild", "--target"]);
        linked_by_zig.arg(format!("{}{floor}", target.triple))
    } else {
        Program::new("cargo").args(["build", "--target", target.triple])
    };
    Ok(cargo.envs(environment(target, linkage)?))
}

fn environment(target: &Target, linkage: Linkage) -> Result<Vec<(&'static str, String)>> {
    let mut set = vec![("CARGO_ENCODED_RUSTFLAGS", flags(target, linkage)?.join("\u{1f}"))];
    if target.os() == "linux" {
        set.push(("PATH", python::tools()?.first_on_path()?));
        set.push(("CARGO_ZIGBUILD_CACHE_DIR", work("zigbuild").display().to_string()));
    }
    if target.is_mingw() {
        set.push(("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", MINGW.to_owned()));
        set.push(("LIBNODE_PATH", without_node()?.display().to_string()));
    }
    Ok(set)
}

fn flags(target: &Target, linkage: Linkage) -> Result<Vec<String>> {
    let mut flags = Vec::new();
    for (path, name) in [(root(), "sonoran"), (cargo_home()?, "cargo")] {
        flags.push(format!("--remap-path-prefix={}=/{name}", path.display()));
    }
    // A library is loaded into a process that has a libc already; Windows has no C runtime to rely on.
    let crt = match linkage {
        Linkage::Library if target.is_musl() => Some("-"),
        _ if target.triple.ends_with("-msvc") => Some("+"),
        _ => None,
    };
    flags.extend(crt.map(|sign| format!("-Ctarget-feature={sign}crt-static")));
    Ok(flags)
}

/// Where cargo keeps what it has downloaded, whose paths would stand in the binaries.
pub(crate) fn cargo_home() -> Result<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    home.context("there is neither CARGO_HOME nor a home directory")
}

const MINGW: &str = "x86_64-w64-mingw32-gcc";

/// Stands in for the import library of Node, of which nothing is linked: N-API's functions are
/// looked up when the addon is loaded.
fn without_node() -> Result<PathBuf> {
    let folder = work("no-libnode");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (file, content) in [("libnode.dll", ""), ("libnode.a", "!<arch>\n")] {
        let file = folder.join(file);
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(folder)
}

/// Sees to it that this machine can build all that is shipped for a target; an error says what it lacks.
pub(crate) fn ready(target: &Target) -> Result<()> {
    ready_for_libraries(target)?;
    ready_for_programs(target)
}

pub(crate) fn ready_for_programs(target: &Target) -> Result<()> {
    standard_library(target.of_programs()?)
}

/// The same for what is tried on this machine: its programs may need the machine's own C library.
pub(crate) fn ready_for_libraries(target: &Target) -> Result<()> {
    if !Target::all_here().contains(&target) {
        let machine = match target.os() {
            "macos" => "a Mac",
            "windows" => "Windows",
            _ => "Linux",
        };
        bail!("{} is built on {machine}, not here", target.triple);
    }
    if target.is_mingw() && on_path(MINGW).is_none() {
        bail!(
            "{MINGW} is not on PATH, which {} is linked with: install MinGW (Debian, Ubuntu: apt-get install \
             gcc-mingw-w64-x86-64)",
            target.triple
        );
    }
    standard_library(target)
}

fn standard_library(target: &Target) -> Result<()> {
    if has_standard_library(target)? {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        bail!(
            "this Rust has no standard library for {}: get it from your system's packages, or Rust from \
             https://rustup.rs",
            target.triple
        );
    }
    eprintln!("adding Rust's standard library for {}", target.triple);
    Program::new("rustup").args(["target", "add", target.triple]).dir(root()).run_quietly()
}

fn has_standard_library(target: &Target) -> Result<bool> {
    Ok(standard_libraries()?.join(target.triple).join("lib").is_dir())
}

/// The folder that Rust's standard libraries are in, asked for once.
fn standard_libraries() -> Result<&'static Path> {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if FOUND.get().is_none() {
        let sysroot = Program::new("rustc").args(["--print", "sysroot"]).dir(root()).text()?;
        let _ = FOUND.set(Path::new(sysroot.trim()).join("lib/rustlib"));
    }
    FOUND.get().map(PathBuf::as_path).context("rustc does not say where its libraries are")
}
