//! A small HTTP client, and an emulator to talk to.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use sonoran_emulator::{Emulator, Options};

/// The seed's account, and its twin of ones.
pub(crate) const ACCOUNT: &str = "00000000-0000-0000-0000-000000000000";
pub(crate) const OWNER: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const NOBODY: &str = "99999999-9999-9999-9999-999999999999";

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON; null when there is none.
    pub(crate) fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The envelope's data.
    pub(crate) fn data(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json()["data"].clone()
    }

    /// The names of the fields at fault.
    pub(crate) fn fields(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

/// An emulator of its own for one test.
pub(crate) struct Api {
    pub(crate) emulator: Emulator,
}

impl Api {
    /// On the built-in seed, without rate limits.
    pub(crate) fn new() -> Self {
        Self::with(Options { limits: sonoran_emulator::Switch::Off, ..Options::default() })
    }

    pub(crate) fn with(options: Options) -> Self {
        Self { emulator: Emulator::start(options).expect("the emulator starts") }
    }

    /// Calls with the seed's key. `path` starts after `/v2/community` unless it starts with `/_emulator`.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = if path.starts_with("/_") { path.to_owned() } else { format!("/v2/community{path}") };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &path, &["Authorization: Bearer YOUR_API_KEY"], body.as_bytes())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &Value::Null)
    }

    /// Sends exactly this and reads the answer.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body).expect("an answer")
    }

    /// The same, when there may be no answer.
    pub(crate) fn try_send(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Option<Answer> {
        let mut stream = connect(self.emulator.address());
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        let host = headers.iter().any(|header| header.starts_with("Host: "));
        for header in headers.iter().chain(if host { None } else { Some(&"Host: emulator") }) {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str("Content-Length: ");
        request.push_str(&body.len().to_string());
        request.push_str("\r\n\r\n");
        stream.write_all(request.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut received = Vec::new();
        stream.read_to_end(&mut received).ok()?;
        parse(&received)
    }

    /// The whole state.
    pub(crate) fn state(&self) -> Value {
        self.get("/_emulator/state").json()
    }

    /// Changes the state as `change` says.
    pub(crate) fn change_state(&self, change: impl FnOnce(&mut Value)) {
        let mut state = self.state();
        change(&mut state);
        let loaded = self.call("PUT", "/_emulator/state", &state);
        assert_eq!(loaded.status, 200, "{loaded:?}");
    }

    /// The journal's entries.
    pub(crate) fn journal(&self, filter: &str) -> Vec<Value> {
        let answer = self.get(&format!("/_emulator/journal{filter}"));
        answer.json()["entries"].as_array().cloned().unwrap_or_default()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: u32) {
        self.call("POST", "/_emulator/clock", &json!({ "advanceSeconds": seconds }));
    }

    /// The clock stands still.
    pub(crate) fn freeze(&self) {
        self.call("POST", "/_emulator/clock", &json!({ "freeze": true }));
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    stream
}

/// Reads an answer; none if the bytes are not one whole answer.
pub(crate) fn parse(received: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(received);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?;
    (body.len() == length).then(|| Answer { status, headers, text: body.to_owned() })
}
