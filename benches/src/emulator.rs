//! The emulator as a process of its own, so that its work is not counted with the client's.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

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

    /// A request to the admin side.
    pub(crate) fn put(&self, path: &str, body: &str) -> Result<()> {
        let host = self.url.trim_start_matches("http://");
        let mut connection = TcpStream::connect(host)?;
        write!(
            connection,
            "PUT {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "the emulator refused: {answer}");
        Ok(())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
