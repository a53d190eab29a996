//! The guides beside the description, which stand on reference pages: their programs, run as they stand there.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::lines::wait_for;
use super::report::Counts;
use super::{Run, heading, quickstart};
use crate::emulator;
use crate::language::Language;
use crate::root::root;

const GUIDE: &str = "spec/guides/verify-whitelist.md";

/// What the program prints of its members, one after the other.
const PRINTED: [&str; 6] = [
    "may join: ExampleAccount",
    "unknown",
    "may not join",
    "bad input or set-up: ",
    "bad input: payload must be ",
    "no answer, the saved list decides: ",
];

pub(super) fn suite(run: &mut Run<'_>, language: Language) {
    if run.filter.is_some() {
        return;
    }
    let what = format!("{}: guide to verifyWhitelistV2", language.name());
    heading(&what);
    let outcome = check(language);
    let passed = outcome.is_ok();
    run.report.ran(&what, Counts { passed: u32::from(passed), failed: u32::from(!passed) });
    if let Err(error) = outcome {
        let again = format!("cargo xtask test --lang {}", language.name());
        run.report.failed(&what, &format!("{error:#}; to repeat it:\n  {again}"));
    }
}

fn check(language: Language) -> Result<()> {
    let guide = fs::read_to_string(root().join(GUIDE)).with_context(|| format!("no {GUIDE}"))?;
    let name = language.name();
    let code =
        quickstart::snippet(&guide, name).with_context(|| format!("{GUIDE} has no snippet for {name}"))?;
    let emulator = emulator::start(&[])?;
    for fault in faults() {
        emulator.send("POST", "/_emulator/faults", &fault)?;
    }
    let program = quickstart::program(language, code)?.env("SONORAN_CMS_API_URL", &emulator.url);
    let (_running, lines) = program.speak()?;
    PRINTED.iter().try_for_each(|line| wait_for(&lines, line))
}

/// The third member may not join; for the last one, each attempt of whose call is a request, the service is down.
fn faults() -> [Value; 2] {
    let refused = json!({
        "type": "https://httpstatuses.com/400", "title": "Bad Request", "status": 400, "detail": "NOT ALLOWED ON WHITELIST",
    });
    let refused = json!({
        "type": "respond", "status": 400, "headers": { "content-type": "application/problem+json" }, "body": refused,
    });
    [
        json!({ "operation": "verifyWhitelist", "nth": [3], "action": refused }),
        // It does not see what the first rule strikes.
        json!({ "operation": "verifyWhitelist", "nth": [4, 5, 6], "action": { "type": "respond", "status": 503 } }),
    ]
}
