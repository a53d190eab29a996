//! What is taken when only what the description documents is.

use serde_json::{Value, json};
use sonoran_emulator::{Options, Switch};

use crate::client::{ACCOUNT, Answer, Api, OWNER};
use crate::documented::{calls, make};
use crate::v1_client::{documented_body, operations};

fn strict() -> Api {
    Api::with(Options { strict: Switch::On, limits: Switch::Off, ..Options::default() })
}

/// The fields at fault and what is said of them.
fn told(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 400, "{answer:?}");
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| format!("{}: {}", text(&error["field"]), text(&error["message"]))).collect()
}

#[test]
fn an_undocumented_field_is_told_with_the_nearest_documented_name() {
    let api = strict();
    let ranks = format!("/accounts/{ACCOUNT}/ranks");
    let answer = api.call("PATCH", &ranks, &json!({ "ad": ["rank-1"], "Active": true }));
    assert_eq!(
        told(&answer),
        ["ad: is not documented: did you mean add?", "Active: is not documented: did you mean active?",]
    );
    let servers = json!({ "servers": [{ "id": 1 }, { "id": 2, "robloxJoincode": "X" }] });
    assert_eq!(
        told(&api.call("POST", "/servers", &servers)),
        ["servers[1].robloxJoincode: is not documented: did you mean robloxJoinCode?"]
    );
    let name = api.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newname": "Alex" }));
    assert_eq!(
        told(&name),
        ["newname: is not documented: did you mean newName?", "newName: is missing"],
        "with what is missing"
    );
    assert_eq!(api.get(&ranks).status, 200);
    assert_eq!(api.state()["rankChanges"].as_array().map(Vec::len), Some(3), "nothing changed");
}

#[test]
fn an_undocumented_query_name_is_told_with_the_nearest_documented_one() {
    let api = strict();
    assert_eq!(told(&api.get("/accounts?takee=5")), ["takee: is not documented: did you mean take?"]);
    assert_eq!(told(&api.get("?take=5")), ["take: is not documented; no name is"]);
    assert_eq!(api.get("/accounts?take=5").status, 200);
}

#[test]
fn an_undocumented_field_of_version_1_is_told_too() {
    let api = strict();
    let (status, text) = api.v1_refusal("getComAccount", &json!([{ "accID": ACCOUNT }]));
    let words = "INVALID DATA: accID: is not documented: did you mean accId?";
    assert_eq!((status, text.as_str()), (400, words));
}

#[test]
fn types_are_those_of_the_description() {
    let api = strict();
    let wrong = [
        (
            "POST",
            "/erlc/teams/lock".to_owned(),
            json!({ "robloxJoinCode": "ABC123", "team": "Police", "maxPlayers": "3" }),
        ),
        ("PATCH", format!("/disciplinary/records/{OWNER}/points"), json!({ "points": "1" })),
        ("PATCH", format!("/accounts/{ACCOUNT}/name"), json!({ "newName": null })),
    ];
    for (verb, path, body) in wrong {
        assert_eq!(api.call(verb, &path, &body).status, 400, "{path} {body}");
    }
}

#[test]
fn every_documented_call_succeeds() {
    let api = strict();
    for call in &calls() {
        api.emulator.reset();
        let answer = make(&api, call);
        assert_eq!(Value::from(answer.status), call["status"], "{} {answer:?}", call["method"]);
    }
    for (route, operation) in operations() {
        api.emulator.reset();
        let answer = api.post_v1(route.path, &documented_body(&operation));
        assert!((200..300).contains(&answer.status), "{} {answer:?}", route.name);
    }
}

#[test]
fn a_reset_can_say_whether() {
    let api = Api::new();
    let reset = |body: &Value| api.call("POST", "/_emulator/reset", body).json()["strict"].clone();
    let status = || api.get("/accounts?takee=5").status;
    assert_eq!((reset(&Value::Null), status()), (json!(false), 200), "off from the start");
    assert_eq!((reset(&json!({ "strict": true })), status()), (json!(true), 400));
    assert_eq!((reset(&json!({})), status()), (json!(false), 200), "as at the start");
    assert_eq!(api.call("POST", "/_emulator/reset", &json!({ "stric": true })).status, 400);
    let api = strict();
    assert_eq!(api.call("POST", "/_emulator/reset", &json!({ "strict": false })).json()["strict"], false);
}

#[test]
fn what_the_description_has_is_taken_still() {
    let api = strict();
    let ranks = format!("/accounts/{ACCOUNT}/ranks");
    assert_eq!(api.call("PATCH", &ranks, &json!([])).status, 200, "as Lua's encoders write an empty table");
    assert_eq!(api.call("POST", "/servers", &json!({ "servers": [{ "name": "A", "port": 1 }] })).status, 200);
    for data in [json!({ "apiId": "SOME_API_ID" }), json!({ "0": { "apiId": "SOME_API_ID" } })] {
        assert_eq!(api.v1_text("checkComApiId", &data), "ExampleAccount");
    }
}
