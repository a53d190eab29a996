//! What the gateway costs: CPU and time per request over the direct way, how it stands a thousand callers, and whether
//! slow and hostile ones change anything for the others. Gateway and emulator are processes of their own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::emulator::Emulator;
use crate::machine;

const ROUNDS: usize = 11;
const CALLS: u32 = 2000;
const PATH: &str = "/v2/community";

/// A thousand callers, at ten times the ceiling.
const CALLERS: usize = 1000;
const CEILING: usize = 100;
/// Seconds that stand for the service's minute.
const WINDOW: u64 = 2;

pub(crate) fn run() -> Result<()> {
    println!("machine: {}", machine::describe());
    cost()?;
    crowd()?;
    Ok(())
}

/// A gateway before an emulator.
struct Gateway {
    process: Child,
    address: SocketAddr,
}

impl Gateway {
    fn start(emulator: &Emulator, arguments: &[&str]) -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("sonoran-gateway");
        let mut process = Command::new(&program)
            .args(["--port", "0", "--community-id", "YOUR_COMMUNITY_ID", "--api-url", &emulator.url])
            .args(arguments)
            .env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} is missing: use `cargo xtask bench`", program.display()))?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("no standard output")?).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).context("the gateway did not start")?;
        Ok(Self { process, address: address_of(ready["url"].as_str().context("it named no url")?)? })
    }

    /// The time that its threads were on a processor.
    fn cpu_time(&self) -> Result<Duration> {
        let mut nanos = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let statistics = fs::read_to_string(task?.path().join("schedstat"))?;
            nanos += statistics.split(' ').next().context("an empty schedstat")?.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// The most memory that it ever had, in KiB.
    fn most_memory(&self) -> Result<u32> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn address_of(url: &str) -> Result<SocketAddr> {
    Ok(url.trim_start_matches("http://").parse()?)
}

/// A kept connection.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// The status and the body.
    fn ask(&mut self, path: &str, header: &str) -> Result<(u16, Vec<u8>)> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer YOUR_API_KEY\r\n{header}\r\n"
        );
        self.0.get_mut().write_all(head.as_bytes())?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.split(' ').nth(1).context("no status")?.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok((status, body))
    }

    /// How long each of some requests takes, in microseconds, in order of length.
    fn times(&mut self, calls: u32) -> Result<Vec<f64>> {
        let mut times = Vec::with_capacity(calls as usize);
        for _ in 0..calls {
            let start = Instant::now();
            let (status, _) = self.ask(PATH, "")?;
            times.push(start.elapsed().as_secs_f64() * 1e6);
            ensure!(status == 200, "status {status}");
        }
        times.sort_by(f64::total_cmp);
        Ok(times)
    }
}

fn at(sorted: &[f64], part: usize) -> f64 {
    sorted[(sorted.len() * part / 100).min(sorted.len() - 1)]
}

/// CPU of the gateway's process, and time added, with free slots; then the same among slow and hostile callers.
fn cost() -> Result<()> {
    let emulator = Emulator::start(&["--limits", "off"])?;
    let gateway = Gateway::start(&emulator, &["--ceilings", "getCommunityV2=1000000000"])?;
    let (mut cpu, mut medians, mut tails) = (Vec::new(), Vec::new(), Vec::new());
    let mut direct = Connection::open(address_of(&emulator.url)?)?;
    let mut through = Connection::open(gateway.address)?;
    for round in 0..=ROUNDS {
        let without = direct.times(CALLS)?;
        let before = gateway.cpu_time()?;
        let with = through.times(CALLS)?;
        let spent = gateway.cpu_time()?.saturating_sub(before);
        // The first round warms up both.
        if round > 0 {
            cpu.push(spent.as_secs_f64() * 1e6 / f64::from(CALLS));
            medians.push(at(&with, 50) - at(&without, 50));
            tails.push(at(&with, 99) - at(&without, 99));
        }
    }
    println!("{ROUNDS} interleaved rounds of {CALLS} sequential requests each, one connection, log on");
    for (name, samples) in [
        ("CPU of the gateway, per request", &mut cpu),
        ("added to the median", &mut medians),
        ("added to the 99th percentile", &mut tails),
    ] {
        let (low, median, high) = machine::spread(samples);
        println!("{name}: {median:.0} us (median of the rounds; {low:.0} to {high:.0})");
    }
    let quiet = at(&through.times(CALLS * 5)?, 99);
    let hostile = hostile(gateway.address)?;
    let among = at(&through.times(CALLS * 5)?, 99);
    drop(hostile);
    println!(
        "99th percentile through it: {quiet:.0} us alone, {among:.0} us among 1,000 slow and hostile connections"
    );
    println!("its memory at most: {:.1} MiB", f64::from(gateway.most_memory()?) / 1024.0);
    Ok(())
}

/// Connections that begin and do not go on: half a head, half a body, a huge head, and what is no request.
fn hostile(address: SocketAddr) -> Result<Vec<TcpStream>> {
    let huge = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}", "x".repeat(40_000));
    let beginnings = [
        "GET / HTTP/1.1\r\nHost: loc".to_owned(),
        "POST /_gateway/call/getCommunityV2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000\r\n\r\n{"
            .to_owned(),
        huge,
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
    ];
    let mut streams = Vec::new();
    for number in 0..1000 {
        let mut stream = TcpStream::connect(address)?;
        // One that it has closed already is as good.
        let _ = stream.write_all(beginnings[number % beginnings.len()].as_bytes());
        streams.push(stream);
    }
    Ok(streams)
}

/// A thousand callers at once, half of them low and, once those stand in line, half of them high.
fn crowd() -> Result<()> {
    let window = WINDOW.to_string();
    let emulator = Emulator::start(&["--limits", "on", "--window-seconds", &window])?;
    let limits = format!(r#"{{"windowSeconds":{WINDOW},"overrides":{{"getCommunityV2":{CEILING}}}}}"#);
    emulator.put("/_emulator/limits", &limits)?;
    let ceilings = format!("getCommunityV2={CEILING}");
    let gateway =
        Gateway::start(&emulator, &["--rate-window", &window, "--max-wait", "600", "--ceilings", &ceilings])?;
    let start = Instant::now();
    let mut callers = Vec::new();
    let mut pages = Connection::open(gateway.address)?;
    for (priority, from) in [("low", 0), ("high", CALLERS / 2)] {
        for number in from..from + CALLERS / 2 {
            let address = gateway.address;
            let caller = thread::Builder::new().stack_size(64 * 1024).spawn(move || -> Result<u16> {
                let header = format!("Sonoran-Priority: {priority}\r\n");
                let path = format!("{PATH}?priority={priority}&number={number}");
                Ok(Connection::open(address)?.ask(&path, &header)?.0)
            })?;
            callers.push(caller);
        }
        if priority == "low" {
            // Those that are not sent at once stand in line.
            let free = CEILING - CEILING.div_ceil(5);
            let line = format!(r#"waiting{{operation="getCommunityV2"}} {}"#, CALLERS / 2 - free);
            while !String::from_utf8_lossy(&pages.ask("/_gateway/metrics", "")?.1).contains(&line) {}
        }
    }
    let mut statuses = BTreeMap::new();
    for caller in callers {
        let status = caller.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??;
        *statuses.entry(status).or_insert(0) += 1;
    }
    let took = start.elapsed().as_secs_f64();
    let order = order(&emulator)?;
    ensure!(order.len() == CALLERS, "{} requests reached the service", order.len());
    let refused = order.iter().filter(|(_, status)| *status == 429).count();
    let last_high = order.iter().rposition(|(is_high, _)| *is_high).context("none is high")?;
    let first_high = order.iter().position(|(is_high, _)| *is_high).context("none is high")?;
    let between = order[first_high..last_high].iter().filter(|(is_high, _)| !is_high).count();
    // The last of them goes at the beginning of the last window.
    let windows = u64::try_from(CALLERS.div_ceil(CEILING) - 1)?;
    println!(
        "{CALLERS} callers at once at 10 times the ceiling ({CEILING} in {WINDOW} s): statuses {statuses:?}, {refused} refused by \
         the service, in {took:.1} s (ideal: {} s)",
        windows * WINDOW
    );
    println!("the low ones that went between the high ones, who had come later: {between}");
    println!("its memory at most: {:.1} MiB", f64::from(gateway.most_memory()?) / 1024.0);
    ensure!(refused == 0 && statuses.get(&200) == Some(&CALLERS), "a caller was refused");
    Ok(())
}

/// What reached the service, in order: whether it was high, and its status.
fn order(emulator: &Emulator) -> Result<Vec<(bool, u64)>> {
    let mut connection = Connection::open(address_of(&emulator.url)?)?;
    let (_, body) = connection.ask("/_emulator/journal", "")?;
    let journal: Value = serde_json::from_slice(&body)?;
    let entries = journal["entries"].as_array().context("no journal")?;
    Ok(entries
        .iter()
        .map(|entry| {
            (
                entry.to_string().contains("priority=high") || entry["query"]["priority"] == "high",
                entry["status"].as_u64().unwrap_or_default(),
            )
        })
        .collect())
}
