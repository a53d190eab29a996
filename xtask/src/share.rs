//! `cargo xtask share`: programs in several languages share one key, through a file and through a server, as their
//! packages have it. The service must refuse none of their calls, also where one of them is killed, or the server forgets
//! its scripts and stands still; and where nothing goes wrong, no slot may be wasted.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::emulator::Emulator;
use crate::language::Language;
use crate::process::{Program, Server};
use crate::python::Venv;
use crate::root::{copy, root, work};
use crate::tools::{self, NO_VALKEY};
use crate::{emulator, node, package};

/// Seconds that stand for the service's minute.
const WINDOW: u64 = 2;
const CEILING: usize = 20;
const WINDOWS: usize = 12;
/// Of a hundred slots, so many must be used.
const LEAST: usize = 97;
/// A call that waits for more than one slot in the wrong place ends this.
const STUCK: Duration = Duration::from_secs(300);

/// Lets so many programs share a key in each way.
pub(crate) fn run(processes: usize) -> Result<()> {
    ensure!(processes >= 2, "--processes must be at least 2");
    let programs = Programs::new()?;
    for (name, trouble) in [("nothing goes wrong", false), ("one is killed", true)] {
        let folder = work("share").join("limits");
        let _ = std::fs::remove_dir_all(&folder);
        let shared = folder.display().to_string();
        programs.share(processes, &format!("a file, {name}"), &shared, trouble, None)?;
    }
    let Some(server) = Store::start()? else {
        println!("through a server: skipped, {NO_VALKEY}");
        return Ok(());
    };
    for (name, trouble) in
        [("nothing goes wrong", false), ("one is killed, scripts are flushed, it sleeps", true)]
    {
        server.say("FLUSHALL")?;
        let url = format!("redis://127.0.0.1:{}", server.port);
        programs.share(processes, &format!("a server, {name}"), &url, trouble, Some(&server))?;
    }
    Ok(())
}

/// The packages in two languages, installed.
struct Programs {
    packages: PathBuf,
    python: Venv,
    node: PathBuf,
}

impl Programs {
    fn new() -> Result<Self> {
        let packages = work("share");
        for language in [Language::Python, Language::Node] {
            package::to_show(language, &packages)?;
        }
        let python = Venv::with_our_package(work("python-share"), &packages)?;
        let node = work("node-share");
        node::project(&node, &packages)?;
        copy(&root().join("tests/sharing/worker.mjs"), &node.join("worker.mjs"))?;
        Ok(Self { packages, python, node })
    }

    /// Every second one is in the other language.
    fn program(&self, number: usize) -> Program {
        if number.is_multiple_of(2) {
            self.python.python().arg(root().join("tests/sharing/worker.py"))
        } else {
            Program::new("node").arg("worker.mjs").dir(&self.node)
        }
    }

    fn start(
        &self,
        number: usize,
        emulator: &Emulator,
        shared: &str,
        calls: usize,
    ) -> Result<(Server, Receiver<String>)> {
        let numbers = [calls, usize::try_from(WINDOW)?, CEILING].map(|number| number.to_string());
        self.program(number).args([emulator.url.as_str(), shared]).args(numbers).speak()
    }

    fn share(
        &self,
        processes: usize,
        name: &str,
        shared: &str,
        trouble: bool,
        store: Option<&Store>,
    ) -> Result<()> {
        let emulator = emulator::start_from(
            &self.packages,
            &["--limits", "on", "--window-seconds", &WINDOW.to_string()],
        )?;
        emulator.set_limits(&json!({
            "enabled": true,
            "windowSeconds": WINDOW,
            "overrides": { "getAccountV2": CEILING },
        }))?;
        let calls = CEILING * WINDOWS / processes;
        let mortal =
            if trouble { Some(self.start(processes, &emulator, shared, usize::MAX >> 12)?) } else { None };
        let workers = (0..processes)
            .map(|number| self.start(number, &emulator, shared, calls))
            .collect::<Result<Vec<_>>>()?;
        let (tell, told) = channel();
        let mut handles = Vec::new();
        for (handle, lines) in workers {
            handles.push(handle);
            let tell = tell.clone();
            std::thread::spawn(move || lines.iter().for_each(|line| drop(tell.send((Instant::now(), line)))));
        }
        drop(tell);
        let mut times = Vec::new();
        while times.len() < calls * processes {
            let (time, line) =
                told.recv_timeout(STUCK).with_context(|| format!("through {name}: a call is stuck"))?;
            ensure!(
                line == "200 1",
                "through {name}: a call came to {line:?}, and not to 200 with the first request"
            );
            times.push(time);
            if let Some(store) = store.filter(|_| trouble) {
                match times.len() {
                    number if number == CEILING => store.say("SCRIPT FLUSH")?,
                    number if number == 3 * CEILING => store.say("DEBUG SLEEP 0.5")?,
                    _ => {}
                }
            }
            if times.len() == 2 * CEILING
                && let Some((handle, lines)) = &mortal
            {
                ensure!(lines.try_iter().all(|line| line == "200 1"), "through {name}: a call was refused");
                handle.kill()?;
            }
        }
        // Programs start one after another, and end so: between, each window should have all its slots.
        let (from, windows) = (times[2 * CEILING], WINDOWS - 4);
        let until = from + Duration::from_secs(WINDOW) * u32::try_from(windows)?;
        let got = times.iter().filter(|time| (from..until).contains(time)).count();
        println!(
            "through {name}: {processes} programs, {} calls, none refused; {got} of {} slots used in {windows} windows",
            times.len(),
            CEILING * windows
        );
        ensure!(trouble || got * 100 >= CEILING * windows * LEAST, "through {name}: slots were wasted");
        Ok(())
    }
}

/// A Valkey or Redis server.
struct Store {
    port: u16,
    _server: Server,
}

impl Store {
    fn start() -> Result<Option<Self>> {
        let Some(program) = tools::valkey() else { return Ok(None) };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let options = ["--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes"];
        let (server, lines) =
            Program::new(program).args(options).args(["--port", &port.to_string()]).speak()?;
        ensure!(lines.iter().any(|line| line.contains("eady to accept connections")), "{program} ended");
        Ok(Some(Self { port, _server: server }))
    }

    /// Sends a command as its shell would, and waits for the answer.
    fn say(&self, command: &str) -> Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(format!("{command}\r\n").as_bytes())?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer)?;
        ensure!(answer == *b"+OK\r\n", "the server refused {command}");
        Ok(())
    }
}
