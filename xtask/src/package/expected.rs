//! The files of a whole release, made from the table of platforms.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::checksums;
use super::rock::{ROCK, rock_of};
use super::target::Target;
use crate::root::matching;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A file, by how its name begins and ends and what stands between: wheels list their tags in any order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Expected {
    start: String,
    holds: String,
    end: &'static str,
}

impl Expected {
    fn named(name: String) -> Self {
        Self { start: name, holds: String::new(), end: "" }
    }

    fn wheel(start: &str, tag: &str) -> Self {
        Self { start: format!("{start}-{VERSION}-"), holds: tag.to_owned(), end: ".whl" }
    }

    /// The file, if a folder has it.
    pub(super) fn find(&self, folder: &Path) -> Option<PathBuf> {
        let named = |path: &PathBuf| path.file_name().is_some_and(|name| self.is(&name.to_string_lossy()));
        matching(folder, "", "").into_iter().find(named)
    }

    fn is(&self, name: &str) -> bool {
        if self.end.is_empty() {
            return name == self.start;
        }
        name.starts_with(&self.start) && name.contains(&self.holds) && name.ends_with(self.end)
    }

    pub(super) fn shown(&self) -> String {
        if self.end.is_empty() {
            return self.start.clone();
        }
        format!("{}…{}…{}", self.start, self.holds, self.end)
    }
}

/// What only a machine that builds for a target can make.
pub(super) fn of(target: &Target) -> Result<Vec<Expected>> {
    let program = target.of_programs()?;
    let platform = target.npm_of_programs();
    let end = if target.os() == "windows" { "zip" } else { "tar.gz" };
    let mut expected = vec![
        Expected::wheel("sonoran_py", wheel_tag(target, target.is_musl())),
        Expected::named(format!("sonoran.js-{}-{VERSION}.tgz", target.npm)),
        Expected::wheel("sonoran_emulator", wheel_tag(target, false)),
        Expected::named(format!("sonoran-emulator-{platform}-{VERSION}.tgz")),
        Expected::named(format!("sonoran-emulator-{}.{end}", program.triple)),
        Expected::named(format!("sonoran-gateway-{}.{end}", program.triple)),
    ];
    expected.extend(rock_of(target).map(Expected::named));
    Ok(expected)
}

/// What is made once, of all platforms or of none.
fn shared() -> Vec<Expected> {
    let mut names = vec![
        checksums::FILE.to_owned(),
        format!("sonoran_py-{VERSION}.tar.gz"),
        format!("sonoran.js-{VERSION}.tgz"),
        format!("sonoran-fivem-{VERSION}.zip"),
        format!("sonoran-roblox-{VERSION}.zip"),
        format!("sonoran-emulator-{VERSION}.tgz"),
        format!("{ROCK}.rockspec"),
    ];
    for package in
        ["Sonoran.Net", "Sonoran.Net.AspNetCore", "Sonoran.Net.DependencyInjection", "Sonoran.Net.Testing"]
    {
        names.extend(["nupkg", "snupkg"].map(|end| format!("{package}.{VERSION}.{end}")));
    }
    for package in ["Sonoran.Emulator", "Sonoran.Emulator.Native"] {
        names.push(format!("{package}.{VERSION}.nupkg"));
    }
    names.into_iter().map(Expected::named).collect()
}

/// A tag that the wheels of a platform have, and of no other.
fn wheel_tag(target: &Target, musl: bool) -> &'static str {
    match (target.os(), musl, target.is_x64()) {
        ("windows", ..) => "win_amd64",
        ("macos", _, true) => "macosx_10_12_x86_64",
        ("macos", _, false) => "macosx_11_0_arm64",
        (_, true, true) => "musllinux_1_2_x86_64",
        (_, true, false) => "musllinux_1_2_aarch64",
        (_, false, true) => "manylinux_2_17_x86_64",
        (_, false, false) => "manylinux_2_17_aarch64",
    }
}

/// Checks that a folder holds a whole release and nothing else.
pub(crate) fn verify(folder: &Path) -> Result<()> {
    let mut names = Vec::new();
    for entry in folder.read_dir().with_context(|| format!("cannot read {}", folder.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let expected = all()?;
    let wrong = wrong(&names, &expected);
    if wrong.is_empty() {
        println!("{} files, each as expected", names.len());
        return Ok(());
    }
    bail!(
        "{} is not a whole release ({} files of {}):\n  {}",
        folder.display(),
        names.len(),
        expected.len(),
        wrong.join("\n  ")
    )
}

fn all() -> Result<BTreeSet<Expected>> {
    let mut all: BTreeSet<_> = shared().into_iter().collect();
    for target in Target::released() {
        all.extend(of(target)?);
    }
    Ok(all)
}

fn wrong(names: &[String], expected: &BTreeSet<Expected>) -> Vec<String> {
    let missing = expected.iter().filter(|file| !names.iter().any(|name| file.is(name)));
    let more = names.iter().filter(|name| !expected.iter().any(|file| file.is(name)));
    let twice = expected.iter().filter(|file| names.iter().filter(|name| file.is(name)).count() > 1);
    let missing = missing.map(|file| format!("missing: {}", file.shown()));
    let more = more.map(|name| format!("not expected: {name}"));
    missing.chain(more).chain(twice.map(|file| format!("more than one: {}", file.shown()))).collect()
}

#[cfg(test)]
mod tests {
    use super::{VERSION, all, wrong};

    fn whole() -> Vec<String> {
        let name = |(index, file): (usize, &super::Expected)| match file.end {
            "" => file.start.clone(),
            end => format!("{}x{index}.{}{end}", file.start, file.holds),
        };
        all().unwrap().iter().enumerate().map(name).collect()
    }

    #[test]
    fn each_platform_has_its_files() {
        let names = whole();
        let end = format!("-{VERSION}.tgz");
        let npm =
            |start: &str| names.iter().filter(|name| name.starts_with(start) && name.ends_with(&end)).count();
        // Seven platforms for the client, and a main package.
        assert_eq!(npm("sonoran.js-"), 8);
        // The emulator has one program for both C libraries of Linux.
        assert_eq!(npm("sonoran-emulator-"), 6);
        assert!(names.contains(&format!("sonoran-emulator-win32-x64-{VERSION}.tgz")));
        assert!(names.contains(&format!("sonoran-emulator-darwin-arm64-{VERSION}.tgz")));
        assert!(names.contains(&"sonoran-emulator-x86_64-pc-windows-msvc.zip".to_owned()));
        assert!(names.contains(&"sonoran-emulator-aarch64-unknown-linux-musl.tar.gz".to_owned()));
        assert!(names.contains(&"sonoran-gateway-aarch64-unknown-linux-musl.tar.gz".to_owned()));
        assert_eq!(names.iter().filter(|name| name.starts_with("sonoran-gateway-")).count(), 5);
        assert_eq!(names.iter().filter(|name| name.starts_with("sonoran_py-")).count(), 8);
    }

    #[test]
    fn a_whole_release_is_taken() {
        assert_eq!(wrong(&whole(), &all().unwrap()), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_too_much_or_twice_is_named() {
        let mut names = whole();
        names.retain(|name| !name.ends_with(&format!("linux-x64-musl-{VERSION}.tgz")));
        names.push("sonoran.js-0.0.1.tgz".to_owned());
        names.push(format!("sonoran_py-{VERSION}-cp39-abi3-win_amd64.whl"));
        assert_eq!(
            wrong(&names, &all().unwrap()),
            [
                format!("missing: sonoran.js-linux-x64-musl-{VERSION}.tgz"),
                "not expected: sonoran.js-0.0.1.tgz".to_owned(),
                format!("more than one: sonoran_py-{VERSION}-…win_amd64….whl"),
            ]
        );
    }
}
