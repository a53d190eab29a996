//! A target of push events: it hands over what it is sent, and answers as it is told.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver as Inbox, Sender, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Api;

/// What a target was sent.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// A target on this machine.
pub(crate) struct Receiver {
    pub(crate) url: String,
    posted: Inbox<Posted>,
    /// A slow target answers when something comes in here.
    answers: Option<Sender<()>>,
}

impl Receiver {
    /// Answers at once, with this status.
    pub(crate) fn new(status: u16) -> Self {
        Self::start(status, false)
    }

    /// Answers each event when it is told to.
    pub(crate) fn slow() -> Self {
        Self::start(204, true)
    }

    fn start(status: u16, slow: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/sonorancms/events", listener.local_addr().expect("its address"));
        let (post, posted) = channel();
        let (allow, allowed) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                // The test may have ended, or the emulator given up.
                let Some(seen) = read(&mut stream) else { continue };
                if post.send(seen).is_err() || (slow && allowed.recv().is_err()) {
                    return;
                }
                let _ = write!(stream, "HTTP/1.1 {status} Told\r\nContent-Length: 0\r\n\r\n");
            }
        });
        Self { url, posted, answers: slow.then_some(allow) }
    }

    /// The next event; fails when none comes.
    pub(crate) fn next(&self) -> Posted {
        self.posted.recv_timeout(Duration::from_secs(60)).expect("an event")
    }

    /// Has a slow target answer once.
    pub(crate) fn answer(&self) {
        self.answers.as_ref().expect("a slow target").send(()).expect("it still runs");
    }

    /// As the admin side is told of it.
    pub(crate) fn target(&self) -> Value {
        json!({ "url": self.url })
    }
}

/// Reads one request.
fn read(stream: &mut impl Read) -> Option<Posted> {
    let mut received = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let length = stream.read(&mut piece).ok().filter(|length| *length > 0)?;
        received.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&received);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let wanted: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
        if body.len() == wanted {
            return Some(Posted { body: serde_json::from_str(body).ok()?, head });
        }
    }
}

impl Api {
    /// Sends push events to these targets from now on.
    pub(crate) fn aim(&self, targets: &Value) {
        let answer = self.call("PUT", "/_emulator/events", &json!({ "targets": targets }));
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Sends an event on demand, and says what became of it.
    pub(crate) fn order(&self, event: &Value) -> Value {
        let answer = self.call("POST", "/_emulator/events", event);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["deliveries"].clone()
    }

    /// Targets and deliveries.
    pub(crate) fn events(&self) -> Value {
        self.get("/_emulator/events").json()
    }

    /// The same, when nothing is on its way any more.
    pub(crate) fn settled_events(&self) -> Value {
        loop {
            let events = self.events();
            if events["pending"] == 0 {
                return events;
            }
            std::thread::yield_now();
        }
    }
}

/// An emulator and a target of its events.
pub(crate) fn watched() -> (Api, Receiver) {
    let (api, receiver) = (Api::new(), Receiver::new(204));
    api.aim(&json!([receiver.target()]));
    (api, receiver)
}

/// What was sent since the last time: the mark that this sends comes after all of it.
pub(crate) fn sent(api: &Api, receiver: &Receiver) -> Vec<Value> {
    api.order(&json!({ "type": "MARK", "data": null, "undocumented": true }));
    let mut all = Vec::new();
    loop {
        let body = receiver.next().body;
        if body["type"] == "MARK" {
            return all;
        }
        all.push(body);
    }
}
