//! Version 1's ceiling, subscriptions, and what the journal keeps of a request with a key in its body.

use serde_json::{Value, json};
use sonoran_emulator::{Options, Switch};

use crate::client::{Answer, Api};
use crate::v1_client::{documented_body, envelope, operations, route};

const KEY: &str = "YOUR_API_KEY";

fn types(api: &Api) -> Answer {
    api.v1("getClockInTypes", &json!([]))
}

#[test]
fn all_of_version_1_has_one_ceiling() {
    let api = Api::with(Options::default());
    api.freeze();
    for call in 0..60 {
        let answer = if call % 2 == 0 { types(&api) } else { api.v1("getDepartments", &json!([])) };
        assert_eq!(answer.status, 200);
    }
    let refused = api.v1("getProfileFields", &json!([]));
    assert_eq!(
        (refused.kind(), refused.text.as_str()),
        ((429, "text/plain; charset=utf-8"), "TOO MANY REQUESTS")
    );
    assert!(!refused.headers.contains_key("retry-after"));
    assert_eq!(api.get("").status, 200, "version 2 is counted apart");
    api.pass(59);
    assert_eq!(types(&api).status, 429);
    api.pass(1);
    assert_eq!(types(&api).status, 200);
}

#[test]
fn other_keys_and_refused_calls_are_counted_apart() {
    let api = Api::with(Options::default());
    api.freeze();
    api.change_state(|state| state["keys"] = json!([KEY, "SECOND"]));
    api.call("PUT", "/_emulator/limits", &json!({ "overrides": { "v1": 1 } }));
    let with = |key: &str| {
        let mut body = envelope(route("getClockInTypes"), &json!([]));
        body["key"] = json!(key);
        api.post_v1("/general/get_clockin_types", &body).status
    };
    assert_eq!(
        [with("WRONG"), with("SECOND"), with("SECOND"), with(KEY), with("WRONG")],
        [400, 200, 429, 200, 400]
    );
    let limits = api.get("/_emulator/limits").json();
    assert_eq!(limits["overrides"], json!({ "v1": 1 }));
    assert_eq!((&limits["usage"][0]["operation"], &limits["usage"][0]["ceiling"]), (&json!("v1"), &json!(1)));
}

#[test]
fn an_operation_of_version_1_has_no_ceiling_of_its_own() {
    let api = Api::new();
    let answer = api.call("PUT", "/_emulator/limits", &json!({ "overrides": { "v1GetDepartments": 1 } }));
    assert_eq!((answer.status, answer.fields()), (400, vec!["overrides.v1GetDepartments".to_owned()]));
}

#[test]
fn subscriptions_are_enforced_on_request() {
    let api = Api::new();
    api.change_state(|state| state["community"]["subVersion"] = json!(0));
    let refused = |api: &Api| {
        let all = operations().into_iter();
        let refused = all.filter(|(route, operation)| {
            let answer = api.post_v1(route.path, &documented_body(operation));
            answer.text.contains("SUBSCRIPTION TOO LOW")
        });
        refused.map(|(route, _)| route.name).collect::<Vec<_>>()
    };
    assert!(refused(&api).is_empty(), "off by default");
    let put = |on: bool| api.call("PUT", "/_emulator/subscriptions", &json!({ "enforced": on })).json();
    assert_eq!(put(true), json!({ "enforced": true, "subVersion": 0 }));
    let needy: Vec<&str> = operations()
        .into_iter()
        .filter_map(|(route, _)| route.subscription.filter(|level| *level > 0).map(|_| route.name))
        .collect();
    assert!(needy.contains(&"getComAccount"));
    assert_eq!(refused(&api), needy);
    api.emulator.reset();
    put(true);
    api.change_state(|state| state["community"]["subVersion"] = json!(2));
    assert_eq!(api.v1_text("checkComApiId", &json!([{ "apiId": "SOME_API_ID" }])), "ExampleAccount");
    let account = json!([{ "apiId": "SOME_API_ID" }]);
    assert_eq!(api.v1_refusal("getComAccount", &account), (400, "SUBSCRIPTION TOO LOW".to_owned()));
    api.emulator.reset();
    assert_eq!(api.get("/_emulator/subscriptions").json()["enforced"], false);
}

#[test]
fn subscriptions_can_be_enforced_from_the_start() {
    let api = Api::with(Options { subscriptions: Switch::On, ..Options::default() });
    api.emulator.reset();
    assert_eq!(api.get("/_emulator/subscriptions").json()["enforced"], true);
    assert_eq!(api.call("POST", "/_emulator/subscriptions", &Value::Null).status, 405);
    assert_eq!(api.call("PUT", "/_emulator/subscriptions", &json!({ "on": true })).status, 400);
}

#[test]
fn the_journal_never_shows_a_key() {
    let api = Api::new();
    types(&api);
    let whole = envelope(route("getClockInTypes"), &json!([])).to_string();
    let cut = &whole[..whole.len() - 1];
    for path in ["/general/get_clockin_types", "/general/misspelt"] {
        for body in [whole.as_str(), cut, &format!("[{whole}]")] {
            api.send("POST", path, &[], body.as_bytes());
        }
        api.send("PUT", path, &[], whole.as_bytes());
    }
    let journal = api.journal("");
    assert_eq!(journal.len(), 9);
    assert!(!json!(journal).to_string().contains(KEY));
    assert_eq!(journal[0]["body"]["key"], "[redacted]");
    assert_eq!(journal[0]["body"]["type"], "GET_CLOCKIN_TYPES");
    assert_eq!(journal[0]["bodyLength"], whole.len());
    let by_header = api.get("/servers");
    assert_eq!(by_header.status, 200);
    let journal = api.journal("");
    assert_eq!(journal[0]["credential"], journal[9]["credential"], "one key, however it was sent");
}

#[test]
fn faults_and_assertions_know_version_1() {
    let api = Api::new();
    let rule = json!({ "operation": "v1GetDepartments", "action": { "type": "respond", "status": 503 } });
    assert_eq!(api.call("POST", "/_emulator/faults", &rule).status, 201);
    assert_eq!(api.get("/departments").status, 200);
    assert_eq!(api.v1("getDepartments", &json!([])).status, 503);
    assert_eq!(api.v1("getDepartments", &json!([])).status, 200);
    let assertion =
        json!({ "operation": "v1GetDepartments", "body": { "type": "GET_DEPARTMENTS" }, "count": 2 });
    assert_eq!(api.call("POST", "/_emulator/journal/assert", &assertion).status, 200);
}
