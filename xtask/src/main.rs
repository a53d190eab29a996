//! Every developer command: `cargo xtask <command>`.

#![forbid(unsafe_code)]

mod bench;
mod check;
mod demo;
mod dotnet;
mod emulator;
mod fuzz;
mod generate;
mod language;
mod lua;
mod luau;
mod manifest;
mod node;
mod package;
mod process;
mod published;
mod python;
mod release;
mod root;
mod share;
mod smoke;
mod test;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::language::Choice;

/// The commands of the Sonoran SDK. Each sets up what it needs inside the checkout.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write everything that is made from spec/.
    Generate {
        /// Write nothing; fail if a file is not as it would be written.
        #[arg(long)]
        check: bool,
        /// Work on another checkout than the one this program is from.
        #[arg(long)]
        root: Option<PathBuf>,
    },
    /// Show the package at work against the emulator, or programs in two languages that share a key, through the gateway
    /// among other ways.
    Demo {
        #[arg(long, value_enum, default_value = "python")]
        lang: demo::Shown,
    },
    /// Run every test, against the packages as they are installed.
    Test {
        #[arg(long, value_enum, default_value = "all")]
        lang: Choice,
        /// Run only tests whose names contain this.
        #[arg(long)]
        filter: Option<String>,
        /// With --lang node: its tests alone, in another runtime than the Node.js at hand.
        #[arg(long, value_enum)]
        runtime: Option<test::Runtime>,
        /// Build the packages as they are shipped, which takes longer, and on Linux x64 try Node's for arm64 too.
        #[arg(long)]
        shipped: bool,
    },
    /// Check formatting, lints, types, licences, the description and what is generated from it.
    Check {
        /// In place of all that, what takes minutes to compile.
        #[arg(value_enum)]
        only: Option<check::Only>,
    },
    /// Try the built packages in clean places.
    Smoke {
        /// Only there; may be repeated.
        #[arg(long, value_enum)]
        only: Vec<smoke::Place>,
        /// Put the table into docs/platforms.md.
        #[arg(long, conflicts_with = "only")]
        write: bool,
    },
    /// Put what users install into dist/.
    Package {
        #[arg(long, value_enum, default_value = "all")]
        lang: Choice,
        /// A platform to build for, as Rust names it, or all that can be built for here; may be repeated.
        #[arg(long, value_name = "TRIPLE")]
        target: Vec<String>,
        /// Build nothing, but make one release of what several machines have packaged: a folder with a folder of
        /// each, in which are its dist/ and target/xtask/.
        #[arg(long, value_name = "FOLDER", conflicts_with_all = ["lang", "target"])]
        gather: Option<PathBuf>,
    },
    /// Set the version of everything, or prove that all is ready for a release.
    Release {
        #[command(flatten)]
        task: release::Task,
        /// With --check: the tag that is about to be released.
        #[arg(long, requires = "check")]
        tag: Option<String>,
    },
    /// Look for inputs that break a promise of the core: needs a nightly Rust and cargo-fuzz.
    Fuzz {
        /// One of fuzz/targets; all of them if left out.
        target: Option<String>,
        /// For how long, each.
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Let programs in several languages share one key, through a file and through a server, and count what the service
    /// refuses: none.
    Share {
        /// How many programs.
        #[arg(long, default_value_t = 4)]
        processes: usize,
    },
    /// Run a benchmark: core, emulator, gateway, limiter, server, python, node, dotnet or lua.
    Bench {
        name: String,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match process::end_children_with_us().and_then(|()| run(Cli::parse().command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Generate { check, root } => generate::run(&root.unwrap_or_else(root::root), check),
        Command::Demo { lang } => demo::run(lang),
        Command::Test { lang, filter, runtime, shipped } => {
            test::run(lang, filter.as_deref(), runtime, shipped)
        }
        Command::Share { processes } => share::run(processes),
        Command::Check { only: None } => check::run(),
        Command::Check { only: Some(check::Only::Luau) } => luau::check(),
        Command::Smoke { only, write } => smoke::run(&only, write),
        Command::Package { gather: Some(folder), .. } => package::gather(&folder),
        Command::Package { lang, target, .. } => package::run(lang, &target),
        Command::Release { task, tag } => release::run(&task, tag.as_deref()),
        Command::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds),
        Command::Bench { name, arguments } => bench::run(&name, &arguments),
    }
}
