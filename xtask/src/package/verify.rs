//! What a built binary must be before it goes into a package.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use object::read::elf::{Dyn as _, FileHeader as _};
use object::{Architecture, Endianness, Object as _, ObjectSection as _, elf};

use super::build::cargo_home;
use super::target::Target;
use crate::root::root;

/// The libraries of glibc, which every system with it has.
const GLIBC: [&str; 8] = [
    "libc.so.6",
    "libm.so.6",
    "libdl.so.2",
    "librt.so.1",
    "libutil.so.1",
    "libpthread.so.0",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
];

/// What Windows machines lack unless somebody installs it.
const NOT_IN_WINDOWS: [&str; 6] = ["vcruntime", "msvcp", "libgcc", "libstdc++", "libwinpthread", "libnode"];

/// An error says why a binary can't be shipped.
pub(crate) fn binary(target: &Target, file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    check(target, &bytes).with_context(|| format!("{} can't be shipped", file.display()))
}

/// An error says that a packed file is too large.
pub(crate) fn size(file: &Path, most: u64) -> Result<()> {
    let size = fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    ensure!(size <= most, "{} has {size} bytes, and {most} are the most", file.display());
    Ok(())
}

fn check(target: &Target, bytes: &[u8]) -> Result<()> {
    let object = object::File::parse(bytes).context("it is no binary")?;
    let expected = if target.is_x64() { Architecture::X86_64 } else { Architecture::Aarch64 };
    ensure!(object.architecture() == expected, "it is for {:?}", object.architecture());
    no_path_of_the_builder(bytes)?;
    match target.os() {
        "linux" => {
            let needed = needed(bytes)?;
            let unknown = needed.iter().find(|library| !is_there(target, library));
            ensure!(unknown.is_none(), "it needs {}", unknown.map_or("", String::as_str));
            if let Some(floor) = target.floor {
                ensure!(glibc(&object)? <= version(floor), "it needs a newer glibc than {floor}");
            }
        }
        "windows" => {
            for import in object.imports()? {
                let library = String::from_utf8_lossy(import.library()).to_lowercase();
                ensure!(!NOT_IN_WINDOWS.iter().any(|start| library.starts_with(start)), "it needs {library}");
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether a system has a library that a Linux binary needs.
fn is_there(target: &Target, library: &str) -> bool {
    if target.is_musl() { library == "libc.so" } else { GLIBC.contains(&library) }
}

/// The libraries that a Linux binary asks for.
fn needed(bytes: &[u8]) -> Result<Vec<String>> {
    let header = elf::FileHeader64::<Endianness>::parse(bytes)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, bytes)?;
    let Some((entries, strings)) = sections.dynamic(endian, bytes)? else {
        return Ok(Vec::new());
    };
    let strings = sections.strings(endian, bytes, strings)?;
    let names = entries.iter().filter(|entry| entry.tag(endian) == elf::DT_NEEDED);
    names.map(|entry| Ok(String::from_utf8_lossy(entry.string(endian, strings)?).into_owned())).collect()
}

/// The newest glibc that is asked for: the names of its versions stand among the dynamic strings.
fn glibc(object: &object::File<'_>) -> Result<Vec<u32>> {
    let strings = object.section_by_name(".dynstr").context("it has no dynamic strings")?.data()?;
    let strings = strings.split(|byte| *byte == 0).filter_map(|text| std::str::from_utf8(text).ok());
    Ok(strings.filter_map(|text| text.strip_prefix("GLIBC_")).map(version).max().unwrap_or_default())
}

fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// Where something was built is nobody's business, and two machines' builds should not differ by it.
fn no_path_of_the_builder(bytes: &[u8]) -> Result<()> {
    for path in [root(), cargo_home()?] {
        let text = path.display().to_string();
        let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        if found && path.components().count() > 2 {
            bail!("it names {text}, a path of this machine");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_numbers() {
        assert!(version("2.9") < version("2.17"));
        assert!(version("2.2.5") < version("2.17"));
        assert!(version("2.17") <= version("2.17"));
    }

    #[test]
    fn a_test_program_is_no_shipped_binary() {
        let itself = std::env::current_exe().unwrap();
        // It was built without its paths taken out, and perhaps against a newer glibc.
        let error = binary(Target::host().unwrap(), &itself).unwrap_err();
        assert!(format!("{error:#}").contains("can't be shipped: it n"), "{error:#}");
    }

    #[test]
    fn what_is_no_binary_is_refused() {
        let error = check(Target::host().unwrap(), b"#!/bin/sh\n").unwrap_err();
        assert_eq!(error.to_string(), "it is no binary");
    }
}
