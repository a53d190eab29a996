//! A real server, which a test starts for itself. Where none is installed, a test of it says so and does nothing.

use std::io::{BufRead, BufReader, Read, Write};
#[cfg(not(unix))]
use std::net::TcpStream as Stream;
#[cfg(unix)]
use std::os::unix::net::UnixStream as Stream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::resp::{decode, encode};
use crate::limit::Reply;

/// A server of a test's own, which can be reached by a socket alone.
#[derive(Debug)]
pub(crate) struct Started {
    program: &'static str,
    folder: PathBuf,
    child: Child,
    options: Vec<&'static str>,
}

impl Started {
    /// Nothing where there is none to be started.
    pub(crate) fn new(options: &[&'static str]) -> Option<Self> {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let installed =
            |program: &&&str| cfg!(unix) && Command::new(program).arg("--version").output().is_ok();
        let Some(program) = ["valkey-server", "redis-server"].iter().find(installed) else {
            eprintln!("skipped: neither valkey-server nor redis-server is installed");
            return None;
        };
        let name = format!("sonoran-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let child = start(program, &folder, options);
        Some(Self { program, folder, child, options: options.to_vec() })
    }

    pub(crate) fn url(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    pub(crate) fn connect(&self) -> Connected {
        #[cfg(unix)]
        return Connected { stream: Stream::connect(self.socket()).unwrap(), heard: Vec::new() };
        #[cfg(not(unix))]
        unreachable!("there are no such sockets here")
    }

    pub(crate) fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn start(&mut self) {
        self.child = start(self.program, &self.folder, &self.options);
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// It says that it is ready before this comes back.
fn start(program: &str, folder: &Path, options: &[&str]) -> Child {
    let mut child = Command::new(program)
        .args(["--port", "0", "--save", "", "--enable-debug-command", "yes", "--unixsocket"])
        .arg(folder.join("socket"))
        .arg("--dir")
        .arg(folder)
        .args(options)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.any(|line| line.unwrap().contains("eady to accept connections"));
    assert!(ready, "{program} ended");
    // What else it says is thrown away, so that it can say it.
    thread::spawn(move || lines.for_each(drop));
    child
}

/// A connection to it that blocks.
#[derive(Debug)]
pub(crate) struct Connected {
    stream: Stream,
    heard: Vec<u8>,
}

impl Connected {
    /// The answers to commands that are sent together.
    pub(crate) fn ask(&mut self, commands: &[Vec<Vec<u8>>]) -> Vec<Reply> {
        let mut bytes = Vec::new();
        for command in commands {
            encode(command, &mut bytes);
        }
        self.stream.write_all(&bytes).unwrap();
        commands.iter().map(|_| self.answer()).collect()
    }

    fn answer(&mut self) -> Reply {
        loop {
            if let Some((reply, length)) = decode(&self.heard).unwrap() {
                self.heard.drain(..length);
                return reply;
            }
            let mut more = [0; 4096];
            let length = self.stream.read(&mut more).unwrap();
            assert!(length > 0, "the server is gone");
            self.heard.extend_from_slice(&more[..length]);
        }
    }
}
