//! The packaged emulator as a running program.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::package::emulator_program;
use crate::process::{Program, Server};
use crate::root::dist;

/// A running emulator; it ends when this is dropped.
pub(crate) struct Emulator {
    pub(crate) url: String,
    _server: Server,
}

/// Starts the one in `dist/` on a free port.
pub(crate) fn start(arguments: &[&str]) -> Result<Emulator> {
    start_from(&dist(), arguments)
}

/// The same with the one in a folder of packages.
pub(crate) fn start_from(packages: &Path, arguments: &[&str]) -> Result<Emulator> {
    start_by(Program::new(emulator_program(packages)).args(["--port", "0"]).args(arguments))
}

/// The same by a line that starts it.
pub(crate) fn start_by(program: Program) -> Result<Emulator> {
    let (server, line) = program.serve()?;
    let ready: Value = serde_json::from_str(&line).with_context(|| format!("the emulator said {line:?}"))?;
    let url = ready["url"].as_str().context("the emulator did not say its url")?.to_owned();
    Ok(Emulator { url, _server: server })
}

impl Emulator {
    /// Changes the rate limits, by the emulator's admin side.
    pub(crate) fn set_limits(&self, limits: &Value) -> Result<()> {
        self.send("PUT", "/_emulator/limits", limits)
    }

    /// Sends a request with the seed's key; an answer other than a success is an error.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Result<()> {
        self.ask(method, path, body).map(drop)
    }

    /// How many requests were answered, and how many of these with 429.
    pub(crate) fn answered(&self) -> Result<(usize, usize)> {
        let journal = self.ask("GET", "/_emulator/journal", &Value::Null)?;
        let (_, journal) = journal.split_once("\r\n\r\n").context("the emulator's journal has no body")?;
        let journal: Value = serde_json::from_str(journal).context("the emulator's journal is no JSON")?;
        let entries = journal["entries"].as_array().context("the emulator's journal has no entries")?;
        ensure!(journal["dropped"] == 0, "the emulator's journal has forgotten some");
        Ok((entries.len(), entries.iter().filter(|entry| entry["status"] == 429).count()))
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<String> {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).with_context(|| format!("cannot reach {host}"))?;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
             authorization: Bearer YOUR_API_KEY\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all((head + &body).as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 20"), "the emulator refused {method} {path}: {answer}");
        Ok(answer)
    }
}
