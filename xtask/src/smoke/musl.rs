//! Linux with musl, as Alpine has it: by Bun, of which there is one for musl that needs nothing installed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::apt;
use super::debian::version_of;
use super::once::once;
use super::packed::{from_npm, npm_project, packed_in, wheel_of_pip};
use super::qemu::Arm64;
use super::service::Service;
use super::table::Table;
use crate::package::target::Target;
use crate::process::Program;
use crate::root::{copy, dist, emptied, matching, work};

/// A processor.
struct Processor {
    name: &'static str,
    triple: &'static str,
    /// As Debian names musl's package, and musl its loader.
    musl: &'static str,
    loader: &'static str,
    bun: &'static str,
    /// Bun is linked with the libraries of C++, which this wheel has for musl.
    libraries: &'static str,
}

static PROCESSORS: [Processor; 2] = [
    Processor {
        name: "linux x64, musl",
        triple: "x86_64-unknown-linux-musl",
        musl: "musl:amd64",
        loader: "ld-musl-x86_64.so.1",
        bun: "@oven/bun-linux-x64-musl@1.4.5",
        libraries: "musllinux_1_2_x86_64 \
                    sha256:188bf333769b7145e2b0b4a7f09615ec550ed44d3a2a8395fb7b36f0e9901e13",
    },
    Processor {
        name: "linux arm64, musl",
        triple: "aarch64-unknown-linux-musl",
        musl: "musl:arm64",
        loader: "ld-musl-aarch64.so.1",
        bun: "@oven/bun-linux-aarch64-musl@1.4.5",
        libraries: "musllinux_1_2_aarch64 \
                    sha256:5a0b2791239c99992a86c1b635b787fe2a877d9eaaa26f8891ce943832b585ae",
    },
];

/// A folder as users have them.
const PLACE: &str = "smoke/musl-place/Bots für Große";

/// Tries all of it.
pub(super) fn lines(table: &mut Table) {
    for processor in &PROCESSORS {
        if let Err(error) = on_one(processor, table) {
            table.tried(processor.name, "setting up", Err(error));
        }
        let why = "no registry used here has them for musl";
        table.left_out(processor.name, "CPython and .NET", why);
    }
}

fn on_one(processor: &Processor, table: &mut Table) -> Result<()> {
    let tried = &format!("Bun {}: over HTTP and HTTPS", version_of(processor.bun));
    let platform = Target::find(processor.triple)?;
    if let Err(lack) = packed_in(&dist(), &format!("sonoran.js-{}-", platform.npm), ".tgz") {
        table.left_out(processor.name, tried, &lack.to_string());
        return Ok(());
    }
    // It brings qemu, and tells where none of this runs.
    let arm64 = match Arm64::ready() {
        Ok(arm64) => arm64,
        Err(lack) => {
            table.left_out(processor.name, tried, &format!("{lack:#}"));
            return Ok(());
        }
    };
    let musl = Musl::ready(processor)?;
    let service = Service::start()?;
    let place = work(PLACE).join(processor.triple);
    emptied(&place)?;
    let call = npm_project(&place, &dist(), platform)?;
    let run = |told: Vec<(&'static str, String)>| {
        musl.bun(platform, &arm64)?.arg(&call).dir(&place).envs(told).run_quietly()
    };
    let outcome = run(service.http().into()).and_then(|()| run(service.https(service.authority()).into()));
    table.tried(processor.name, tried, outcome);
    Ok(())
}

/// A folder with musl, the libraries of C++, and Bun.
struct Musl(PathBuf);

impl Musl {
    fn ready(processor: &Processor) -> Result<Self> {
        let musl = Self(work("smoke").join(processor.triple));
        once(&musl.0, || {
            eprintln!("setting up {} in {}", processor.name, musl.0.display());
            let unpacked = musl.0.join("unpacked");
            apt::unpack(&[processor.musl], &unpacked)?;
            copy(&libc(&unpacked)?, &musl.0.join("lib").join(processor.loader))?;
            copy(&libc(&unpacked)?, &musl.0.join("lib/libc.so"))?;
            let (platform, hash) = processor.libraries.split_once(' ').context("a platform and a hash")?;
            wheel_of_pip("greenlet==3.5.6", platform, hash.trim(), &musl.0.join("wheel"))?;
            musl.take_libraries()?;
            from_npm(processor.bun, &musl.0)
        })?;
        Ok(musl)
    }

    /// Their names in the wheel have a mark, by which they find one another, and Bun asks for the usual ones.
    fn take_libraries(&self) -> Result<()> {
        for (start, usual) in [("libstdc++", "libstdc++.so.6"), ("libgcc_s", "libgcc_s.so.1")] {
            for library in matching(&self.0.join("wheel/greenlet.libs"), start, "") {
                copy(&library, &self.0.join("lib").join(library.file_name().unwrap_or_default()))?;
                copy(&library, &self.0.join("lib").join(usual))?;
            }
        }
        Ok(())
    }

    fn bun(&self, platform: &Target, arm64: &Arm64) -> Result<Program> {
        let bun = self.0.join("package/bin/bun");
        let libraries = self.0.join("lib");
        let program = if platform.is_x64() {
            Program::new(libraries.join("libc.so")).arg(bun)
        } else {
            arm64.program_in(&self.0, &bun)
        };
        fs::create_dir_all(self.0.join("home")).context("cannot make a home")?;
        let told = program.env("LD_LIBRARY_PATH", libraries).env("HOME", self.0.join("home"));
        Ok(told.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR"))
    }
}

/// The one file that musl is.
fn libc(unpacked: &Path) -> Result<PathBuf> {
    let found = Program::new("find").arg(unpacked).args(["-name", "libc.so", "-type", "f"]).text()?;
    found.lines().next().map(PathBuf::from).context("Debian's musl has no libc.so")
}
