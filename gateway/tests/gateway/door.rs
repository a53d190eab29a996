//! Calls by their method's name.

use std::time::Duration;

use serde_json::{Value, json};
use sonoran_gateway::Credential;

use crate::client::{ACCOUNT, Answer, Api};

const LONG: Duration = Duration::from_secs(600);

fn call(api: &Api, method: &str, body: &Value) -> Answer {
    api.send("POST", &format!("/_gateway/call/{method}"), &[], body.to_string().as_bytes())
}

#[test]
fn a_response_has_the_common_form_whatever_became_of_the_call() {
    let api = Api::new();
    let found = call(&api, "getAccountV2", &json!({ "arguments": [ACCOUNT] }));
    assert_eq!((found.status, &found.json()["success"]), (200, &json!(true)));
    assert_eq!(found.json()["data"]["accId"], ACCOUNT);
    assert!(!found.header("ratelimit-limit").is_empty() && !found.header("x-request-id").is_empty());
    let absent =
        call(&api, "getAccountV2", &json!({ "arguments": ["11111111-2222-3333-4444-555555555555"] }));
    let told = absent.json();
    assert_eq!((absent.status, &told["success"], &told["status"]), (200, &json!(false), &json!(404)));
    assert_eq!((&told["error"]["kind"], &told["data"]), (&json!("notFound"), &Value::Null));
    assert!(told["reason"].is_string() && told["error"]["traceId"].is_string());
}

#[test]
fn empty_tables_of_lua_stand_for_nothing() {
    let api = Api::new();
    let empty =
        ["", "{}", "[]", " [ ] ", r#"{"arguments":{},"payload":null,"options":[]}"#, r#"{"payload":{}}"#];
    for body in empty {
        let answer = api.send("POST", "/_gateway/call/getCommunityV2", &[], body.as_bytes());
        assert_eq!(answer.json()["success"], true, "{body}: {answer:?}");
    }
    let body = json!({ "payload": [] });
    assert_eq!(call(&api, "getAccountsV2", &body).json()["success"], true);
    let rename = json!({ "arguments": [ACCOUNT], "payload": { "newName": "Alex" } });
    assert_eq!(call(&api, "setAccountNameV2", &rename).json()["success"], true);
    assert_eq!(api.journal("").len(), empty.len() + 2);
}

#[test]
fn an_empty_table_is_what_is_wanted_at_its_place() {
    let api = Api::new();
    // As FiveM writes it, and as others do.
    for payload in [r#"{"add":[],"remove":{},"active":true}"#, r#"{"add":{},"active":true}"#] {
        let body = format!(r#"{{"arguments":["{ACCOUNT}",{payload}]}}"#);
        let answer = api.send("POST", "/_gateway/call/setAccountRanksV2", &[], body.as_bytes());
        assert_eq!(answer.json()["success"], true, "{answer:?}");
    }
    let sent = api.journal("");
    assert_eq!(sent.iter().map(|entry| &entry["body"]["add"]).collect::<Vec<_>>(), [&json!([]), &json!([])]);
}

#[test]
fn a_server_that_a_call_leaves_out_is_the_option_or_the_first() {
    let api = Api::new();
    let asked = |body: &str| {
        api.send("POST", "/_gateway/call/getWhitelistV2", &[], body.as_bytes());
        let entry = api.journal("").pop().unwrap();
        entry["path"].as_str().unwrap().to_owned()
    };
    for (body, server) in [
        ("{}", 1),
        (r#"{"options":{"serverId":7}}"#, 7),
        (r#"{"options":{"serverId":"8"}}"#, 8),
        (r#"{"options":{"serverId":9.0}}"#, 9),
        (r#"{"arguments":[3],"options":{"serverId":7}}"#, 3),
        (r#"{"arguments":[null],"options":{"serverId":null}}"#, 1),
    ] {
        let path = asked(body);
        assert!(path.contains(&format!("/servers/{server}/")), "{body}: {path}");
    }
}

#[test]
fn a_caller_has_a_server_of_its_own() {
    let api = Api::new();
    let asked = |body: &Value| {
        let _ = call(&api, "getWhitelistV2", body);
        api.journal("").last().unwrap()["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(asked(&json!({})), "/v2/community/servers/1/whitelist");
    assert_eq!(asked(&json!({ "serverId": 2 })), "/v2/community/servers/2/whitelist");
    assert_eq!(asked(&json!({ "serverId": 2, "arguments": [3] })), "/v2/community/servers/3/whitelist");
    let odd = call(&api, "getWhitelistV2", &json!({ "serverId": "two" }));
    assert!(odd.status == 400 && odd.refusal().1.contains("a whole number"), "{odd:?}");
}

#[test]
fn signs_of_life_come_before_an_answer_that_takes_long() {
    let api = Api::new();
    let beating = |seconds: &str, body: &Value| {
        let header = format!("Sonoran-Heartbeat: {seconds}");
        api.send("POST", "/_gateway/call/getCommunityV2", &[&header], body.to_string().as_bytes())
    };
    let quick = beating("60", &json!({}));
    assert!(quick.text.starts_with('{') && !quick.header("ratelimit-limit").is_empty(), "{quick:?}");
    api.admin("POST", "/faults", &json!({ "delay": 1000 }));
    let slow = beating("0.1", &json!({}));
    assert!(slow.text.starts_with("  ") && slow.text.trim().starts_with('{'), "{slow:?}");
    assert_eq!((slow.status, &slow.json()["success"]), (200, &json!(true)));
    assert_eq!(slow.header("content-type"), "application/json");
    for odd in ["often", "0", "61", "NaN"] {
        assert_eq!(beating(odd, &json!({})).refusal().0, 400, "{odd}");
    }
}

#[test]
fn a_read_ends_with_a_caller_that_is_given_signs_of_life() {
    let api = Api::new();
    api.admin("POST", "/faults", &json!({ "delay": 600_000 }));
    let head = "POST /_gateway/call/getCommunityV2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n";
    let stream = api.wrote(format!("{head}Sonoran-Heartbeat: 0.1\r\n\r\n").as_bytes());
    api.wait_for("?outcome=pending");
    drop(stream);
    api.wait_for("?outcome=aborted");
}

#[test]
fn numbers_keep_their_digits() {
    let api = Api::new();
    let payload = r#"{"newName":"A","extra":12345678901234567890123}"#;
    let body = format!(r#"{{"arguments":["{ACCOUNT}"],"payload":{payload}}}"#);
    let answer = api.send("POST", "/_gateway/call/setAccountNameV2", &[], body.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    // The journal itself has them as they fit into a number.
    assert_eq!(api.journal("")[0]["bodyLength"], payload.len());
}

#[test]
fn misuse_is_refused_by_name_before_anything_is_sent() {
    let api = Api::new();
    let refused = |method: &str, body: &str| {
        let answer = api.send("POST", &format!("/_gateway/call/{method}"), &[], body.as_bytes());
        let (status, detail) = answer.refusal();
        (status, answer.json()["argument"].as_str().map(str::to_owned), detail)
    };
    for (method, body, argument, words) in [
        ("getAccountV2", r#"{"arguments":["1"]}"#, Some("accountId"), "accountId must be"),
        ("getAccountV2", "{}", Some("accountId"), "accountId is required"),
        ("getAccountV2", r#"{"arguments":"1"}"#, Some("arguments"), "must be a list"),
        ("getCommunityV2", r#"{"arguments":[1]}"#, Some("arguments"), "are too many"),
        ("setAccountNameV2", r#"{"payload":{},"arguments":[{}]}"#, Some("accountId"), "must be text"),
        ("getCommunityV2", r#"{"payload":{"a":1}}"#, Some("payload"), "payload"),
        ("getCommunityV2", r#"{"options":{"timeuot":1}}"#, Some("timeuot"), "did you mean timeout?"),
        ("getCommunityV2", r#"{"options":{"serverID":1}}"#, Some("serverID"), "did you mean serverId?"),
        ("getCommunityV2", r#"{"options":{"defaultServerId":1}}"#, Some("defaultServerId"), "mean serverId?"),
        ("getCommunityV2", r#"{"options":{"max_wait":1}}"#, Some("max_wait"), "did you mean maxWait?"),
        ("getCommunityV2", r#"{"options":{"colour":1}}"#, Some("colour"), "rateLimit, serverId."),
        ("getWhitelistV2", r#"{"options":{"serverId":1.5}}"#, Some("serverId"), "a whole number"),
        ("getWhitelistV2", r#"{"options":{"serverId":"one"}}"#, Some("serverId"), "a whole number"),
        ("getCommunityV2", r#"{"options":{"rateLimit":"off"}}"#, Some("rateLimit"), "keeps the limit"),
        ("getCommunityV2", r#"{"argument":[]}"#, None, "unknown field `argument`"),
        ("getCommunityV2", r#"{"payload":null,"payload":null}"#, None, "duplicate field"),
        ("getCommunityV2", "[[1]]", None, "it is no JSON object"),
        ("getCommunityV2", "arguments=1", None, "it is no JSON object"),
        ("getCommunityV2", r#"{"arguments":["#, None, "EOF"),
    ] {
        let (status, named, detail) = refused(method, body);
        assert_eq!((status, named.as_deref()), (400, argument), "{method} {body}: {detail}");
        assert!(detail.contains(words), "{method} {body}: {detail}");
    }
    let (status, _, detail) = refused("getAcountV2", "");
    assert!(status == 404 && detail.ends_with("did you mean getAccountV2?"), "{detail}");
    assert!(!refused(&"x".repeat(500), "").2.contains("xx"));
    let answer = api.get("/_gateway/call/getCommunityV2");
    assert_eq!((answer.refusal().0, answer.header("allow")), (405, "POST"));
    assert_eq!(api.journal("").len(), 0);
}

#[test]
fn a_caller_waits_no_longer_than_it_says_nor_than_all_do() {
    let api = Api::with(|settings| {
        settings.max_wait = Duration::ZERO;
        settings.rate_window = LONG;
    });
    while call(&api, "getCommunityV2", &json!({})).header("ratelimit-remaining") != "0" {}
    let late = call(&api, "getCommunityV2", &json!({ "options": { "maxWait": 600_000 } })).json();
    assert_eq!((&late["success"], &late["error"]["kind"]), (&json!(false), &json!("rateLimited")));
    assert!(late["error"]["retryAfter"].is_number());
    api.admin("POST", "/faults", &json!({ "delay": 600_000 }));
    let rename = json!({ "arguments": [ACCOUNT], "payload": { "newName": "Alex" } });
    let path = "/_gateway/call/setAccountNameV2";
    let slow = api.send("POST", path, &["Request-Timeout: 0.1"], rename.to_string().as_bytes()).json();
    assert_eq!(slow["error"]["kind"], "timeout");
}

#[test]
fn some_headers_go_on_and_no_others() {
    let api = Api::new();
    let sent = [
        "X-Request-Id: mine-1",
        "Traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-00",
        "Cookie: a=1",
        "Authorization: Bearer SOMETHING",
        "X-Hop: 1",
    ];
    assert_eq!(api.send("POST", "/_gateway/call/getCommunityV2", &sent, b"").status, 200);
    let [request] = &api.journal("")[..] else { panic!("not one request") };
    assert_eq!(request["headers"]["x-request-id"], "mine-1");
    assert_eq!(request["headers"]["traceparent"], &sent[1][13..]);
    assert!(request["headers"]["cookie"].is_null() && request["headers"]["x-hop"].is_null());
    assert_eq!(api.journal("?credential=YOUR_API_KEY").len(), 1);
}

#[test]
fn a_write_under_way_runs_to_its_end_without_its_caller() {
    let api = Api::new();
    api.admin("POST", "/faults", &json!({ "delay": 300 }));
    let body = json!({ "arguments": [ACCOUNT], "payload": { "newName": "Alex" } }).to_string();
    let head = "POST /_gateway/call/setAccountNameV2 HTTP/1.1\r\nHost: localhost\r\n";
    let stream = api.wrote(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    api.wait_for("?operation=setAccountName");
    drop(stream);
    api.wait_for("?status=200");
}

#[test]
fn those_who_wait_are_dropped_with_their_callers() {
    let api = Api::with(|settings| {
        settings.max_wait = LONG;
        settings.grace = LONG;
        settings.rate_window = LONG;
    });
    let body = json!({ "arguments": [ACCOUNT], "payload": { "newName": "Alex" } });
    while call(&api, "setAccountNameV2", &body).header("ratelimit-remaining") != "0" {}
    let body = body.to_string();
    let head = "POST /_gateway/call/setAccountNameV2 HTTP/1.1\r\nHost: localhost\r\n";
    drop(api.wrote(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()));
    // It would last as long as the grace or the wait.
    api.gateway.shutdown();
}

#[test]
fn a_key_of_the_callers_is_passed_on() {
    let api = Api::with(|settings| settings.credential = Credential::PassedThrough);
    let key = "Authorization: Bearer YOUR_API_KEY";
    let answer =
        |method: &str, headers: &[&str]| api.send("POST", &format!("/_gateway/call/{method}"), headers, b"");
    assert_eq!(answer("getCommunityV2", &[key]).json()["success"], true);
    assert_eq!(answer("getCommunityV2", &[]).refusal().0, 401);
    let community = "Sonoran-Community-Id: YOUR_COMMUNITY_ID";
    assert_eq!(answer("getDepartments", &[key, community]).json()["success"], true);
    assert!(answer("getDepartments", &[key]).refusal().1.contains("Sonoran-Community-Id"));
    // Whoever knows a key is no web page.
    assert_eq!(answer("getCommunityV2", &[key, "Host: example.com"]).status, 200);
}
