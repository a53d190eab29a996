//! A small HTTP client, and a gateway before an emulator to talk to.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use sonoran_emulator::{Emulator, Switch};
use sonoran_gateway::{Credential, Gateway, Settings};

/// The seed's account.
pub(crate) const ACCOUNT: &str = "00000000-0000-0000-0000-000000000000";

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The detail of a problem of the gateway's own.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let problem = self.json();
        assert_eq!(problem["source"], "sonoran-gateway", "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert!(!self.header("x-request-id").is_empty());
        (self.status, problem["detail"].as_str().unwrap_or_default().to_owned())
    }
}

/// A gateway and the emulator behind it, of their own for one test.
pub(crate) struct Api {
    pub(crate) gateway: Gateway,
    pub(crate) emulator: Emulator,
}

/// A process has one limiter for an address, a key and a window: each test shall have its own, should the port be one
/// that an emulator before it had, and besides that of a client in the test.
static NUMBER: AtomicU64 = AtomicU64::new(1);

/// What `change` makes of the settings for an emulator.
pub(crate) fn settings(emulator: &Emulator, change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::new(Credential::held("YOUR_API_KEY", "YOUR_COMMUNITY_ID"));
    settings.api_url = emulator.url();
    change(&mut settings);
    settings.rate_window += Duration::from_nanos(NUMBER.fetch_add(1, Ordering::Relaxed));
    settings
}

impl Api {
    /// A gateway that holds the seed's key.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::before(sonoran_emulator::Options { limits: Switch::Off, ..Default::default() }, change)
    }

    pub(crate) fn before(options: sonoran_emulator::Options, change: impl FnOnce(&mut Settings)) -> Self {
        let emulator = Emulator::start(options).expect("the emulator starts");
        let gateway = Gateway::start(settings(&emulator, change)).expect("the gateway starts");
        Self { gateway, emulator }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    /// Sends exactly this through the gateway and reads the answer.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Answer {
        send(self.gateway.address(), method, path, headers, body).expect("an answer")
    }

    /// A connection to the gateway on which this was written.
    pub(crate) fn wrote(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = connect(self.gateway.address());
        stream.write_all(bytes).expect("it is sent");
        stream
    }

    /// Tells the emulator.
    pub(crate) fn admin(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("/_emulator{path}");
        let answer = send(self.emulator.address(), method, &path, &[], body.as_bytes()).expect("an answer");
        assert!(answer.status < 300, "{answer:?}");
        answer
    }

    /// The requests that reached the service.
    pub(crate) fn journal(&self, filter: &str) -> Vec<Value> {
        let answer = self.admin("GET", &format!("/journal{filter}"), &Value::Null).json();
        answer["entries"].as_array().cloned().unwrap_or_default()
    }

    /// Waits until so many stand in line for an operation.
    pub(crate) fn wait_for_line(&self, operation: &str, number: u32) {
        let line = format!(r#"waiting{{operation="{operation}"}} {number}"#);
        until(|| self.get("/_gateway/metrics").text.contains(&line).then_some(()));
    }

    /// The same, but no longer than until then.
    pub(crate) fn wait_for_line_or(&self, operation: &str, number: u32, end: Instant) {
        let line = format!(r#"waiting{{operation="{operation}"}} {number}"#);
        while Instant::now() < end && !self.get("/_gateway/metrics").text.contains(&line) {}
    }

    /// Waits for a request that a fault holds up, or whatever else the journal is to tell.
    pub(crate) fn wait_for(&self, filter: &str) -> Value {
        until(|| self.journal(filter).pop())
    }
}

/// Asks until there is something, so that a test fails and does not hang.
pub(crate) fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "it does not come");
        std::thread::yield_now();
    }
}

pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = connect(address);
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    let host = headers.iter().any(|header| header.to_lowercase().starts_with("host:"));
    for header in headers.iter().chain(if host { None } else { Some(&"Host: 127.0.0.1") }) {
        request.push_str(header);
        request.push_str("\r\n");
    }
    stream.write_all(request.as_bytes()).ok()?;
    write!(stream, "Content-Length: {}\r\n\r\n", body.len()).ok()?;
    stream.write_all(body).ok()?;
    parse(&rest(stream))
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    // So that a test fails and does not hang.
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    stream
}

/// Whatever comes until the connection ends.
pub(crate) fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    match stream.read_to_end(&mut received) {
        Ok(_) => received,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => received,
        Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&received)),
    }
}

/// The first answer in what was received.
pub(crate) fn parse(received: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(received);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        return Some(Answer { status, headers, text: joined(body) });
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(body.len());
    Some(Answer { status, headers, text: body.get(..length).unwrap_or(body).to_owned() })
}

/// What stands in chunks, which has no line breaks of its own.
fn joined(body: &str) -> String {
    let lines: Vec<&str> = body.split("\r\n").collect();
    lines.chunks(2).take_while(|chunk| chunk[0] != "0").filter_map(|chunk| chunk.get(1).copied()).collect()
}
