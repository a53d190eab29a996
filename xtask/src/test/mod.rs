//! `cargo xtask test`: every suite, against the packages as they are installed.

mod arm64;
mod conformance;
mod container;
mod count;
mod covered;
mod csharp;
mod debug;
mod emulator;
mod guides;
mod lines;
mod lua;
mod lua_hosts;
mod mono;
mod node;
mod part;
mod python;
mod quickstart;
mod receivers;
mod report;
mod runtimes;
mod rust;
mod shared;

use std::io::Write;
use std::path::PathBuf;
use std::thread;

use anyhow::{Error, Result, anyhow, bail};

use crate::language::{Choice, Language};
use crate::process::{self, Program};
use crate::root::{dist, root};
use crate::{dotnet, lua as interpreters, node as npm, package, python as venv};
use count::Runner;
use part::{Outcome, Part};
use report::{Counts, Report};

pub(crate) use runtimes::Runtime;

/// Runs the suites of the chosen languages and reports; an error means that not all is well. With a runtime, these are
/// the tests of the Node package in it. The packages are built in little time, or as they are shipped.
pub(crate) fn run(
    choice: Choice,
    filter: Option<&str>,
    runtime: Option<Runtime>,
    shipped: bool,
) -> Result<()> {
    if runtime.is_some() && choice != Choice::Node {
        bail!("--runtime is of --lang node");
    }
    let runtimes = runtime.map(Runtime::each).unwrap_or_default();
    let mut run = Run { report: Report::default(), filter, runtimes, shipped, covered: None };
    let languages = run.present(&choice.languages());
    heading("packages");
    // In one go: the languages share most of what is built.
    // Lua's suite builds its own: those of several Luas, as they are shipped, would take long.
    let packed: Vec<_> = languages.iter().copied().filter(|language| *language != Language::Lua).collect();
    let made = if shipped { package::for_this_machine(&packed) } else { package::to_test(&packed) };
    if let Err(error) = made {
        run.broken("packages", &error);
    } else {
        for language in languages {
            run.language(language);
        }
    }
    println!("{}", run.report);
    run.verdict()
}

/// A run of the tests.
struct Run<'a> {
    report: Report,
    filter: Option<&'a str>,
    /// What the tests of the Node package run in, where that is not the Node.js at hand.
    runtimes: Vec<Runtime>,
    /// Whether the packages are built as they are shipped.
    shipped: bool,
    /// Where the suites of the language leave what they have covered.
    covered: Option<PathBuf>,
}

impl Run<'_> {
    fn language(&mut self, language: Language) {
        let outcome = conformance::build_host()
            .and_then(|()| covered::start(language))
            .and_then(|()| self.suites(language))
            .and_then(|()| covered::report(language, self.filter.is_none(), &mut self.report));
        if let Err(error) = outcome {
            self.broken(language.name(), &error);
        }
    }

    /// What broke down before it counted anything has failed.
    fn broken(&mut self, what: &str, error: &Error) {
        self.report.ran(what, Counts { passed: 0, failed: 1 });
        self.report.failed(what, &format!("{error:#}"));
    }

    /// The languages that this machine has what it takes for; the others are left out.
    fn present(&mut self, languages: &[Language]) -> Vec<Language> {
        let mut present = Vec::new();
        for language in languages {
            match missing(*language) {
                Ok(()) => present.push(*language),
                // Its interpreters come from Debian, which not every machine can reach.
                Err(problem) if *language == Language::Lua => {
                    self.report.left_out_here(language.name(), &format!("{problem:#}"));
                }
                Err(problem) => self.report.left_out(language.name(), &problem.to_string()),
            }
        }
        present
    }

    fn suites(&mut self, language: Language) -> Result<()> {
        self.covered = Some(covered::folder(language));
        if !self.runtimes.is_empty() {
            return self.runtimes.clone().into_iter().try_for_each(|runtime| node::in_runtime(self, runtime));
        }
        match language {
            Language::Rust => {
                rust::suite(self)?;
                emulator::suite(self)?;
            }
            Language::Python => {
                python::suite(self)?;
                container::suite(self);
            }
            Language::Node => {
                node::suite(self)?;
                shared::suite(self);
                arm64::suite(self)?;
            }
            Language::Csharp => {
                csharp::suite(self)?;
                mono::suite(self)?;
            }
            Language::Lua => {
                lua::suite(self)?;
                lua_hosts::suite(self)?;
            }
        }
        quickstart::suite(self, language)?;
        guides::suite(self, language);
        receivers::suite(self, language);
        Ok(())
    }

    /// Runs one part of a suite and counts its tests.
    fn step(&mut self, what: &str, runner: Runner, program: Program) -> Result<()> {
        heading(what);
        let part = Part { what: what.to_owned(), runner, program: self.told(program) };
        let outcome = part.run(|line| {
            println!("{line}");
            let _ = std::io::stdout().flush();
        })?;
        self.count(outcome);
        Ok(())
    }

    /// Runs parts that don't disturb each other at the same time; what each prints follows when it is over.
    fn at_once(&mut self, parts: Vec<Part>) -> Result<()> {
        let told = |part: Part| Part { program: self.told(part.program), ..part };
        let parts: Vec<_> = parts.into_iter().map(told).collect();
        thread::scope(|scope| {
            let running: Vec<_> = parts.into_iter().map(|part| scope.spawn(|| part.run_quietly())).collect();
            for part in running {
                let (printed, outcome) =
                    part.join().map_err(|_| anyhow!("a part of the tests panicked"))??;
                heading(&outcome.what);
                println!("{printed}");
                self.count(outcome);
            }
            Ok(())
        })
    }

    fn told(&self, program: Program) -> Program {
        let covered = self.covered.iter().map(|folder| ("SONORAN_COVERED", folder.display().to_string()));
        program.envs(environment()).envs(covered)
    }

    fn count(&mut self, outcome: Outcome) {
        let Outcome { what, line, runner, mut counts, failed: tests, status } = outcome;
        let ran_nothing = counts == Counts::default();
        let failed = if ran_nothing {
            self.filter.is_none() || !runner.selected_nothing(status)
        } else {
            counts.failed > 0 || !status.success()
        };
        if failed {
            // A runner that broke down has counted nothing, and has failed all the same.
            counts.failed = counts.failed.max(1);
            self.report.failed(&what, &named(&tests, &process::failure(&line, status)));
        }
        self.report.ran(&what, counts);
    }

    fn verdict(&self) -> Result<()> {
        let sum = self.report.sum();
        if sum.failed > 0 || self.report.has_failures() {
            bail!("some tests failed");
        }
        if sum.passed == 0 {
            bail!("no test ran");
        }
        if !self.report.is_complete() && std::env::var_os("CI").is_some() {
            bail!("something was left out, which is not accepted where CI is set");
        }
        Ok(())
    }
}

/// What to say of a part that failed, the tests first: the end of a long log may be all that somebody has of it.
fn named(tests: &[String], failure: &str) -> String {
    let tests: Vec<_> = tests.iter().map(|test| format!("\n  {test}")).collect();
    let then = if tests.is_empty() { "" } else { "\n" };
    format!("{}{then}{failure}", tests.concat())
}

/// What the suites are told.
fn environment() -> [(&'static str, String); 4] {
    let emulator = package::emulator_program(&dist());
    [
        ("SONORAN_ROOT", root().display().to_string()),
        ("SONORAN_DIST", dist().display().to_string()),
        ("SONORAN_EMULATOR", emulator.display().to_string()),
        ("SONORAN_CONFORMANCE_HOST", conformance::host().display().to_string()),
    ]
}

/// An error says what this machine lacks for the language.
fn missing(language: Language) -> Result<()> {
    match language {
        Language::Rust => Ok(()),
        Language::Python => venv::interpreter().map(drop),
        Language::Node => npm::new_enough(),
        Language::Csharp => dotnet::environment().map(drop),
        Language::Lua => interpreters::interpreters().map(drop),
    }
}

fn heading(what: &str) {
    println!("\n== {what}");
}
