//! What ran, what was left out and why, and the sum.

use std::fmt;

/// How many tests passed and how many failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The whole run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    ran: Vec<(String, Counts)>,
    covered: Vec<(String, String)>,
    failures: Vec<String>,
    left_out: Vec<(String, String)>,
    left_out_here: Vec<(String, String)>,
}

impl Report {
    pub(crate) fn ran(&mut self, what: &str, counts: Counts) {
        self.ran.push((what.to_owned(), counts));
    }

    /// How much of the description a language's suites have gone through.
    pub(crate) fn covered(&mut self, language: &str, how_much: &str) {
        self.covered.push((language.to_owned(), how_much.to_owned()));
    }

    /// Something failed; `how` says what, and how to repeat it.
    pub(crate) fn failed(&mut self, what: &str, how: &str) {
        self.failures.push(format!("{what}: {how}"));
    }

    pub(crate) fn left_out(&mut self, what: &str, why: &str) {
        self.left_out.push((what.to_owned(), why.to_owned()));
    }

    /// The same of what only some machines can do, and no run has to.
    pub(crate) fn left_out_here(&mut self, what: &str, why: &str) {
        self.left_out_here.push((what.to_owned(), why.to_owned()));
    }

    pub(crate) fn has_failures(&self) -> bool {
        !self.failures.is_empty()
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.left_out.is_empty()
    }

    pub(crate) fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        for (_, counts) in &self.ran {
            sum += *counts;
        }
        sum
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out)?;
        section(out, "Ran", self.ran.iter().map(|(what, counts)| format!("{what}: {counts}")))?;
        section(
            out,
            "Covered",
            self.covered.iter().map(|(language, how_much)| format!("{language}: {how_much}")),
        )?;
        section(out, "Failed", self.failures.iter().cloned())?;
        let left_out = [("Left out", &self.left_out), ("Left out on this machine", &self.left_out_here)];
        for (title, what) in left_out {
            section(out, title, what.iter().map(|(what, why)| format!("{what}: {why}")))?;
        }
        write!(out, "\n{}", self.sum())
    }
}

fn section(
    out: &mut fmt::Formatter<'_>,
    title: &str,
    lines: impl ExactSizeIterator<Item = String>,
) -> fmt::Result {
    if lines.len() == 0 {
        return Ok(());
    }
    writeln!(out, "{title}:")?;
    for line in lines {
        writeln!(out, "  {}", line.replace('\n', "\n  "))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Counts, Report};

    #[test]
    fn the_last_line_is_the_sum() {
        let mut report = Report::default();
        report.ran("rust", Counts { passed: 3, failed: 0 });
        report.ran("python", Counts { passed: 2, failed: 1 });
        report.covered("rust", "2 of 3 events");
        report.failed("python", "failed; to repeat it:\n  pytest");
        report.left_out("csharp", "there is no .NET SDK");
        let text = report.to_string();
        assert!(text.contains("Covered:\n  rust: 2 of 3 events\n"), "{text}");
        assert!(text.contains("  csharp: there is no .NET SDK\n"), "{text}");
        assert!(text.contains("  python: failed; to repeat it:\n    pytest\n"), "{text}");
        assert!(text.ends_with("\n5 passed, 1 failed"), "{text}");
        assert!(report.has_failures() && !report.is_complete());
    }

    #[test]
    fn what_no_run_has_to_do_is_told_and_leaves_it_complete() {
        let mut report = Report::default();
        report.left_out_here("arm64", "there is no apt-get");
        assert!(report.to_string().contains("Left out on this machine:\n  arm64: there is no apt-get\n"));
        assert!(report.is_complete());
    }
}
