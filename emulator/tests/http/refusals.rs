//! What is refused, how, and that nothing changes then.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api, NOBODY};

#[test]
fn a_missing_or_wrong_key_is_told() {
    let api = Api::new();
    let ask = |headers: &[&str]| {
        let answer = api.send("GET", "/v2/community", headers, b"");
        assert_eq!((answer.status, answer.headers["www-authenticate"].as_str()), (401, "Bearer"));
        answer
    };
    for headers in [&[][..], &["Authorization: YOUR_API_KEY"], &["Authorization: Basic YOUR_API_KEY"]] {
        let answer = ask(headers);
        assert_eq!(answer.headers["content-type"], "application/json", "the gateway says so");
        let id = &answer.headers["x-request-id"];
        assert_eq!(answer.json(), json!({ "message": "No API key found in request", "request_id": id }));
    }
    let answer = ask(&["Authorization: Bearer OTHER"]);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let expected = json!({
        "type": "https://httpstatuses.com/401", "title": "Unauthorized", "status": 401,
        "detail": "INVALID API KEY", "instance": "/v2/community",
        "traceId": "00-00000000000000000000000000000004-0000000000000004-00",
    });
    assert_eq!(answer.json(), expected);
}

#[test]
fn the_fields_at_fault_are_named() {
    let api = Api::new();
    let cases: [(&str, String, Value, &[&str]); 18] = [
        ("GET", "/accounts/7".into(), Value::Null, &["accountId"]),
        ("GET", "/servers/one/whitelist".into(), Value::Null, &["serverId"]),
        ("GET", "/accounts?skip=x&banned=1".into(), Value::Null, &["skip", "banned"]),
        ("GET", "/accounts?skip=-1".into(), Value::Null, &["skip"]),
        ("GET", "/accounts?skip=1&skip=2".into(), Value::Null, &["skip"]),
        ("GET", "/lookup?uuid=7".into(), Value::Null, &["uuid"]),
        ("GET", "/accounts/search?username=a&discord=1".into(), Value::Null, &["username", "discord"]),
        ("GET", format!("/accounts/{ACCOUNT}/activity/latest?type=sleep"), Value::Null, &["type"]),
        ("PATCH", format!("/accounts/{ACCOUNT}/name"), Value::Null, &["body"]),
        ("PATCH", format!("/accounts/{ACCOUNT}/name"), json!([1]), &["body"]),
        ("PATCH", format!("/accounts/{ACCOUNT}/name"), json!({}), &["newName"]),
        ("PATCH", format!("/accounts/{ACCOUNT}/name"), json!({ "newName": 7 }), &["newName"]),
        ("PATCH", format!("/accounts/{ACCOUNT}/ranks"), json!({ "add": "rank-1" }), &["add"]),
        ("PATCH", format!("/accounts/{ACCOUNT}/ranks"), json!({ "add": ["rank-1", 7] }), &["add[1]"]),
        ("POST", format!("/accounts/{ACCOUNT}/clock"), json!({ "intention": "sideways" }), &["intention"]),
        ("PUT", "/servers".into(), json!({ "servers": [{ "id": 1 }, { "id": "x" }] }), &["servers[1].id"]),
        (
            "POST",
            "/promotion-flows/trigger".into(),
            json!({ "data": [{ "flowId": "flow-1" }] }),
            &["data[0].users", "data[0].promote"],
        ),
        ("PATCH", format!("/disciplinary/records/{ACCOUNT}/status"), json!({ "status": "on" }), &["status"]),
    ];
    let before = api.state();
    for (verb, path, body, fields) in cases {
        let answer = api.call(verb, &path, &body);
        assert_eq!(answer.status, 400, "{verb} {path} {answer:?}");
        assert_eq!(answer.fields(), fields, "{verb} {path} {answer:?}");
    }
    assert_eq!(api.state(), before);
}

#[test]
fn what_is_no_json_is_refused() {
    let api = Api::new();
    let deep = "[".repeat(100_000);
    for body in [b"{".as_slice(), b"newName=x", b"\xff\xfe", b"{\"newName\": 1e400}", deep.as_bytes()] {
        let path = format!("/v2/community/accounts/{ACCOUNT}/name");
        let answer = api.send("PATCH", &path, &["Authorization: Bearer YOUR_API_KEY"], body);
        assert_eq!((answer.status, answer.fields()), (400, vec!["body".to_owned()]));
    }
}

#[test]
fn unknown_ids_are_not_found() {
    let api = Api::new();
    let cases = [
        ("GET", format!("/accounts/{NOBODY}"), Value::Null),
        ("GET", format!("/accounts/{NOBODY}/ranks"), Value::Null),
        ("PATCH", format!("/accounts/{ACCOUNT}/ranks"), json!({ "add": ["rank-1", "rank-99"] })),
        (
            "PATCH",
            format!("/accounts/{ACCOUNT}/profile-fields"),
            json!({ "profileFields": [{ "id": "callsign", "value": 1 }, { "id": "shoe-size", "value": 44 }] }),
        ),
        ("POST", format!("/accounts/{ACCOUNT}/clock"), json!({ "intention": "in", "type": "nap" })),
        ("GET", "/servers/99/whitelist".into(), Value::Null),
        ("GET", "/servers/99999999999999999999/whitelist".into(), Value::Null),
        ("POST", "/servers/1/activity".into(), json!({ "accId": NOBODY })),
        ("POST", format!("/events/{NOBODY}/rsvps"), json!({ "accId": ACCOUNT })),
        ("POST", format!("/events/{ACCOUNT}/rsvps"), json!({ "accId": NOBODY })),
        ("PATCH", "/forms/99/stage".into(), json!({ "newStageId": "review", "accId": ACCOUNT })),
        ("PATCH", "/forms/1/stage".into(), json!({ "newStageId": "limbo", "accId": ACCOUNT })),
        ("GET", "/forms/99".into(), Value::Null),
        ("GET", "/forms/submissions/99".into(), Value::Null),
        ("GET", "/rosters/99".into(), Value::Null),
        ("PATCH", format!("/disciplinary/records/{NOBODY}/points"), json!({ "points": 1 })),
        ("GET", "/erlc/players/queue?robloxJoinCode=XXX".into(), Value::Null),
        ("POST", "/sessions".into(), json!({ "serverId": 99, "accId": ACCOUNT })),
        ("POST", "/sessions".into(), json!({ "serverId": 1, "accId": NOBODY })),
        ("GET", "/sessions/current?serverId=x".into(), Value::Null),
    ];
    let before = api.state();
    for (verb, path, body) in cases {
        let answer = api.call(verb, &path, &body);
        assert_eq!(answer.status, 404, "{verb} {path} {answer:?}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    assert_eq!(api.state(), before);
}

#[test]
fn other_verbs_are_told_what_the_path_takes() {
    let api = Api::new();
    for (verb, path, allowed) in [
        ("PUT", "", "GET"),
        ("OPTIONS", "/servers", "GET, POST, PUT"),
        ("TRACE", "/sessions", "POST, PATCH, DELETE"),
    ] {
        let answer = api.call(verb, path, &Value::Null);
        assert_eq!(answer.status, 405, "{verb}");
        let mut verbs: Vec<_> = answer.headers["allow"].split(", ").collect();
        let mut expected: Vec<_> = allowed.split(", ").collect();
        verbs.sort_unstable();
        expected.sort_unstable();
        assert_eq!(verbs, expected);
    }
}

#[test]
fn a_body_beyond_the_bound_is_refused() {
    let api = Api::new();
    let body = format!(r#"{{"newName": "{}"}}"#, "x".repeat(2_000_000));
    let path = format!("/v2/community/accounts/{ACCOUNT}/name");
    let answer = api.send("PATCH", &path, &["Authorization: Bearer YOUR_API_KEY"], body.as_bytes());
    assert_eq!(answer.status, 413);
}

#[test]
fn strange_input_is_never_an_error_of_the_server() {
    let api = Api::new();
    for path in [
        "/accounts/discord/%00",
        "/accounts/discord/%ff%fe",
        "/accounts/discord/a%2Fb",
        "/accounts/discord/%F0%9F%98%80",
    ] {
        assert_eq!(api.get(path).status, 404, "{path}");
    }
    for (verb, path, body) in [
        ("PUT", "/servers", json!({ "servers": [{ "id": i64::MAX }, { "id": -1 }] })),
        ("PUT", "/servers", json!({ "servers": [{ "id": 1.0 }] })),
        ("PUT", "/servers", json!({ "servers": [{ "id": 1e300 }] })),
        ("PUT", "/servers", json!({ "servers": [] })),
        ("POST", "/sessions", json!({})),
        ("GET", "/accounts?skip=9223372036854775807", Value::Null),
    ] {
        let answer = api.call(verb, path, &body);
        assert!(answer.status < 500, "{verb} {path} {answer:?}");
    }
}
