//! One part of a suite: a program whose printed words tell how many tests passed.

use std::process::ExitStatus;

use anyhow::Result;

use super::count::Runner;
use super::report::Counts;
use crate::process::Program;

/// A part that is to be run.
pub(super) struct Part {
    pub(super) what: String,
    pub(super) runner: Runner,
    pub(super) program: Program,
}

/// What became of it.
pub(super) struct Outcome {
    pub(super) what: String,
    /// The command, to repeat it.
    pub(super) line: String,
    pub(super) runner: Runner,
    pub(super) counts: Counts,
    /// The tests that failed, each as its runner names it.
    pub(super) failed: Vec<String>,
    pub(super) status: ExitStatus,
}

impl Part {
    /// Runs it, and hands over each line that it prints.
    pub(super) fn run(self, mut each: impl FnMut(&str)) -> Result<Outcome> {
        let Self { what, runner, mut program } = self;
        let line = program.to_string();
        let mut counts = Counts::default();
        let mut failed = Vec::<String>::new();
        let status = program.lines(|line| {
            each(line);
            let line = line.trim_end();
            counts += runner.count(line);
            // Some are told again at the end.
            if let Some(test) = runner.failed(line).filter(|test| !failed.iter().any(|told| told == test)) {
                failed.push(test.to_owned());
            }
        })?;
        if matches!(runner, Runner::Whole) {
            counts.passed = u32::from(status.success());
        }
        Ok(Outcome { what, line, runner, counts, failed, status })
    }

    /// Runs it without printing, and gives what it would have printed.
    pub(super) fn run_quietly(self) -> Result<(String, Outcome)> {
        let mut printed = String::new();
        let outcome = self.run(|line| {
            printed += line;
            printed.push('\n');
        })?;
        Ok((printed, outcome))
    }
}
