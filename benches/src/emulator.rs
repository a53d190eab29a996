//! The emulator as a process of its own, so that its work is not counted with the client's.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

pub(crate) struct Emulator {
    process: Child,
    pub(crate) url: String,
}

impl Emulator {
    /// Starts the release build that lies beside this program.
    pub(crate) fn start(arguments: &[&str]) -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("sonoran-emulator");
        let mut process = Command::new(&program)
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} is missing: use `cargo xtask bench`", program.display()))?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("no standard output")?).read_line(&mut line)?;
        let ready: serde_json::Value = serde_json::from_str(&line).context("the emulator did not start")?;
        let url = ready["url"].as_str().context("the emulator named no url")?.to_owned();
        Ok(Self { process, url })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
