//! The generator's tests: names and documents by themselves, then whole checkouts generated, compiled and called.

mod awkward_names;
mod checkout;
mod document;
mod made_up;
mod names;
mod node_types;
mod output;
mod posted;
mod webhooks;

use anyhow::Result;

/// Fails with the message alone: it has the command line to repeat.
#[track_caller]
fn must(outcome: Result<()>) {
    if let Err(problem) = outcome {
        panic!("{problem:#}");
    }
}

/// Whether a test goes without what this machine lacks; where `CI` is set, nothing is left out.
fn left_out(language: &str, found: Result<()>) -> bool {
    let Err(problem) = found else { return false };
    assert!(std::env::var_os("CI").is_none(), "{language}: {problem:#}");
    eprintln!("left out: {language}: {problem:#}");
    true
}
