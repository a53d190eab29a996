//! `cargo xtask smoke`: the built packages in clean places, called with the right key and with a wrong one.

mod apt;
mod arm64;
mod debian;
mod gateway;
mod mono;
mod musl;
mod native;
mod once;
mod packed;
mod qemu;
mod service;
mod table;
mod windows;
mod wine;
mod written;

use anyhow::Result;
use clap::ValueEnum;

use table::Table;

pub(crate) use apt::folder_of as debian_folder;
pub(crate) use arm64::project as arm64_project;
pub(crate) use mono::Mono;
pub(crate) use packed::{framework_program, from_npm};
pub(crate) use qemu::Arm64;

/// Where packages are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Place {
    /// This machine itself.
    Native,
    /// A folder of Debian 11.
    #[value(name = "debian-11")]
    Debian11,
    /// A folder of Debian 12.
    #[value(name = "debian-12")]
    Debian12,
    /// Linux on arm64, by qemu.
    Arm64,
    /// Linux with musl, by Bun.
    Musl,
    /// Windows, by wine.
    Windows,
}

impl Place {
    fn lines(self, table: &mut Table) {
        match self {
            Self::Native => native::lines(table),
            Self::Debian11 => debian::lines(&debian::ELEVEN, table),
            Self::Debian12 => debian::lines(&debian::TWELVE, table),
            Self::Arm64 => arm64::lines(table),
            Self::Musl => musl::lines(table),
            Self::Windows => windows::lines(table),
        }
    }
}

/// Tries what can be tried on this machine, or some of it, prints a table of what came of it, and puts it into the
/// documentation if that is wanted.
pub(crate) fn run(only: &[Place], write: bool) -> Result<()> {
    let mut table = Table::default();
    for place in Place::value_variants() {
        if only.is_empty() || only.contains(place) {
            place.lines(&mut table);
        }
    }
    println!("{table}");
    if write {
        written::write(&table)?;
    }
    table.verdict()
}
