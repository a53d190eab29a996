//! What goes on to the service and what comes back.

use serde_json::{Value, json};
use sonoran_gateway::Gateway;

use crate::client::{ACCOUNT, Api, send, settings};

#[test]
fn an_answer_comes_back_as_it_came_with_what_the_gateway_knows() {
    let api = Api::new();
    let path = format!("/v2/community/accounts/{ACCOUNT}?some=thing&more=%20x");
    let direct =
        send(api.emulator.address(), "GET", &path, &["Authorization: Bearer YOUR_API_KEY"], b"").unwrap();
    let through = api.get(&path);
    assert_eq!((through.status, &through.json()["data"]), (200, &direct.json()["data"]));
    let journal = api.journal("");
    assert_eq!((&journal[0]["path"], &journal[0]["query"]), (&journal[1]["path"], &journal[1]["query"]));
    for name in direct.headers.keys().filter(|name| *name != "connection") {
        assert!(through.headers.contains_key(name), "{name} is missing in {through:?}");
    }
    assert_eq!(through.header("content-type"), direct.header("content-type"));
    let limit: u32 = through.header("ratelimit-limit").parse().unwrap();
    assert_eq!(through.header("ratelimit-remaining"), (limit - 1).to_string());
    assert_eq!(through.header("ratelimit-reset"), "0");
}

#[test]
fn what_the_service_refuses_comes_back_too() {
    let api = Api::new();
    let answer = api.get("/v2/community/accounts/11111111-2222-3333-4444-555555555555");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(answer.json()["traceId"].is_string() && answer.json()["source"].is_null(), "{answer:?}");
    let answer = api.send("POST", "/general/get_account_ranks", &[], br#"{"data":[{"apiId":"OTHER"}]}"#);
    assert_eq!((answer.status, answer.header("content-type")), (400, "text/plain; charset=utf-8"));
}

#[test]
fn headers_that_are_between_two_go_no_further() {
    let api = Api::new();
    let sent = [
        "Authorization: Bearer SOMETHING",
        "Cookie: session=1",
        "X-Forwarded-For: 10.0.0.1",
        "Accept: application/json, */*",
        "Traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-00",
        "X-Request-Id: mine-1",
        "X-Hop: 1",
        "Content-Type: application/json; charset=utf-8",
    ];
    let body = json!({ "newName": "Alex" }).to_string();
    let path = format!("/v2/community/accounts/{ACCOUNT}/name");
    let answer = api.send("PATCH", &path, &sent, body.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    let [request] = &api.journal("")[..] else { panic!("not one request") };
    let headers = request["headers"].as_object().unwrap();
    for name in ["cookie", "x-forwarded-for", "x-hop"] {
        assert!(!headers.contains_key(name), "{headers:?}");
    }
    for header in &sent[3..] {
        let (name, value) = header.split_once(": ").unwrap();
        if name != "X-Hop" {
            assert_eq!(headers[&name.to_lowercase()], value);
        }
    }
    assert!(headers["user-agent"].as_str().unwrap().starts_with("sonoran-gateway/"));
    assert_eq!(request["body"], json!({ "newName": "Alex" }));
}

#[test]
fn a_request_has_an_id_of_its_callers_or_a_new_one() {
    let api = Api::new();
    let id = |header: &str| api.send("GET", "/nowhere", &[header], b"").header("x-request-id").to_owned();
    assert_eq!(id("X-Request-Id: mine"), "mine");
    for other in ["X-Request-Id: two words", "X-Request-Id:", "X-Other: 1"] {
        assert_eq!(id(other).len(), 32, "{other}");
    }
    assert_ne!(id("X-Other: 1"), id("X-Other: 1"));
}

#[test]
fn failures_on_the_way_are_told_apart() {
    let api = Api::new();
    let fault = |rule: Value| drop(api.admin("POST", "/faults", &rule));
    // A read is repeated and succeeds; a write is not, and nobody knows what became of it.
    fault(json!({ "method": "GET", "action": { "type": "close" } }));
    assert_eq!(api.get("/v2/community").status, 200);
    assert_eq!(api.journal("").len(), 2);
    fault(json!({ "method": "PATCH", "action": { "type": "close" } }));
    let rename = format!("/v2/community/accounts/{ACCOUNT}/name");
    let lost = api.send("PATCH", &rename, &[], br#"{"newName":"Alex"}"#);
    assert_eq!((lost.refusal().0, &lost.json()["outcomeUnknown"]), (502, &json!(true)));
    fault(json!({ "method": "PATCH", "action": { "type": "respond", "status": 503, "body": "down" } }));
    let down = api.send("PATCH", &rename, &[], br#"{"newName":"Alex"}"#);
    assert_eq!((down.status, down.text.as_str()), (503, "down"));
    fault(json!({ "method": "PATCH", "delay": 600_000 }));
    let slow = api.send("PATCH", &rename, &["Request-Timeout: 0.1"], br#"{"newName":"Alex"}"#);
    assert_eq!(slow.refusal().0, 504);
}

#[test]
fn nobody_behind_the_gateway_is_a_problem() {
    let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default()).unwrap();
    let settings = settings(&emulator, |_| {});
    emulator.shutdown().unwrap();
    let gateway = Gateway::start(settings).unwrap();
    let answer =
        send(gateway.address(), "PATCH", &format!("/v2/community/accounts/{ACCOUNT}/name"), &[], b"{}");
    let answer = answer.unwrap();
    assert_eq!((answer.refusal().0, &answer.json()["outcomeUnknown"]), (502, &Value::Null));
}

#[test]
fn what_the_api_does_not_have_is_refused_here() {
    let api = Api::new();
    let (status, detail) = api.get("/v2/comunity").refusal();
    assert_eq!(
        (status, detail.as_str()),
        (404, "The API has no GET /v2/comunity: did you mean GET /v2/community?")
    );
    let answer = api.send("PUT", "/v2/community", &[], b"");
    assert_eq!((answer.refusal().0, answer.header("allow")), (405, "GET"));
    for path in [
        "/v2/community/accounts/%2e%2e",
        "/v2/community/accounts/..",
        "/v2/community/accounts/%252e%252e/ranks",
        "/v2/community/accounts/a%00",
        r"/v2/community/accounts/a\..\b",
        "/v2/community/accounts/%ff",
    ] {
        let (status, detail) = api.get(path).refusal();
        assert_eq!(status, 400, "{path}: {detail}");
    }
    let other =
        api.send("POST", "/general/get_account_ranks", &[], br#"{"type":"CMS_BAN_ACCOUNT","data":[]}"#);
    assert!(other.refusal().1.starts_with("body.type must be "), "{other:?}");
    assert_eq!(api.send("POST", "/general/get_account_ranks", &[], b"[]").refusal().0, 400);
    assert_eq!(api.journal("").len(), 0);
}

#[test]
fn web_pages_are_kept_out() {
    let api = Api::new();
    for header in ["Host: rebound.example.com", "Origin: https://example.com", "Origin: null"] {
        assert_eq!(api.send("GET", "/v2/community", &[header], b"").refusal().0, 403, "{header}");
    }
    assert_eq!(api.send("GET", "/v2/community", &["Origin: http://localhost:3000"], b"").status, 200);
    assert_eq!(api.journal("").len(), 1);
}

#[test]
fn it_tells_that_it_lives_and_is_ready_without_asking_the_service() {
    let api = Api::new();
    let health = api.get("/_gateway/health");
    assert_eq!((health.status, &health.json()["healthy"]), (200, &json!(true)));
    let ready = api.get("/_gateway/ready");
    assert_eq!((ready.status, &ready.json()["version"]), (200, &json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!(api.journal("").len(), 0);
}

#[test]
fn no_segment_leads_to_another_path() {
    let api = Api::new();
    for sly in ["..%2f..%2fcommunity", "a%5Cb", "%2e%2e", "..", "%2E"] {
        let (status, detail) = api.get(&format!("/v2/community/accounts/{sly}")).refusal();
        assert!(status == 400 && detail.contains("no id of the API has"), "{sly}: {status} {detail}");
    }
    for sly in ["../servers", "..", "a\\b"] {
        let body = serde_json::json!({ "arguments": [sly] }).to_string();
        let called = api.send("POST", "/_gateway/call/getAccountV2", &[], body.as_bytes());
        assert_eq!(called.status, 400, "{sly}: {called:?}");
    }
    assert_eq!(api.journal("").len(), 0);
}

#[test]
fn a_body_that_is_compressed_is_refused_and_one_that_is_as_it_is_goes_on() {
    let api = Api::new();
    let path = format!("/v2/community/accounts/{ACCOUNT}/name");
    let body = br#"{"newName":"Alex"}"#;
    for coding in ["gzip", "br, identity", "identity, gzip", "\u{e9}"] {
        let header = format!("Content-Encoding: {coding}");
        for (method, path) in [
            ("PATCH", path.as_str()),
            ("POST", "/_gateway/call/getCommunityV2"),
            ("POST", "/general/get_departments"),
            ("POST", "/_gateway/receive"),
        ] {
            let answer = api.send(method, path, &[&header], body);
            assert_eq!((answer.refusal().0, answer.header("accept-encoding")), (415, "identity"), "{path}");
        }
    }
    assert_eq!(api.journal("").len(), 0);
    assert_eq!(api.send("PATCH", &path, &["Content-Encoding: Identity"], body).status, 200);
    // Where there is no body, nothing is encoded.
    assert_eq!(api.send("GET", "/v2/community", &["Content-Encoding: gzip"], b"").status, 200);
}
