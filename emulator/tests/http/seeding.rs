//! Making a state that a test needs.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api, NOBODY, OWNER};

const FRESH: &str = "ffffffff-0000-4000-8000-000000000001";

fn patch(api: &Api, change: &Value) {
    let merged = api.call("PATCH", "/_emulator/state", change);
    assert_eq!((merged.status, merged.json()), (200, json!({ "merged": true })), "{change}");
}

fn name(api: &Api, account: &str) -> Value {
    api.get(&format!("/accounts/{account}")).json()["data"]["accName"].clone()
}

/// What the schema that is served says of a state.
fn invalid(api: &Api, state: &Value) -> Option<String> {
    let schema = api.get("/_emulator/state/schema").json();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    validator.validate(state).err().map(|error| error.to_string())
}

#[test]
fn a_change_is_merged_into_the_state() {
    let api = Api::new();
    let before = api.state();
    patch(
        &api,
        &json!({ "community": { "name": "Another" }, "accounts": [{ "accId": ACCOUNT, "accName": "Alex" }] }),
    );
    let mut expected = before.clone();
    expected["community"]["name"] = json!("Another");
    expected["accounts"][0]["accName"] = json!("Alex");
    assert_eq!(api.state(), expected);
    assert_eq!((name(&api, ACCOUNT), name(&api, OWNER)), (json!("Alex"), json!("ExampleOwner")));
}

#[test]
fn an_account_without_flags_is_an_active_one() {
    let api = Api::new();
    let account =
        json!({ "accId": FRESH, "accName": "Fresh", "activeApiIds": ["FRESH"], "ranks": ["rank-1"] });
    patch(&api, &json!({ "accounts": [account] }));
    assert_eq!(name(&api, FRESH), "Fresh");
    let check = api.call("POST", "/servers/1/whitelist/check", &json!({ "accId": FRESH }));
    assert_eq!(check.status, 200, "{check:?}");
    assert_eq!(api.v1_text("verifyWhitelist", &json!([{ "accId": FRESH, "serverId": 1 }])), "Fresh");
    patch(&api, &json!({ "accounts": { FRESH: { "comStatus": false } } }));
    assert_ne!(api.call("POST", "/servers/1/whitelist/check", &json!({ "accId": FRESH })).status, 200);
}

#[test]
fn null_removes() {
    let api = Api::new();
    let removed = json!({
        "events": { ACCOUNT: null },
        "community": { "website": null },
        "accounts": { ACCOUNT: { "discordId": null, "profileFields": { "data": { "discord": null } } } },
    });
    patch(&api, &removed);
    let state = api.state();
    assert_eq!(state["events"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&state["community"]["website"], &state["accounts"][0]["discordId"]),
        (&json!(""), &Value::Null)
    );
    assert_eq!(state["accounts"][0]["profileFields"]["data"], json!([]));
}

#[test]
fn a_change_is_taken_whole_or_not_at_all() {
    let api = Api::new();
    let before = api.state();
    for (change, part) in [
        (
            json!({ "community": { "name": "x" }, "accounts": [{ "accName": "x" }] }),
            "accounts: each entry needs its accId",
        ),
        (
            json!({ "accounts": [{ "accId": ACCOUNT, "ranks": ["rank-99"] }] }),
            "no department has the rank rank-99",
        ),
        (json!({ "accounts": { NOBODY: null } }), "to remove"),
        (json!({ "accounts": { ACCOUNT: null } }), "there is no account"),
        (json!({ "acounts": [] }), "acounts"),
        (json!({ "accounts": [{ "accId": ACCOUNT, "archved": true }] }), "archved"),
        (json!({ "keys": "x" }), "keys: invalid type"),
        (
            json!({ "community": { "departments": { FRESH: { "ranks": [{ "id": "r", "power": "x" }] } } } }),
            "ranks[0].power",
        ),
        (json!([]), "invalid type"),
    ] {
        let refused = api.call("PATCH", "/_emulator/state", &change);
        assert_eq!((refused.status, refused.fields()), (400, vec!["body".to_owned()]), "{change}");
        assert!(refused.text.contains(part), "{refused:?}");
    }
    assert_eq!(api.state(), before);
}

#[test]
fn a_state_without_keys_keeps_the_old_ones() {
    let api = Api::new();
    assert_eq!(api.call("PUT", "/_emulator/state", &json!({ "community": { "name": "Bare" } })).status, 200);
    let community = api.get("").data();
    assert_eq!((&community["name"], &community["id"]), (&json!("Bare"), &json!("YOUR_COMMUNITY_ID")));
}

#[test]
fn nobody_is_locked_out_by_a_slip() {
    let api = Api::new();
    let before = api.state();
    for (method, change, field) in [
        ("PUT", json!({ "keys": [] }), "keys"),
        ("PUT", json!({ "keys": [""] }), "keys"),
        ("PUT", json!({ "keys": null }), "body"),
        ("PATCH", json!({ "keys": [] }), "keys"),
        ("PATCH", json!({ "keys": null }), "keys"),
        ("PATCH", json!({ "community": { "id": "" } }), "community.id"),
        ("PATCH", json!({ "community": { "id": null } }), "community.id"),
    ] {
        let refused = api.call(method, "/_emulator/state", &change);
        assert_eq!((refused.status, refused.fields()), (400, vec![field.to_owned()]), "{method} {change}");
    }
    assert_eq!(api.state(), before);
}

#[test]
fn members_are_generated() {
    let api = Api::new();
    let seeded = api.state()["accounts"].as_array().map_or(0, Vec::len);
    let generate = |body: Value| api.call("POST", "/_emulator/generate", &body);
    let made = generate(json!({ "accounts": 60, "seed": 7 }));
    assert_eq!((made.status, &made.json()["accounts"]), (201, &json!(60)));
    let state = api.state();
    let accounts = state["accounts"].as_array().expect("accounts");
    assert_eq!(accounts.len(), seeded + 60);
    let rows: usize = accounts[seeded..]
        .iter()
        .map(|account| account["clockData"]["data"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!((&made.json()["clockRows"], rows > 60), (&json!(rows), true));
    assert!(accounts[seeded..].iter().filter(|account| account["ranks"] != json!([])).count() > 45);
    let id = accounts[10]["accId"].as_str().expect("an id");
    assert_eq!(name(&api, id), accounts[10]["accName"]);
    let other = Api::new();
    other.call("POST", "/_emulator/generate", &json!({ "accounts": 60, "seed": 7 }));
    assert_eq!(other.state(), state, "the same in every run");
    for (body, field) in [
        (json!({}), "body"),
        (json!({ "accounts": 0 }), "accounts"),
        (json!({ "accounts": 10_001 }), "accounts"),
        (json!({ "accounts": 1, "ranks": 3 }), "body"),
    ] {
        let refused = generate(body.clone());
        assert_eq!((refused.status, refused.fields()), (400, vec![field.to_owned()]), "{body}");
    }
}

#[test]
fn the_schema_that_is_served_describes_states() {
    let api = Api::new();
    assert_eq!(invalid(&api, &api.state()), None, "the seed");
    api.call("POST", "/_emulator/generate", &json!({ "accounts": 200 }));
    assert_eq!(invalid(&api, &api.state()), None, "a generated one");
    assert_eq!(invalid(&api, &json!({ "accounts": [{ "accId": FRESH }] })), None, "little is needed");
    for (wrong, part) in [
        (json!({ "acounts": [] }), "acounts"),
        (json!({ "accounts": [{ "archved": true }] }), "archved"),
        (json!({ "servers": [{ "id": "1" }] }), "integer"),
        (json!({ "sessions": [{ "startedAt": "soon" }] }), "soon"),
    ] {
        let error = invalid(&api, &wrong).unwrap_or_default();
        assert!(error.contains(part), "{wrong}: {error}");
    }
    let schema = api.get("/_emulator/state/schema").json();
    let flag = &schema["$defs"]["Account"]["properties"]["comStatus"];
    assert_eq!(flag["default"], true);
}
