//! Push events: on demand, and how they are delivered.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api, NOBODY};
use crate::receiver::{Receiver, sent, watched};
use crate::v1_client::{envelope, route};

#[test]
fn documented_examples_are_sent_on_demand() {
    let (api, receiver) = watched();
    let ids = json!({ "discordId": "111111111111111111", "accountId": ACCOUNT });
    let whole = json!({
        "discordId": "111111111111111111",
        "accId": ACCOUNT,
        "comStatus": true,
        "accName": "ExampleAccount",
        "comName": "Example A.",
        "primaryIdentifier": "2B-12",
        "secondaryIdentifiers": [],
        "primaryRank": "22222222-2222-2222-2222-222222222222",
        "secondaryRanks": ["23222222-2222-2222-2222-222222222222"],
        "primaryDepartment": "11111111-1111-1111-1111-111111111111",
        "secondaryDepartments": ["12111111-1111-1111-1111-111111111111"],
        "joinDate": "2026-04-15 09:00:00.000 -0500",
        "owner": false,
        "banned": false,
        "lastLogin": "2026-04-15 10:30:00.000 -0500",
        "activeApiIds": ["111111111111111111"],
    });
    for (kind, data) in [("ACCOUNT_UPDATED", whole), ("ACCOUNT_KICKED", ids.clone()), ("ACCOUNT_BANNED", ids)]
    {
        let delivered = api.order(&json!({ "type": kind }));
        let expected = json!([{ "type": kind, "url": receiver.url, "status": 204, "error": null }]);
        assert_eq!(delivered, expected);
        let posted = receiver.next();
        assert_eq!(posted.body, json!({ "key": "YOUR_API_KEY", "type": kind, "data": data }));
        assert!(posted.head.starts_with("post /sonorancms/events http/1.1\r\n"), "{}", posted.head);
        assert!(posted.head.contains("\r\ncontent-type: application/json\r\n"), "{}", posted.head);
    }
}

#[test]
fn any_type_and_data_can_be_sent_on_demand() {
    let (api, receiver) = watched();
    for data in [json!({ "accountId": NOBODY, "more": [1.5, "ü"] }), json!(null), json!([]), json!("text")] {
        for kind in ["ACCOUNT_KICKED", "ACCOUNT_PRAISED"] {
            let undocumented = kind == "ACCOUNT_PRAISED";
            api.order(&json!({ "type": kind, "data": data, "undocumented": undocumented }));
            assert_eq!(receiver.next().body, json!({ "key": "YOUR_API_KEY", "type": kind, "data": data }));
        }
    }
    api.aim(&json!([]));
    assert_eq!(api.order(&json!({ "type": "ACCOUNT_KICKED" })), json!([]), "no targets");
}

#[test]
fn events_have_the_key_of_their_cause_or_of_the_target() {
    let (api, plain, other) = (Api::new(), Receiver::new(204), Receiver::new(204));
    api.change_state(|state| state["keys"] = json!(["FIRST_KEY", "SECOND_KEY"]));
    api.aim(&json!([plain.target(), { "url": other.url, "key": "OWN_KEY" }]));
    let keys = || [plain.next().body["key"].clone(), other.next().body["key"].clone()];
    let path = format!("/v2/community/accounts/{ACCOUNT}/name");
    api.send("PATCH", &path, &["Authorization: Bearer SECOND_KEY"], br#"{"newName": "Alex"}"#);
    assert_eq!(keys(), ["SECOND_KEY", "OWN_KEY"]);
    let kick = route("cmsKickAccount");
    let mut body = envelope(kick, &json!([{ "accId": ACCOUNT }]));
    body["key"] = json!("SECOND_KEY");
    assert_eq!(api.post_v1(kick.path, &body).text, "KICKED");
    assert_eq!(keys(), ["SECOND_KEY", "OWN_KEY"]);
    api.order(&json!({ "type": "ACCOUNT_KICKED" }));
    assert_eq!(keys(), ["FIRST_KEY", "OWN_KEY"], "on demand: the community's first");
    let shown = api.settled_events();
    assert_eq!(
        shown["targets"],
        json!([{ "url": plain.url, "key": null }, { "url": other.url, "key": "[redacted]" }])
    );
    assert!(!shown.to_string().contains("_KEY"), "{shown}");
}

#[test]
fn an_event_of_a_community_without_keys_has_the_documented_one() {
    let seed = std::env::temp_dir().join(format!("sonoran-emulator-{}-no-keys.json", std::process::id()));
    std::fs::write(&seed, "{}").expect("a seed");
    let options = sonoran_emulator::Options { seed_file: Some(seed.clone()), ..Default::default() };
    let (api, receiver) = (Api::with(options), Receiver::new(204));
    api.aim(&json!([receiver.target()]));
    api.order(&json!({ "type": "ACCOUNT_KICKED" }));
    assert_eq!(receiver.next().body["key"], "YOUR_API_KEY");
    std::fs::remove_file(seed).expect("its end");
}

#[test]
fn a_target_that_is_not_there_is_told_and_holds_no_one_up() {
    let (api, receiver) = (Api::new(), Receiver::new(503));
    // Nothing listens on a port of the system's that no test can be given.
    let gone = "http://127.0.0.1:1/";
    api.aim(&json!([{ "url": gone }, receiver.target()]));
    api.v1_text("cmsKickAccount", &json!([{ "accId": ACCOUNT }]));
    assert_eq!(receiver.next().body["type"], "ACCOUNT_KICKED");
    let settled = api.settled_events();
    let [first, second] = &settled["deliveries"].as_array().expect("deliveries")[..] else {
        panic!("{settled}")
    };
    assert_eq!((&first["url"], &first["status"]), (&json!(gone), &json!(null)));
    assert!(first["error"].as_str().is_some_and(|error| error.starts_with("cannot connect: ")), "{first}");
    let refused = json!({ "type": "ACCOUNT_KICKED", "url": receiver.url, "status": 503, "error": null });
    assert_eq!(*second, refused, "any status is an answer, and nothing is sent again");
    assert_eq!(sent(&api, &receiver), Vec::<Value>::new());
}

#[test]
fn a_slow_target_gets_its_events_in_order_and_holds_no_one_up() {
    let (api, slow, fast) = (Api::new(), Receiver::slow(), Receiver::new(204));
    api.aim(&json!([slow.target(), fast.target()]));
    let names = ["One", "Two", "Three"];
    for name in names {
        let path = format!("/accounts/{ACCOUNT}/name");
        assert_eq!(api.call("PATCH", &path, &json!({ "newName": name })).status, 200, "answered meanwhile");
    }
    for name in names {
        assert_eq!(fast.next().body["data"]["accName"], name);
    }
    let events = api.events();
    let waiting = json!({ "type": "ACCOUNT_UPDATED", "url": slow.url, "status": null, "error": null });
    assert_eq!(events["deliveries"][0], waiting);
    for name in names {
        assert_eq!(slow.next().body["data"]["accName"], name);
        slow.answer();
    }
    let settled = api.settled_events();
    let deliveries = settled["deliveries"].as_array().expect("deliveries");
    assert!(deliveries.iter().all(|delivery| delivery["status"] == 204), "{settled}");
    assert_eq!(deliveries.len(), 6);
}

#[test]
fn other_targets_take_the_place_of_those_before() {
    let (api, slow, other) = (Api::new(), Receiver::slow(), Receiver::new(204));
    api.aim(&json!([slow.target()]));
    api.v1_text("cmsKickAccount", &json!([{ "accId": ACCOUNT }]));
    slow.next();
    api.aim(&json!([other.target()]));
    let events = api.events();
    let given_up = json!({
        "type": "ACCOUNT_KICKED", "url": slow.url, "status": null, "error": "given up: other targets were set",
    });
    assert_eq!((&events["pending"], &events["deliveries"]), (&json!(0), &json!([given_up])));
    api.v1_text("cmsBanAccount", &json!([{ "accId": ACCOUNT }]));
    assert_eq!(other.next().body["type"], "ACCOUNT_BANNED");
}

#[test]
fn reset_forgets_targets_and_deliveries() {
    let (api, receiver) = watched();
    let slow = Receiver::slow();
    api.aim(&json!([slow.target(), receiver.target()]));
    api.v1_text("cmsKickAccount", &json!([{ "accId": ACCOUNT }]));
    slow.next();
    receiver.next();
    assert_eq!(api.call("POST", "/_emulator/reset", &Value::Null).status, 200);
    let nothing = json!({ "targets": [], "pending": 0, "deliveries": [], "dropped": 0 });
    assert_eq!(api.events(), nothing);
    api.v1_text("cmsKickAccount", &json!([{ "accId": ACCOUNT }]));
    assert_eq!(api.events(), nothing);
    let state = api.state().to_string();
    assert!(!state.contains(&receiver.url), "targets are no part of the state");
}

#[test]
fn wrong_input_is_refused_and_changes_nothing() {
    let (api, receiver) = watched();
    let before = api.events();
    let good = receiver.target();
    for (targets, field) in [
        (json!([good, { "url": "https://127.0.0.1/" }]), "targets[1].url"),
        (json!([{ "url": "127.0.0.1:80" }]), "targets[0].url"),
        (json!([{ "url": "http://user:word@127.0.0.1/" }]), "targets[0].url"),
        (json!([{ "url": receiver.url, "key": "" }]), "targets[0].key"),
        (json!([{ "url": receiver.url, "key": 7 }]), "body"),
        (json!([{ "key": "x" }]), "body"),
        (json!([{ "url": receiver.url, "colour": "red" }]), "body"),
        (json!([receiver.url]), "body"),
        (json!({}), "body"),
    ] {
        let answer = api.call("PUT", "/_emulator/events", &json!({ "targets": targets }));
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{targets}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    for (event, field) in [
        (json!({}), "body"),
        (json!([]), "body"),
        (json!({ "type": 7 }), "body"),
        (json!({ "type": "" }), "type"),
        (json!({ "type": "ACCOUNT_PRAISED", "data": {} }), "type"),
        (json!({ "type": "ACCOUNT_PRAISED", "undocumented": true }), "data"),
        (json!({ "type": "ACCOUNT_KICKED", "date": {} }), "body"),
    ] {
        let answer = api.call("POST", "/_emulator/events", &event);
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{event}");
    }
    let misspelt = api.call("POST", "/_emulator/events", &json!({ "type": "account_kiked", "data": {} }));
    assert!(misspelt.text.contains("did you mean ACCOUNT_KICKED?"), "{misspelt:?}");
    assert_eq!(api.call("PUT", "/_emulator/events", &Value::Null).fields(), ["body"]);
    let answer = api.call("DELETE", "/_emulator/events", &Value::Null);
    assert_eq!((answer.status, answer.headers["allow"].as_str()), (405, "GET, PUT, POST"));
    assert_eq!(api.events(), before);
}
