//! Push events: received at one address, handed to many.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use sonoran_gateway::{Credential, new_token};

use crate::client::{Api, send, until};
use crate::program::{program, ready};

const RECEIVE: &str = "/_gateway/receive";
const EVENTS: &str = "/_gateway/events";

fn event(kind: &str) -> Vec<u8> {
    json!({ "key": "YOUR_API_KEY", "type": kind, "data": { "accountId": "1" } }).to_string().into_bytes()
}

/// A stream of events, after what this header asks for.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(api: &Api, headers: &str) -> Self {
        let head = format!("GET {EVENTS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
        let mut stream = Self(BufReader::new(api.wrote(head.as_bytes())));
        let mut line = stream.line();
        assert_eq!(line, "HTTP/1.1 200 OK");
        let mut is_stream = false;
        while !line.is_empty() {
            is_stream |= line == "content-type: text/event-stream";
            line = stream.line();
        }
        assert!(is_stream);
        stream
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.0.read_line(&mut line).expect("a line"), 0, "the stream has ended");
        line.trim_end().to_owned()
    }

    /// The id, the name and the data of the next one.
    fn next(&mut self) -> (String, String, Value) {
        let (mut id, mut name) = (String::new(), String::new());
        loop {
            let line = self.line();
            match line.split_once(": ") {
                Some(("id", text)) => text.clone_into(&mut id),
                Some(("event", text)) => text.clone_into(&mut name),
                Some(("data", text)) => return (id, name, serde_json::from_str(text).expect("JSON")),
                _ => {}
            }
        }
    }
}

#[test]
fn every_listener_hears_of_each_and_goes_on_where_it_left_off() {
    let api = Api::new();
    let mut listeners = [Stream::open(&api, ""), Stream::open(&api, "")];
    for kind in ["ACCOUNT_KICKED", "ACCOUNT_BANNED"] {
        assert_eq!(api.send("POST", RECEIVE, &[], &event(kind)).status, 204);
    }
    let mut ids = Vec::new();
    for listener in &mut listeners {
        for kind in ["ACCOUNT_KICKED", "ACCOUNT_BANNED"] {
            let (id, name, data) = listener.next();
            assert_eq!((name.as_str(), &data["type"], &data["known"]), (kind, &json!(kind), &json!(true)));
            assert_eq!((&data["accountId"], &data["key"]), (&json!("1"), &Value::Null));
            ids.push(id.parse::<u64>().unwrap());
        }
    }
    assert!(ids[0] + 1 == ids[1] && ids[..2] == ids[2..], "{ids:?}");
    let mut late = Stream::open(&api, &format!("Last-Event-ID: {}\r\n", ids[0]));
    assert_eq!(late.next().1, "ACCOUNT_BANNED");
    assert_eq!(Stream::open(&api, "Last-Event-ID: 1\r\n").next().0, ids[0].to_string());
    let metrics = api.get("/_gateway/metrics").text;
    assert!(metrics.contains("sonoran_gateway_events_total 2\n"), "{metrics}");
    assert!(metrics.contains("sonoran_gateway_listeners "), "{metrics}");
    // It does not hold up the end.
    api.gateway.shutdown();
    let mut rest = String::new();
    late.0.read_to_string(&mut rest).unwrap();
}

#[test]
fn only_what_proves_itself_is_received() {
    let api = Api::new();
    let refused =
        |body: &str| api.send("POST", RECEIVE, &["Host: hooks.example.com"], body.as_bytes()).refusal();
    assert_eq!(refused(r#"{"key":"WRONG","type":"A"}"#).0, 401);
    assert_eq!(refused(r#"{"type":"A"}"#).0, 401);
    assert_eq!(refused("[]").0, 400);
    assert_eq!(refused(&format!(r#"{{"key":"{}"}}"#, "x".repeat(300_000))).0, 413);
    assert_eq!(api.send("POST", RECEIVE, &["Host: hooks.example.com"], &event("A")).status, 204);
    assert_eq!(api.get(RECEIVE).refusal().0, 405);
    let wrong = api.send("GET", EVENTS, &["Last-Event-ID: x"], b"");
    assert!(wrong.refusal().1.starts_with("The header Last-Event-ID"));
    let passed = Api::with(|settings| settings.credential = Credential::PassedThrough);
    assert_eq!(passed.send("POST", RECEIVE, &[], &event("A")).refusal().0, 404);
    assert_eq!(passed.get(EVENTS).refusal().0, 404);
}

#[test]
fn a_token_must_allow_the_stream() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (token, lines) = new_token("panel", &["events".to_owned()]).unwrap();
    fs::write(file.path(), lines).unwrap();
    let api = Api::with(|settings| settings.tokens_file = Some(file.path().to_owned()));
    assert_eq!(api.get(EVENTS).refusal().0, 401);
    let mut stream = Stream::open(&api, &format!("Authorization: Bearer {token}\r\n"));
    // The service knows no token.
    assert_eq!(api.send("POST", RECEIVE, &[], &event("A")).status, 204);
    assert_eq!(stream.next().1, "A");
}

/// Takes one request, and answers it.
fn take(listener: &TcpListener, answer: &str) -> (String, Value) {
    let (mut stream, _) = listener.accept().expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(text) = line.to_lowercase().strip_prefix("content-length: ") {
            length = text.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    stream
        .write_all(format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes())
        .unwrap();
    (head, serde_json::from_slice(&body).unwrap())
}

#[test]
fn addresses_get_them_as_the_service_sends_them_until_they_take_them() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hooks/events?a=1", listener.local_addr().unwrap());
    let api = Api::with(|settings| settings.event_listeners = address.parse().unwrap());
    for kind in ["A", "B", "C"] {
        assert_eq!(api.send("POST", RECEIVE, &[], &event(kind)).status, 204);
    }
    let (head, first) = take(&listener, "503 Later");
    assert!(head.starts_with("POST /hooks/events?a=1 HTTP/1.1\r\n"), "{head}");
    assert_eq!((&first["type"], &first["key"]), (&json!("A"), &json!("YOUR_API_KEY")));
    assert_eq!(take(&listener, "204 No Content").1, first);
    // What it does not want is not sent again.
    assert_eq!(take(&listener, "400 Bad Request").1["type"], "B");
    assert_eq!(take(&listener, "200 OK").1["type"], "C");
    let undelivered =
        || api.get("/_gateway/metrics").text.contains("sonoran_gateway_events_undelivered_total 1\n");
    assert!(undelivered());
}

#[test]
fn a_listener_that_is_down_is_told_of_at_once_and_when_it_is_up_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default()).unwrap();
    let mut program = program();
    program.env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY").args(["--port", "0", "--log", "off"]);
    program.args(["--community-id", "YOUR_COMMUNITY_ID", "--api-url", &emulator.url()]);
    let (mut child, ready) = ready(program.args(["--event-listeners", &address]));
    let gateway = ready["url"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
    let metric = || send(gateway, "GET", "/_gateway/metrics", &[], b"").unwrap().text;
    let is_up =
        |up: u8| metric().contains(&format!("sonoran_gateway_event_listener_up{{listener=\"1\"}} {up}\n"));
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut note = || log.next().unwrap().unwrap();
    until(|| is_up(1).then_some(()));
    for kind in ["A", "B"] {
        assert_eq!(send(gateway, "POST", RECEIVE, &[], &event(kind)).unwrap().status, 204);
    }
    take(&listener, "503 Later");
    let told = note();
    assert!(
        told.contains("event listener 1 is down: it answered 503 Service Unavailable; it is asked again"),
        "{told}"
    );
    until(|| is_up(0).then_some(()));
    // Told once.
    take(&listener, "503 Later");
    take(&listener, "204 No Content");
    let told = note();
    assert!(told.contains("event listener 1 is up again"), "{told}");
    until(|| is_up(1).then_some(()));
    assert_eq!(take(&listener, "204 No Content").1["type"], "B");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn the_emulators_events_come_through() {
    let api = Api::new();
    let mut stream = Stream::open(&api, "");
    let target = format!("{}{RECEIVE}", api.gateway.url());
    api.admin("PUT", "/events", &json!({ "targets": [{ "url": target }] }));
    api.admin("POST", "/events", &json!({ "type": "ACCOUNT_KICKED" }));
    assert_eq!(stream.next().1, "ACCOUNT_KICKED");
}

#[test]
fn a_type_that_is_no_line_is_refused_and_ends_no_stream() {
    let api = Api::new();
    let mut stream = Stream::open(&api, "");
    for kind in ["A\rB", "A\nB", "A\0B", "\u{85}"] {
        let (status, detail) = api.send("POST", RECEIVE, &[], &event(kind)).refusal();
        assert_eq!((status, detail.as_str()), (400, "The event's `type` has control characters in it."));
    }
    assert_eq!(api.send("POST", RECEIVE, &[], &event("A B")).status, 204);
    assert_eq!(stream.next().1, "A B");
}

#[test]
fn they_are_received_where_the_service_sends_them_and_with_slashes_that_say_nothing() {
    let api = Api::new();
    let mut stream = Stream::open(&api, "");
    let host = ["Host: hooks.example.com"];
    for (path, kind) in
        [("/sonorancms/events", "A"), ("//sonorancms/events/?a=1", "B"), ("//_gateway/receive/", "C")]
    {
        assert_eq!(api.send("POST", path, &host, &event(kind)).status, 204, "{path}");
        assert_eq!(stream.next().1, kind);
    }
    assert_eq!(api.get("/_gateway/health/").json()["healthy"], true);
    assert_eq!(api.send("POST", "/_gateway/call/getCommunityV2/", &[], b"").json()["success"], true);
}

#[test]
fn nothing_goes_round_for_ever() {
    let api = Api::new();
    let mut stream = Stream::open(&api, "");
    let back = api.send("POST", RECEIVE, &["Sonoran-Event-Id: 7"], &event("A"));
    assert_eq!(
        back.refusal(),
        (400, "The event comes from a gateway: it would go round for ever.".to_owned())
    );
    assert_eq!(api.send("POST", RECEIVE, &[], &event("B")).status, 204);
    assert_eq!(stream.next().1, "B");
}

#[test]
fn what_was_received_is_delivered_before_the_end() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let api = Api::with(|settings| {
        settings.event_listeners = address.parse().unwrap();
        settings.grace = Duration::from_secs(600);
    });
    for kind in ["A", "B"] {
        assert_eq!(api.send("POST", RECEIVE, &[], &event(kind)).status, 204);
    }
    let Api { gateway, emulator: _emulator } = api;
    let ended = std::thread::spawn(move || gateway.shutdown());
    assert_eq!(take(&listener, "503 Later").1["type"], "A");
    assert_eq!(take(&listener, "200 OK").1["type"], "A");
    assert_eq!(take(&listener, "200 OK").1["type"], "B");
    ended.join().unwrap();
}

#[test]
fn a_stream_ends_with_its_token() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (token, lines) = new_token("panel", &["events".to_owned()]).unwrap();
    fs::write(file.path(), &lines).unwrap();
    let api = Api::with(|settings| settings.tokens_file = Some(file.path().to_owned()));
    let mut stream = Stream::open(&api, &format!("Authorization: Bearer {token}\r\n"));
    // It goes on where another comes, and ends where it may see no events any more.
    let (_, other) = new_token("bot", &["read".to_owned()]).unwrap();
    fs::write(file.path(), format!("{lines}{other}")).unwrap();
    api.gateway.reload();
    assert_eq!(api.send("POST", RECEIVE, &[], &event("A")).status, 204);
    assert_eq!(stream.next().1, "A");
    fs::write(file.path(), lines.replace("events", "metrics")).unwrap();
    api.gateway.reload();
    assert_eq!(api.send("POST", RECEIVE, &[], &event("B")).status, 204);
    let mut rest = String::new();
    stream.0.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("data"), "{rest}");
}

/// One that is so large that few of its kind are kept.
fn large(number: u32) -> Vec<u8> {
    let padding = "x".repeat(200_000);
    let data =
        json!({ "key": "YOUR_API_KEY", "type": "A", "data": { "number": number, "padding": padding } });
    data.to_string().into_bytes()
}

#[test]
fn whoever_missed_events_that_are_kept_no_more_is_told_how_many() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let api = Api::with(|settings| settings.event_listeners = address.parse().unwrap());
    let mut stream = Stream::open(&api, "");
    assert_eq!(api.send("POST", RECEIVE, &[], &event("FIRST")).status, 204);
    let first: u64 = stream.next().0.parse().unwrap();
    // The listener has it, and takes its time.
    let (slow, _) = listener.accept().unwrap();
    for number in 0..60 {
        assert_eq!(api.send("POST", RECEIVE, &[], &large(number)).status, 204);
    }
    let mut late = Stream::open(&api, &format!("Last-Event-ID: {first}\r\n"));
    let (id, name, data) = late.next();
    assert_eq!((id.as_str(), name.as_str(), &data["type"]), ("", "gateway.missed", &json!("gateway.missed")));
    let count = data["data"]["count"].as_u64().unwrap();
    let (id, _, next) = late.next();
    assert_eq!((id.parse::<u64>().unwrap(), &next["data"]["number"]), (first + count + 1, &json!(count)));
    // Another gateway's ids say nothing.
    assert_eq!(Stream::open(&api, "Last-Event-ID: 1\r\n").next().1, "A");
    // It goes away, and takes the first one only then.
    drop(slow);
    assert_eq!(take(&listener, "200 OK").1["type"], "FIRST");
    assert_eq!(take(&listener, "200 OK").1["data"]["number"], json!(count));
    let undelivered = format!("sonoran_gateway_events_undelivered_total {count}\n");
    assert!(api.get("/_gateway/metrics").text.contains(&undelivered));
    // So that it does not hold up the end.
    drop(listener);
}

#[test]
fn a_listener_that_is_down_does_not_hold_up_the_end() {
    // Nobody listens there any more.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let api = Api::with(|settings| {
        settings.event_listeners = format!("http://{closed}/").parse().unwrap();
        settings.grace = Duration::from_secs(600);
    });
    for kind in ["A", "B"] {
        assert_eq!(api.send("POST", RECEIVE, &[], &event(kind)).status, 204);
    }
    let (ended, end) = std::sync::mpsc::channel();
    let Api { gateway, emulator: _emulator } = api;
    std::thread::spawn(move || {
        gateway.shutdown();
        ended.send(()).unwrap();
    });
    end.recv_timeout(Duration::from_secs(60)).expect("it ends long before its grace is over");
}
