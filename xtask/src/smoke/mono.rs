//! Mono of Debian 12, which programs for .NET Framework run by.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::apt;
use super::once::once;
use crate::process::Program;
use crate::root::work;

/// The runtime, and what the libraries are made of that our package builds on; `mono-devel` has the reference assemblies and
/// what libraries for .NET Standard ask for.
const PACKAGES: [&str; 16] = [
    "mono-runtime-sgen",
    "mono-runtime-common",
    "mono-gac",
    "mono-4.0-gac",
    "mono-devel",
    "libmono-corlib4.5-dll",
    "libmono-corlib4.5-cil",
    "libmono-security4.0-cil",
    "libmono-system4.0-cil",
    "libmono-system-configuration4.0-cil",
    "libmono-system-core4.0-cil",
    "libmono-system-net-http4.0-cil",
    "libmono-system-numerics4.0-cil",
    "libmono-system-runtime-serialization4.0-cil",
    "libmono-system-security4.0-cil",
    "libmono-system-xml4.0-cil",
];

pub(crate) struct Mono(PathBuf);

impl Mono {
    /// Fetches it, or takes what is there. It finds its own files wherever it lies.
    pub(crate) fn ready() -> Result<Self> {
        let mono = Self(work("smoke/mono"));
        once(&mono.0, || {
            eprintln!("setting up Mono in {}", mono.0.display());
            apt::unpack_of("bookworm", &PACKAGES, &mono.0)
        })?;
        // An older C library than Debian 12's does not run it.
        mono.runtime().arg("--version").run_quietly()?;
        Ok(mono)
    }

    /// What programs for .NET Framework 4.8 are compiled against.
    pub(crate) fn references(&self) -> PathBuf {
        self.0.join("usr/lib/mono/4.8-api")
    }

    pub(crate) fn program(&self, program: &Path) -> Program {
        self.runtime().arg(program)
    }

    fn runtime(&self) -> Program {
        Program::new(self.0.join("usr/bin/mono-sgen")).env("MONO_CFG_DIR", self.0.join("etc"))
    }
}
