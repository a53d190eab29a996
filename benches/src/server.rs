//! What a slot costs that a Valkey or Redis server has, on loopback, beside the least that one way there and back
//! costs: a bare `SET`, over a socket that blocks, and over the core's own connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::limit::{Limiter, OnServer, Place, Sharing, Turn, WINDOW, Wire};
use crate::valkey::{Address, Server};
use crate::{machine, warning};

const ROUNDS: usize = 21;
/// Ways there and back in a round.
const TIMES: usize = 500;

pub(crate) fn run() -> Result<()> {
    let started = Started::new()?;
    let mut socket = TcpStream::connect(("127.0.0.1", started.port))?;
    socket.set_nodelay(true)?;
    let address = Address::read(&format!("redis://127.0.0.1:{}", started.port));
    let server = Arc::new(Server::new(address.map_err(anyhow::Error::msg)?, None));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let (mut floors, mut sets, mut slots) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let floor = blocking(&mut socket)?;
        let set = runtime.block_on(bare(&server))?;
        let slot = runtime.block_on(taking(&server, round))?;
        // The first round warms up all of them.
        if round > 0 {
            floors.push(micros(floor));
            sets.push(micros(set));
            slots.push(micros(slot));
        }
    }
    println!("machine: {}; {}", machine::describe(), started.version);
    println!("{ROUNDS} interleaved rounds of {TIMES}, one after another");
    for (name, samples) in [
        ("SET over a blocking socket", &mut floors),
        ("SET over the core's connection", &mut sets),
        ("taking a slot", &mut slots),
    ] {
        let (low, median, high) = machine::spread(samples);
        println!("{name}: {median:.1} µs (median; {low:.1} to {high:.1})");
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // Some hundreds.
fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / TIMES as f64
}

fn blocking(socket: &mut TcpStream) -> Result<Duration> {
    let start = Instant::now();
    let mut answer = [0; 5];
    for _ in 0..TIMES {
        socket.write_all(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n")?;
        socket.read_exact(&mut answer)?;
    }
    Ok(start.elapsed())
}

async fn bare(server: &Arc<Server>) -> Result<Duration> {
    let start = Instant::now();
    for _ in 0..TIMES {
        let (tell, told) = oneshot::channel();
        let answer = Arc::clone(server).send(["SET", "k", "v"].map(|word| word.as_bytes().to_vec()).to_vec());
        let spawned = server.spawn(Box::pin(async move {
            let _ = tell.send(answer.await);
        }));
        ensure!(spawned && told.await?.is_ok(), "no answer");
    }
    Ok(start.elapsed())
}

/// As calls take them; the answers are noted meanwhile, and not waited for.
async fn taking(server: &Arc<Server>, round: usize) -> Result<Duration> {
    let (base, key) = ("https://service", format!("round {round}"));
    let sharing = Sharing { place: "a server".to_owned(), refuses: true, members: 2 };
    let place = || Ok(Box::new(OnServer::new(server.clone(), base, &key)) as Box<dyn Place>);
    let hook = warning::on_standard_error();
    let limiter = Limiter::beyond(base, &key, WINDOW, &sharing, |_| "window", &hook, place);
    let window = limiter.map_err(|()| anyhow::Error::msg("no limiter"))?.window(0);
    let start = Instant::now();
    for _ in 0..TIMES {
        let mut turn = Turn::new(None, None);
        let slot = window.acquire(u32::MAX, &mut turn, None).await;
        slot.ok().context("no slot")?.answered();
    }
    Ok(start.elapsed())
}

struct Started {
    child: Child,
    port: u16,
    version: String,
}

impl Started {
    fn new() -> Result<Self> {
        let installed = ["valkey-server", "redis-server"]
            .into_iter()
            .find_map(|program| Some((program, Command::new(program).arg("--version").output().ok()?)));
        let (program, version) = installed.context("neither valkey-server nor redis-server is installed")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut child = Command::new(program)
            .args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let ready = lines.map_while(Result::ok).any(|line| line.contains("eady to accept connections"));
        ensure!(ready, "{program} ended");
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        Ok(Self { child, port, version })
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
