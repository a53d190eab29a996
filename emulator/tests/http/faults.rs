//! Scripted faults, on the wire.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Answer, Api, connect};

const REQUEST: &[u8] = b"GET /v2/community HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer YOUR_API_KEY\r\n\r\n";

fn script(api: &Api, rule: &Value) {
    let added = api.call("POST", "/_emulator/faults", rule);
    assert_eq!(added.status, 201, "{added:?}");
}

fn faulty(action: &Value) -> Api {
    let api = Api::new();
    script(&api, &json!({ "operation": "getCommunityV2", "action": action }));
    api
}

/// Everything that comes back before the connection ends.
fn received(api: &Api) -> std::io::Result<Vec<u8>> {
    let mut stream = connect(api.emulator.address());
    stream.write_all(REQUEST)?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received)?;
    Ok(received)
}

fn after_the_fault(api: &Api) {
    assert_eq!(api.get("").status, 200, "the rule is used up");
}

#[test]
fn another_answer_is_given() {
    let headers = json!({ "Retry-After": "3", "Content-Type": "application/problem+json; charset=utf-8" });
    let api = faulty(
        &json!({ "type": "respond", "status": 503, "headers": headers, "body": { "detail": "busy" } }),
    );
    let answer = api.get("");
    assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (503, "3"));
    assert_eq!(answer.headers["content-type"], "application/problem+json; charset=utf-8");
    assert_eq!(answer.headers["x-request-id"], "req-00000001");
    assert_eq!(answer.json(), json!({ "detail": "busy" }));
    after_the_fault(&api);
    let journal = api.journal("?outcome=fault");
    assert_eq!((&journal[0]["status"], &journal[0]["fault"]), (&json!(503), &json!(1)));
}

#[test]
fn bodies_can_be_large_or_binary() {
    let api = faulty(&json!({ "type": "respond", "status": 200, "body": "0123456789", "repeat": 100_000 }));
    assert_eq!(api.get("").text.len(), 1_000_000);
    let api = faulty(&json!({ "type": "respond", "status": 200, "hex": "68 69".replace(' ', "") }));
    assert_eq!(api.get("").text, "hi");
}

#[test]
fn the_connection_ends_without_a_byte() {
    let api = faulty(&json!({ "type": "close" }));
    assert_eq!(received(&api).expect("an orderly end"), b"");
    after_the_fault(&api);
    assert_eq!(api.journal("?outcome=fault")[0]["status"], Value::Null);
}

#[test]
fn the_connection_is_reset() {
    let api = faulty(&json!({ "type": "reset" }));
    assert_eq!(received(&api).expect_err("a reset").kind(), ErrorKind::ConnectionReset);
    after_the_fault(&api);
}

#[test]
fn raw_bytes_are_sent_as_they_are() {
    let api = faulty(&json!({ "type": "raw", "text": "HTTP/9.9 what\r\n\r\n" }));
    assert_eq!(received(&api).unwrap(), b"HTTP/9.9 what\r\n\r\n");
    after_the_fault(&api);
}

#[test]
fn an_answer_breaks_off() {
    let api = faulty(&json!({ "type": "truncate", "bytes": 10 }));
    let received = String::from_utf8(received(&api).unwrap()).unwrap();
    let (head, body) = received.split_once("\r\n\r\n").expect("a whole head");
    assert_eq!(body, r#"{"success""#);
    assert!(!head.contains("content-length: 10\r\n"), "the head promises more");
    after_the_fault(&api);
}

#[test]
fn an_answer_drips() {
    let api = faulty(&json!({ "type": "drip", "bytes": 100, "milliseconds": 20 }));
    let started = Instant::now();
    assert_eq!(api.get("").status, 200);
    assert!(started.elapsed() >= Duration::from_millis(40), "{:?}", started.elapsed());
}

#[test]
fn an_answer_is_no_json() {
    let api = faulty(&json!({ "type": "malformed" }));
    let answer = api.get("");
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (200, "application/json"));
    assert!(serde_json::from_str::<Value>(&answer.text).is_err());
    let api = faulty(&json!({ "type": "html" }));
    let answer = api.get("");
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (502, "text/html; charset=utf-8"));
}

#[test]
fn an_operation_is_carried_out_before_its_answer_is_lost_if_asked() {
    for (applied, name) in [(true, "Alex"), (false, "ExampleAccount")] {
        let api = Api::new();
        script(&api, &json!({ "path": "*/name", "action": { "type": "close", "applied": applied } }));
        let rename = json!({ "newName": "Alex" }).to_string();
        let path = format!("/v2/community/accounts/{ACCOUNT}/name");
        let lost = api.try_send("PATCH", &path, &["Authorization: Bearer YOUR_API_KEY"], rename.as_bytes());
        assert_eq!(lost, None::<Answer>);
        assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).data()["accName"], name);
    }
}

#[test]
fn a_caller_who_leaves_early_is_noted() {
    let api = Api::new();
    script(&api, &json!({ "delay": 60_000 }));
    let mut stream = connect(api.emulator.address());
    stream.write_all(REQUEST).unwrap();
    wait_until(|| api.journal("?outcome=pending").len() == 1);
    drop(stream);
    wait_until(|| api.journal("?outcome=aborted").len() == 1);
    assert_eq!(api.journal("").len(), 1, "one request, one entry");
}

#[test]
fn a_delay_holds_the_answer_up() {
    let api = Api::new();
    script(&api, &json!({ "delay": 50 }));
    let started = Instant::now();
    assert_eq!(api.get("").status, 200);
    assert!(started.elapsed() >= Duration::from_millis(50));
    assert_eq!(api.journal("")[0]["outcome"], "answered");
}

#[test]
fn a_refused_request_uses_no_fault_up() {
    let api = faulty(&json!({ "type": "close" }));
    assert_eq!(api.send("GET", "/v2/community", &[], b"").status, 401);
    assert_eq!(received(&api).unwrap(), b"");
}

#[test]
fn rules_are_listed_and_forgotten() {
    let api = Api::new();
    let rules = json!([{ "times": 2, "action": { "type": "reset" } }, { "nth": 3, "delay": 5 }]);
    assert_eq!(api.call("POST", "/_emulator/faults", &rules).json(), json!({ "added": [1, 2] }));
    let listed = api.get("/_emulator/faults").json();
    assert_eq!(listed["faults"][0]["rule"]["action"]["type"], "reset");
    assert_eq!(listed["faults"][1]["played"], 0);
    assert_eq!(api.call("DELETE", "/_emulator/faults", &Value::Null).status, 204);
    after_the_fault(&api);
    assert_eq!(api.call("POST", "/_emulator/faults", &json!([{}, { "action": 7 }])).status, 400);
    assert_eq!(api.get("/_emulator/faults").json(), json!({ "faults": [] }), "all or none");
}

fn wait_until(done: impl Fn() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(60), "it took too long");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_reset_leaves_nothing_to_a_request_that_waits() {
    let api = Api::new();
    script(&api, &json!({ "delay": 300 }));
    let rename = json!({ "newName": "Alex" }).to_string();
    let path = format!("/v2/community/accounts/{ACCOUNT}/name");
    let headers = ["Authorization: Bearer YOUR_API_KEY"];
    let lost = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| api.try_send("PATCH", &path, &headers, rename.as_bytes()));
        wait_until(|| api.journal("?outcome=pending").len() == 1);
        api.call("POST", "/_emulator/reset", &Value::Null);
        waiting.join().expect("an end")
    });
    assert_eq!(lost, None::<Answer>);
    assert_eq!(api.journal("").len(), 0);
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).data()["accName"], "ExampleAccount");
}
