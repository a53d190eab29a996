//! Rate limits, as a caller meets them.

use serde_json::{Value, json};
use sonoran_emulator::Options;

use crate::client::{ACCOUNT, Answer, Api};

fn limited() -> Api {
    let api = Api::with(Options::default());
    api.freeze();
    api
}

#[test]
fn the_ceiling_is_the_documented_one_and_the_wait_is_told() {
    let api = limited();
    for _ in 0..13 {
        assert_eq!(api.get("").status, 200);
    }
    api.call("POST", "/_emulator/clock", &json!({ "advanceSeconds": 20.5 }));
    let refused = api.get("");
    assert_eq!((refused.status, refused.headers["retry-after"].as_str()), (429, "40"));
    assert_eq!(refused.headers["content-type"], "application/json");
    let id = &refused.headers["x-request-id"];
    assert_eq!(&refused.headers["x-kong-request-id"], id);
    assert_eq!(refused.json(), json!({ "message": "API rate limit exceeded", "request_id": id }));
    assert_eq!(api.get("/sub-version").status, 200, "another operation has its own");
    api.pass(39);
    assert_eq!(api.get("").status, 429);
    api.pass(1);
    assert_eq!(api.get("").status, 200);
}

#[test]
fn every_operation_has_its_own_ceiling() {
    let api = limited();
    for _ in 0..27 {
        assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).status, 200);
    }
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).status, 429);
    assert_eq!(
        api.get(&format!("/accounts/{}", crate::client::OWNER)).status,
        429,
        "whatever the path's values are"
    );
}

#[test]
fn credentials_are_counted_apart_and_wrong_ones_not_at_all() {
    let api = limited();
    api.change_state(|state| state["keys"] = json!(["YOUR_API_KEY", "SECOND"]));
    let with =
        |key: &str| api.send("GET", "/v2/community", &[&format!("Authorization: Bearer {key}")], b"").status;
    for _ in 0..13 {
        assert_eq!(with("SECOND"), 200);
        assert_eq!(with("WRONG"), 401);
    }
    assert_eq!(with("SECOND"), 429);
    assert_eq!(with("WRONG"), 401);
    assert_eq!(with("YOUR_API_KEY"), 200);
}

#[test]
fn a_refused_call_changes_nothing() {
    let api = limited();
    let rename = |name: &str| {
        api.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newName": name })).status
    };
    for _ in 0..22 {
        rename("first");
    }
    assert_eq!(rename("second"), 429);
    assert_eq!(api.get(&format!("/accounts/{ACCOUNT}")).data()["accName"], "first");
}

#[test]
fn limits_are_changed_while_running() {
    let api = limited();
    let put = |body: Value| api.call("PUT", "/_emulator/limits", &body);
    let changed = put(json!({ "windowSeconds": 5, "overrides": { "getCommunityV2": 1 } }));
    assert_eq!(changed.json()["overrides"], json!({ "getCommunity": 1 }));
    assert_eq!(api.get("").status, 200);
    let refused = api.get("");
    assert_eq!((refused.status, refused.headers["retry-after"].as_str()), (429, "5"));
    let usage = api.get("/_emulator/limits").json()["usage"].clone();
    assert_eq!(
        (&usage[0]["operation"], &usage[0]["used"], &usage[0]["ceiling"]),
        (&json!("getCommunity"), &json!(1), &json!(1))
    );
    assert_eq!(api.call("DELETE", "/_emulator/limits", &Value::Null).status, 204);
    assert_eq!(api.get("").status, 200);
    put(json!({ "overrides": { "getCommunity": null } }));
    assert_eq!(api.get("").status, 200);
    put(json!({ "enabled": false }));
    for _ in 0..30 {
        assert_eq!(api.get("").status, 200);
    }
    for wrong in [
        json!({ "windowSeconds": 0 }),
        json!({ "overrides": { "nothing": 1 } }),
        json!({ "windows": 1 }),
        json!(7),
    ] {
        assert_eq!(put(wrong.clone()).status, 400, "{wrong}");
    }
    api.emulator.reset();
    assert_eq!(api.get("/_emulator/limits").json()["windowSeconds"], 60);
}

#[test]
fn every_counted_answer_says_what_is_left() {
    let api = limited();
    let told = |answer: &Answer| {
        let names = [
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "x-ratelimit-limit-minute",
            "x-ratelimit-remaining-minute",
        ];
        names.map(|name| answer.headers.get(name).map_or("none", String::as_str).to_owned())
    };
    assert_eq!(told(&api.get("")), ["13", "12", "60", "13", "12"]);
    api.pass(20);
    assert_eq!(told(&api.get("")), ["13", "11", "40", "13", "11"], "the first slot is free in 40 s");
    let path = format!("/accounts/{ACCOUNT}/name");
    let refused = api.call("PATCH", &path, &json!({ "newName": 7 }));
    assert_eq!((refused.status, told(&refused)), (400, ["22", "21", "60", "22", "21"].map(str::to_owned)));
    for _ in 0..11 {
        api.get("");
    }
    let refused = api.get("");
    assert_eq!((refused.status, told(&refused)), (429, ["13", "0", "40", "13", "0"].map(str::to_owned)));
    assert_eq!(told(&api.v1("getClockInTypes", &json!([]))), ["60", "59", "60", "60", "59"]);
    let uncounted = api.send("GET", "/v2/community", &["Authorization: Bearer OTHER"], b"");
    assert_eq!(told(&uncounted), ["none"; 5]);
    api.call("PUT", "/_emulator/limits", &json!({ "enabled": false }));
    assert_eq!(told(&api.get("")), ["none"; 5]);
}

#[test]
fn an_answer_made_by_a_fault_has_only_the_headers_it_is_given() {
    let api = limited();
    let counted = |action: Value| {
        api.call("POST", "/_emulator/faults", &json!({ "action": action }));
        api.get("").headers.contains_key("ratelimit-reset")
    };
    assert!(counted(json!({ "type": "malformed" })));
    assert!(!counted(json!({ "type": "respond", "status": 503 })));
    assert!(!counted(json!({ "type": "respond", "status": 503, "applied": true })));
    assert!(!counted(json!({ "type": "html", "status": 502 })));
}

#[test]
fn a_full_window_is_told_as_a_problem_on_request() {
    let api = limited();
    let put = |body: Value| api.call("PUT", "/_emulator/limits", &body);
    assert_eq!(api.get("/_emulator/limits").json()["style"], "gateway");
    let changed = put(json!({ "style": "problem", "overrides": { "getCommunity": 0 } }));
    assert_eq!(changed.json()["style"], "problem");
    let refused = api.get("");
    assert_eq!((refused.status, refused.headers["retry-after"].as_str()), (429, "60"));
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert_eq!(refused.json()["title"], "Too Many Requests");
    assert_eq!(put(json!({ "style": "rude" })).status, 400);
    api.emulator.reset();
    assert_eq!(api.get("/_emulator/limits").json()["style"], "gateway");
}
