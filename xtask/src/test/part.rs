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
    pub(super) status: ExitStatus,
}

impl Part {
    /// Runs it, and hands over each line that it prints.
    pub(super) fn run(self, mut each: impl FnMut(&str)) -> Result<Outcome> {
        let Self { what, runner, mut program } = self;
        let line = program.to_string();
        let mut counts = Counts::default();
        let status = program.lines(|line| {
            each(line);
            counts += runner.count(line.trim_end());
        })?;
        if matches!(runner, Runner::Whole) {
            counts.passed = u32::from(status.success());
        }
        Ok(Outcome { what, line, runner, counts, status })
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
