//! Reading how many tests passed from what the test runners print.

use std::process::ExitStatus;

use super::report::Counts;

/// Whose words are read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    Cargo,
    Pytest,
    Node,
    Deno,
    Dotnet,
    Schemathesis,
    Lua,
    /// A program that must print this, which counts for one.
    Prints(&'static str),
    /// A program whose success as a whole counts for one.
    Whole,
}

impl Runner {
    /// What a line says about tests that passed or failed.
    pub(crate) fn count(self, line: &str) -> Counts {
        let (passed, failed) = match self {
            Self::Cargo if line.starts_with("test result:") => {
                (before(line, " passed"), before(line, " failed"))
            }
            Self::Pytest if is_pytest_sum(line) => {
                (before(line, " passed"), before(line, " failed") + before(line, " error"))
            }
            Self::Node => (after(line, "ℹ pass "), after(line, "ℹ fail ")),
            Self::Deno if line.contains(" passed") && line.contains(" | ") => {
                (before(line, " passed"), before(line, " failed"))
            }
            Self::Dotnet if line.contains("Total:") => (after(line, "Passed:"), after(line, "Failed:")),
            Self::Schemathesis if line.trim_start().starts_with(['✅', '❌', '🚫']) => {
                (before(line, " passed"), before(line, " failed") + before(line, " error"))
            }
            Self::Lua if line.starts_with("lua: ") => (before(line, " passed"), before(line, " failed")),
            Self::Prints(expected) => (u32::from(line.contains(expected)), 0),
            _ => (0, 0),
        };
        Counts { passed, failed }
    }

    /// The test that failed, as a line tells it.
    pub(crate) fn failed(self, line: &str) -> Option<&str> {
        let test = match self {
            Self::Cargo => line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?,
            Self::Pytest => line.strip_prefix("FAILED ").or_else(|| line.strip_prefix("ERROR "))?,
            Self::Node => line.trim_start().strip_prefix("✖ ").filter(|test| *test != "failing tests:")?,
            Self::Deno => line.split_once(" ... FAILED")?.0,
            Self::Dotnet => line.strip_prefix("  Failed ")?,
            Self::Lua => line.strip_prefix("FAILED ")?,
            Self::Schemathesis | Self::Prints(_) | Self::Whole => return None,
        };
        Some(test)
    }

    /// Whether a run without tests ended so because the filter fits none of them.
    pub(crate) fn selected_nothing(self, status: ExitStatus) -> bool {
        status.success() || matches!((self, status.code()), (Self::Pytest, Some(5)) | (Self::Dotnet, Some(8)))
    }
}

/// `=== 3 passed in 0.1s ===`, or without the frame where pytest is quiet.
fn is_pytest_sum(line: &str) -> bool {
    line.contains(" in ") && line.starts_with(|sign: char| sign == '=' || sign.is_ascii_digit())
}

/// The number just before `word`, or 0.
fn before(line: &str, word: &str) -> u32 {
    let start = line.find(word).map_or("", |at| &line[..at]);
    start.rsplit(|sign: char| !sign.is_ascii_digit()).next().map_or(0, number)
}

/// The number just after `word`, or 0.
fn after(line: &str, word: &str) -> u32 {
    let rest = line.find(word).map_or("", |at| line[at + word.len()..].trim_start());
    rest.split(|sign: char| !sign.is_ascii_digit()).next().map_or(0, number)
}

fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Counts, Runner};

    fn check(runner: Runner, line: &str, passed: u32, failed: u32) {
        assert_eq!(runner.count(line), Counts { passed, failed }, "{line}");
    }

    #[test]
    fn every_runners_words_are_understood() {
        check(Runner::Deno, "FAILED | 7 passed | 2 failed (355ms)", 7, 2);
        check(
            Runner::Cargo,
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            12,
            0,
        );
        check(Runner::Cargo, "test result: FAILED. 3 passed; 2 failed; 0 ignored", 3, 2);
        check(Runner::Cargo, "running 12 tests", 0, 0);
        check(Runner::Pytest, "===== 1 failed, 70 passed, 2 skipped, 1 error in 3.41s =====", 70, 2);
        check(Runner::Pytest, "70 passed in 3.41s", 70, 0);
        check(Runner::Pytest, "collected 70 items / 2 deselected in all", 0, 0);
        check(Runner::Node, "ℹ pass 14", 14, 0);
        check(Runner::Node, "ℹ fail 2", 0, 2);
        check(
            Runner::Dotnet,
            "Passed!  - Failed:     0, Passed:    71, Skipped:     0, Total:    71, Duration: 2 s",
            71,
            0,
        );
        check(Runner::Schemathesis, "     ✅ 51 passed  ❌ 10 failed  🚫  1 error", 51, 11);
        check(Runner::Schemathesis, " ✅  Coverage (in 33.09s)", 0, 0);
        check(Runner::Schemathesis, "  5095 generated, 5095 passed, 1224 skipped", 0, 0);
        check(Runner::Lua, "lua: 7 passed, 2 failed, 1 skipped", 7, 2);
        check(Runner::Prints("good"), "all is good", 1, 0);
        check(Runner::Whole, "test result: ok. 12 passed; 0 failed", 0, 0);
    }

    #[test]
    fn the_test_that_failed_is_named() {
        let named = |runner: Runner, line, test| assert_eq!(runner.failed(line), test, "{line}");
        named(Runner::Cargo, "test limit::tests::waits ... FAILED", Some("limit::tests::waits"));
        named(Runner::Cargo, "test limit::tests::waits ... ok", None);
        named(Runner::Cargo, "test result: FAILED. 3 passed; 2 failed; 0 ignored", None);
        let failed = "FAILED tests/python/test_walk.py::test_all - AssertionError: 3";
        named(Runner::Pytest, failed, failed.strip_prefix("FAILED "));
        named(Runner::Pytest, "ERROR tests/python/test_walk.py", Some("tests/python/test_walk.py"));
        named(Runner::Pytest, "E   AssertionError", None);
        named(Runner::Node, "  ✖ walks (1.2ms)", Some("walks (1.2ms)"));
        named(Runner::Node, "✖ failing tests:", None);
        named(Runner::Deno, "walks ... FAILED (3ms)", Some("walks"));
        named(Runner::Dotnet, "  Failed Sonoran.Tests.Walks [12 ms]", Some("Sonoran.Tests.Walks [12 ms]"));
        named(Runner::Dotnet, "Failed!  - Failed:     1, Passed:    71, Total:    72", None);
        named(Runner::Lua, "FAILED Lua 5.4: walks: no page", Some("Lua 5.4: walks: no page"));
        named(Runner::Whole, "FAILED", None);
    }
}
