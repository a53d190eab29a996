//! Callers who go away, and a gateway that does.

use std::time::Duration;

use serde_json::{Value, json};
use sonoran_emulator::Emulator;

use crate::client::{ACCOUNT, Api, parse, rest, send};

const READ: &[u8] = b"GET /v2/community HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LONG: Duration = Duration::from_secs(600);

fn write() -> Vec<u8> {
    let head = format!("PATCH /v2/community/accounts/{ACCOUNT}/name HTTP/1.1\r\nHost: localhost\r\n");
    format!("{head}Content-Length: 18\r\n\r\n{{\"newName\":\"Alex\"}}").into_bytes()
}

fn name(emulator: &Emulator) -> Value {
    let path = format!("/v2/community/accounts/{ACCOUNT}");
    let answer =
        send(emulator.address(), "GET", &path, &["Authorization: Bearer YOUR_API_KEY"], b"").unwrap();
    answer.json()["data"]["accName"].clone()
}

#[test]
fn a_read_ends_with_its_caller() {
    let api = Api::new();
    api.admin("POST", "/faults", &json!({ "delay": 600_000 }));
    let stream = api.wrote(READ);
    api.wait_for("?outcome=pending");
    drop(stream);
    api.wait_for("?outcome=aborted");
}

#[test]
fn a_write_under_way_runs_to_its_end_without_its_caller_and_the_end_waits_for_it() {
    let api = Api::new();
    api.admin("POST", "/faults", &json!({ "delay": 300 }));
    let stream = api.wrote(&write());
    api.wait_for("?operation=setAccountName");
    drop(stream);
    let Api { gateway, emulator } = api;
    gateway.shutdown();
    assert_eq!(name(&emulator), "Alex");
}

#[test]
fn those_who_wait_for_a_slot_are_dropped_with_their_callers() {
    for request in [READ.to_vec(), write()] {
        let api = Api::with(|settings| {
            settings.max_wait = LONG;
            settings.grace = LONG;
            settings.rate_window = LONG;
        });
        let whole = String::from_utf8(request.clone()).unwrap();
        let closing = whole.replacen("\r\n", "\r\nConnection: close\r\n", 1);
        loop {
            let answer = parse(&rest(api.wrote(closing.as_bytes()))).unwrap();
            if answer.header("ratelimit-remaining") == "0" {
                break;
            }
        }
        let stream = api.wrote(&request);
        drop(stream);
        // It would last as long as the grace or the wait.
        api.gateway.shutdown();
    }
}

#[test]
fn the_end_waits_for_the_answer_under_way() {
    let api = Api::new();
    api.admin("POST", "/faults", &json!({ "delay": 300 }));
    let stream = api.wrote(READ);
    api.wait_for("?operation=getCommunity");
    let address = api.gateway.address();
    api.gateway.shutdown();
    assert_eq!(parse(&rest(stream)).unwrap().status, 200);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn grace_has_an_end_and_is_told() {
    for (request, outcome_unknown) in [(READ.to_vec(), Value::Null), (write(), Value::Bool(true))] {
        let api = Api::with(|settings| settings.grace = Duration::from_millis(50));
        api.admin("POST", "/faults", &json!({ "delay": 600_000 }));
        let stream = api.wrote(&request);
        api.wait_for("?outcome=pending");
        api.gateway.shutdown();
        let answer = parse(&rest(stream)).unwrap();
        assert_eq!(answer.status, 503);
        assert_eq!(answer.json()["outcomeUnknown"], outcome_unknown);
    }
}
