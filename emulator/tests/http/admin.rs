//! The admin side.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api};

#[test]
fn reset_comes_back_to_the_seed() {
    let api = Api::new();
    let seed = api.state();
    api.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newName": "Alex" }));
    api.call("POST", "/_emulator/faults", &json!({ "times": "always", "action": { "type": "close" } }));
    api.call("POST", "/_emulator/clock", &json!({ "freeze": true, "set": "2030-01-01" }));
    assert_ne!(api.state(), seed);
    assert_eq!(api.call("POST", "/_emulator/reset", &Value::Null).status, 200);
    assert_eq!(api.state(), seed);
    assert_eq!(api.journal(""), Vec::<Value>::new());
    assert_eq!(api.get("").status, 200, "no fault is left");
    assert_eq!(api.get("/_emulator/clock").json()["frozen"], false);
}

#[test]
fn ids_are_the_same_in_every_run() {
    let run = || {
        let api = Api::new();
        let start = || {
            api.call("POST", "/sessions", &json!({ "serverId": 1, "accId": ACCOUNT })).data()["id"].clone()
        };
        [start(), start()]
    };
    let first = run();
    assert_eq!(first, run());
    assert_ne!(first[0], first[1]);
}

#[test]
fn a_state_is_loaded_whole_or_not_at_all() {
    let api = Api::new();
    let before = api.state();
    for wrong in [
        json!({ "accounts": [{ "accId": "x" }] }),
        json!({ "accounts": 7 }),
        json!({ "unknown": [] }),
        json!([]),
        json!({ "events": [{ "id": "1", "rsvps": [ACCOUNT] }] }),
    ] {
        let answer = api.call("PUT", "/_emulator/state", &wrong);
        assert_eq!((answer.status, answer.fields()), (400, vec!["body".to_owned()]), "{wrong}");
    }
    assert_eq!(api.state(), before);
    let loaded = api.call("PUT", "/_emulator/state", &json!({ "keys": ["OTHER"] }));
    assert_eq!(loaded.status, 200);
    assert_eq!(api.get("").status, 401, "the old key is gone");
    assert_eq!(api.call("PUT", "/_emulator/state", &before).status, 200);
    assert_eq!(api.get("").status, 200);
}

#[test]
fn the_clock_moves_rows_too() {
    let api = Api::new();
    let set = |body: Value| api.call("POST", "/_emulator/clock", &body);
    assert_eq!(
        set(json!({ "freeze": true, "set": "2030-01-01T00:00:00Z" })).json()["now"],
        "2030-01-01T00:00:00.000Z"
    );
    assert_eq!(set(json!({ "advanceSeconds": 1.5 })).json()["now"], "2030-01-01T00:00:01.500Z");
    let session = api.call("POST", "/sessions", &json!({ "serverId": 1, "accId": ACCOUNT })).data();
    assert_eq!(session["startedAt"], "2030-01-01T00:00:01.500Z");
    for wrong in [
        json!({ "advanceSeconds": -1 }),
        json!({ "advanceSeconds": 1e300 }),
        json!({ "set": "soon" }),
        json!({ "stop": true }),
    ] {
        assert_eq!(set(wrong.clone()).status, 400, "{wrong}");
    }
    assert_eq!(
        api.get("/_emulator/clock").json(),
        json!({ "now": "2030-01-01T00:00:01.500Z", "frozen": true })
    );
}

#[test]
fn other_paths_and_verbs_are_refused() {
    let api = Api::new();
    assert_eq!(api.get("/_emulator/nothing").status, 404);
    let answer = api.call("DELETE", "/_emulator/reset", &Value::Null);
    assert_eq!((answer.status, answer.headers["allow"].as_str()), (405, "POST"));
}

#[test]
fn slashes_that_say_nothing_are_left_out() {
    let api = Api::new();
    let seed = api.state();
    for path in ["//_emulator/reset", "/_emulator//reset", "/_emulator/reset/"] {
        api.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newName": "Alex" }));
        let answer = api.send("POST", path, &[], b"");
        assert_eq!((answer.status, api.state() == seed), (200, true), "{path} {answer:?}");
    }
    assert_eq!(api.get("/_emulator/clock/").json()["frozen"], false);
    for path in ["/_emulator", "//_emulator", "/_emulator/", "/_emulator//nothing/"] {
        assert_eq!(api.send("GET", path, &[], b"").status, 404, "{path}");
    }
    assert_eq!(api.send("GET", "/_emulators", &[], b"").text, "Backend Service Reached");
}
