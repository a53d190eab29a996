//! A Valkey or Redis server for programs to share a key through.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::{Result, ensure};

use crate::process::{Program, Server};
use crate::tools;

/// One on a free port, without anything in it; it ends when this is dropped.
pub(crate) struct Store {
    port: u16,
    _server: Server,
}

impl Store {
    /// Starts it, where one is installed.
    pub(crate) fn start() -> Result<Option<Self>> {
        let Some(program) = tools::valkey() else { return Ok(None) };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let options = ["--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes"];
        let (server, lines) =
            Program::new(program).args(options).args(["--port", &port.to_string()]).speak()?;
        ensure!(lines.iter().any(|line| line.contains("eady to accept connections")), "{program} ended");
        Ok(Some(Self { port, _server: server }))
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Sends a command as its shell would, and waits for the answer.
    pub(super) fn say(&self, command: &str) -> Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(format!("{command}\r\n").as_bytes())?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer)?;
        ensure!(answer == *b"+OK\r\n", "the server refused {command}");
        Ok(())
    }
}
