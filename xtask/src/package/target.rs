//! The platforms that packages are built for, each with its name in every tool.

use anyhow::{Result, bail};

/// A platform.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// In Rust's words.
    pub(crate) triple: &'static str,
    /// In npm's, as the name of the platform's package ends.
    pub(crate) npm: &'static str,
    /// In that of `NuGet`.
    pub(crate) rid: &'static str,
    /// What maturin shall make sure of, where wheels are tagged by more than the system and the processor.
    pub(crate) wheel: Option<&'static str>,
    /// The oldest glibc that it runs on.
    pub(crate) floor: Option<&'static str>,
    /// Whose static programs serve for it too, where those are another's.
    programs_of: Option<&'static str>,
}

const fn target(triple: &'static str, npm: &'static str, rid: &'static str) -> Target {
    Target { triple, npm, rid, wheel: None, floor: None, programs_of: None }
}

const fn gnu(
    triple: &'static str,
    npm: &'static str,
    rid: &'static str,
    programs_of: &'static str,
) -> Target {
    Target {
        wheel: Some("manylinux2014"),
        floor: Some("2.17"),
        programs_of: Some(programs_of),
        ..target(triple, npm, rid)
    }
}

const fn musl(triple: &'static str, npm: &'static str, rid: &'static str) -> Target {
    Target { wheel: Some("musllinux_1_2"), ..target(triple, npm, rid) }
}

static TARGETS: [Target; 8] = [
    gnu("x86_64-unknown-linux-gnu", "linux-x64-gnu", "linux-x64", "x86_64-unknown-linux-musl"),
    gnu("aarch64-unknown-linux-gnu", "linux-arm64-gnu", "linux-arm64", "aarch64-unknown-linux-musl"),
    musl("x86_64-unknown-linux-musl", "linux-x64-musl", "linux-musl-x64"),
    musl("aarch64-unknown-linux-musl", "linux-arm64-musl", "linux-musl-arm64"),
    // Users see no difference between the two, and one name for both is easier to find.
    target("x86_64-pc-windows-msvc", "win32-x64-msvc", "win-x64"),
    target("x86_64-pc-windows-gnu", "win32-x64-msvc", "win-x64"),
    target("aarch64-apple-darwin", "darwin-arm64", "osx-arm64"),
    target("x86_64-apple-darwin", "darwin-x64", "osx-x64"),
];

impl Target {
    /// The one of this machine.
    pub(crate) fn host() -> Result<&'static Self> {
        let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
        let env = match os {
            "linux" if cfg!(target_env = "musl") => "musl",
            "linux" => "gnu",
            "windows" if cfg!(target_env = "gnu") => "gnu",
            "windows" => "msvc",
            _ => "darwin",
        };
        let found = TARGETS.iter().find(|target| {
            target.triple.starts_with(arch) && target.os() == os && target.triple.ends_with(env)
        });
        match found {
            Some(target) => Ok(target),
            None => bail!("there are no packages for this machine ({arch}, {os}, {env}) yet"),
        }
    }

    /// By its triple; the error lists what there is.
    pub(crate) fn find(triple: &str) -> Result<&'static Self> {
        if let Some(target) = TARGETS.iter().find(|target| target.triple == triple) {
            return Ok(target);
        }
        let known: Vec<_> = TARGETS.iter().map(|target| target.triple).collect();
        bail!("{triple} is no target; there are all, {}", known.join(", "))
    }

    /// All that a release has packages for: Windows by its own toolchain.
    pub(crate) fn released() -> impl Iterator<Item = &'static Self> {
        TARGETS.iter().filter(|target| !target.is_mingw())
    }

    /// All that a machine like this one can build for.
    pub(crate) fn all_here() -> Vec<&'static Self> {
        TARGETS.iter().filter(|target| target.is_built_here()).collect()
    }

    /// MinGW builds for Windows on Linux; Windows itself does by its own toolchain, and so does macOS.
    fn is_built_here(&self) -> bool {
        match std::env::consts::OS {
            "linux" => self.os() == "linux" || self.is_mingw(),
            "windows" => self.triple.ends_with("-msvc"),
            os => self.os() == os,
        }
    }

    /// As `std::env::consts::OS` names it.
    pub(crate) fn os(&self) -> &'static str {
        if self.triple.contains("-linux-") {
            "linux"
        } else if self.triple.contains("-windows-") {
            "windows"
        } else {
            "macos"
        }
    }

    pub(crate) fn is_x64(&self) -> bool {
        self.triple.starts_with("x86_64-")
    }

    pub(crate) fn is_musl(&self) -> bool {
        self.triple.ends_with("-musl")
    }

    pub(crate) fn is_mingw(&self) -> bool {
        self.triple.ends_with("-windows-gnu")
    }

    /// The file name of a dynamic library.
    pub(crate) fn library(&self, stem: &str) -> String {
        match self.os() {
            "windows" => format!("{stem}.dll"),
            "macos" => format!("lib{stem}.dylib"),
            _ => format!("lib{stem}.so"),
        }
    }

    /// The file name of a program.
    pub(crate) fn program(&self, stem: &str) -> String {
        if self.os() == "windows" { format!("{stem}.exe") } else { stem.to_owned() }
    }

    /// In npm's words without the C library, which a static program does not care for.
    pub(crate) fn npm_of_programs(&self) -> String {
        self.npm.split('-').take(2).collect::<Vec<_>>().join("-")
    }

    /// The platforms on which pip may install a program; a static one runs with any C library.
    pub(crate) fn platforms_of_program(&self) -> String {
        let arch = if self.is_x64() { "x86_64" } else { "aarch64" };
        match self.os() {
            "windows" => "win_amd64".to_owned(),
            // The oldest that Rust's own programs run on.
            "macos" if self.is_x64() => "macosx_10_12_x86_64".to_owned(),
            "macos" => "macosx_11_0_arm64".to_owned(),
            _ if self.is_musl() => format!("manylinux_2_17_{arch}.manylinux2014_{arch}.musllinux_1_1_{arch}"),
            _ => format!("manylinux_2_17_{arch}.manylinux2014_{arch}"),
        }
    }

    /// The one whose programs run here and everywhere on the same system and processor.
    pub(crate) fn of_programs(&self) -> Result<&'static Self> {
        Self::find(self.programs_of.unwrap_or(self.triple))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_builds_for_itself() {
        assert!(Target::all_here().contains(&Target::host().unwrap()));
    }

    #[test]
    fn files_are_named_as_the_system_wants() {
        let windows = Target::find("x86_64-pc-windows-msvc").unwrap();
        assert_eq!((windows.library("a"), windows.program("a")), ("a.dll".to_owned(), "a.exe".to_owned()));
        let linux = Target::find("aarch64-unknown-linux-gnu").unwrap();
        assert_eq!((linux.library("a"), linux.program("a")), ("liba.so".to_owned(), "a".to_owned()));
        assert_eq!(linux.of_programs().unwrap().triple, "aarch64-unknown-linux-musl");
    }

    #[test]
    fn an_unknown_one_is_told_what_there_is() {
        let error = Target::find("x86_64-linux").unwrap_err().to_string();
        assert!(error.starts_with("x86_64-linux is no target; there are all, x86_64-unknown-linux-gnu,"));
    }
}
