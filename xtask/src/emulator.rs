//! The packaged emulator as a running program.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::package::emulator_program;
use crate::process::{Program, Server};

/// A running emulator; it ends when this is dropped.
pub(crate) struct Emulator {
    pub(crate) url: String,
    _server: Server,
}

/// Starts it on a free port.
pub(crate) fn start(arguments: &[&str]) -> Result<Emulator> {
    let (server, line) = Program::new(emulator_program()).args(["--port", "0"]).args(arguments).serve()?;
    let ready: Value = serde_json::from_str(&line).with_context(|| format!("the emulator said {line:?}"))?;
    let url = ready["url"].as_str().context("the emulator did not say its url")?.to_owned();
    Ok(Emulator { url, _server: server })
}
