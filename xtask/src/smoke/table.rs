//! What was tried, and what came of it.

use std::fmt;

use anyhow::{Result, bail};

/// The lines of the smoke test, in the order in which they came.
#[derive(Default)]
pub(super) struct Table(Vec<Line>);

struct Line {
    /// The packages' platform.
    platform: &'static str,
    /// What ran, and where.
    tried: String,
    outcome: Outcome,
}

enum Outcome {
    Worked,
    Failed,
    LeftOut(String),
}

impl Table {
    /// Notes what was tried; a failure is told at once.
    pub(super) fn tried(&mut self, platform: &'static str, tried: &str, outcome: Result<()>) {
        let outcome = match outcome {
            Ok(()) => Outcome::Worked,
            Err(error) => {
                eprintln!("{platform}, {tried}: {error:#}");
                Outcome::Failed
            }
        };
        self.0.push(Line { platform, tried: tried.to_owned(), outcome });
    }

    /// Notes what could not be tried here, and why.
    pub(super) fn left_out(&mut self, platform: &'static str, tried: &str, why: &str) {
        self.0.push(Line { platform, tried: tried.to_owned(), outcome: Outcome::LeftOut(why.to_owned()) });
    }

    /// An error says that something failed.
    pub(super) fn verdict(&self) -> Result<()> {
        match self.0.iter().filter(|line| matches!(line.outcome, Outcome::Failed)).count() {
            0 => Ok(()),
            failed => bail!("{failed} of {} lines failed", self.0.len()),
        }
    }
}

/// In Markdown.
impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| platform | tried | outcome |\n|---|---|---|")?;
        for Line { platform, tried, outcome } in &self.0 {
            let outcome = match outcome {
                Outcome::Worked => "works",
                Outcome::Failed => "**fails**",
                Outcome::LeftOut(why) => &format!("left out: {why}"),
            };
            writeln!(out, "| {platform} | {tried} | {outcome} |")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::Table;

    #[test]
    fn what_failed_or_was_left_out_is_seen() {
        let mut table = Table::default();
        table.tried("x", "a", Ok(()));
        table.left_out("x", "b", "no time");
        assert!(table.verdict().is_ok());
        table.tried("y", "c", Err(anyhow!("broken")));
        assert_eq!(table.verdict().unwrap_err().to_string(), "1 of 3 lines failed");
        let lines = "| x | a | works |\n| x | b | left out: no time |\n| y | c | **fails** |\n";
        assert!(table.to_string().ends_with(lines), "{table}");
    }
}
