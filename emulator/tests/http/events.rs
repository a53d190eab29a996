//! Push events: which changes send them, and with what.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api, NOBODY, OWNER};
use crate::documented::{calls, differences, make};
use crate::receiver::{Receiver, sent, watched};
use crate::v1_client::{documented_body, operations};

/// The documented data, which the emulator sends when it is told no other.
fn example(kind: &str) -> Value {
    let (api, receiver) = watched();
    api.order(&json!({ "type": kind }));
    receiver.next().body["data"].clone()
}

/// Type and account of each.
fn told(events: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let account = |data: &Value| text(data.get("accId").unwrap_or(&data["accountId"]));
    events.iter().map(|event| (text(&event["type"]), account(&event["data"]))).collect()
}

fn updated(account: &str) -> (String, String) {
    ("ACCOUNT_UPDATED".to_owned(), account.to_owned())
}

#[test]
fn a_kick_and_a_ban_are_told() {
    let (api, receiver) = watched();
    for (method, kind) in [("cmsKickAccount", "ACCOUNT_KICKED"), ("cmsBanAccount", "ACCOUNT_BANNED")] {
        api.v1_text(method, &json!([{ "accId": ACCOUNT }]));
        let expected = json!({
            "key": "YOUR_API_KEY",
            "type": kind,
            "data": { "discordId": "1234567890", "accountId": ACCOUNT },
        });
        assert_eq!(sent(&api, &receiver), [expected], "{method}");
        api.v1_text(method, &json!([{ "accId": ACCOUNT }]));
        assert_eq!(sent(&api, &receiver), Vec::<Value>::new(), "{method}: nothing is changed again");
        let mut found = Vec::new();
        differences(&example(kind), &json!({ "discordId": "1", "accountId": ACCOUNT }), "data", &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}

#[test]
fn an_update_has_the_documented_members() {
    let (api, receiver) = watched();
    api.call("PATCH", &format!("/accounts/{ACCOUNT}/name"), &json!({ "newName": "Alex" }));
    let events = sent(&api, &receiver);
    let [event] = &events[..] else { panic!("{events:?}") };
    let data = &event["data"];
    assert_eq!((&event["key"], &event["type"]), (&json!("YOUR_API_KEY"), &json!("ACCOUNT_UPDATED")));
    assert_eq!((&data["accName"], &data["discordId"]), (&json!("Alex"), &json!("1234567890")));
    let documented = example("ACCOUNT_UPDATED");
    let names = |data: &Value| data.as_object().map(|data| data.keys().cloned().collect::<Vec<_>>());
    assert_eq!(names(data), names(&documented), "and in the documented order");
    let mut found = Vec::new();
    differences(&documented, data, "data", &mut found);
    // The seed's account has one rank beside its first, as documented, so nothing is empty.
    assert_eq!(found, Vec::<String>::new());
    let account = api.v1_json("getComAccount", &json!([{ "accId": ACCOUNT }]));
    assert_eq!(data["joinDate"], account["joinDate"]);
}

#[test]
fn whatever_version_2_changes_in_an_account_is_told() {
    let (api, receiver) = watched();
    let account = |rest: &str| format!("/accounts/{ACCOUNT}/{rest}");
    for (verb, path, body) in [
        ("PATCH", account("name"), json!({ "newName": "Alex" })),
        ("PATCH", account("ranks"), json!({ "add": ["rank-1"] })),
        ("PATCH", account("ranks"), json!({ "active": false })),
        ("POST", format!("/rank-changes/{ACCOUNT}/undo"), json!({})),
        ("PATCH", account("profile-fields"), json!({ "profileFields": [{ "id": "discord", "value": "x" }] })),
        ("POST", account("identifiers"), json!({ "identifiers": [{ "type": "steam", "value": "1" }] })),
        ("POST", account("clock"), json!({ "intention": "out" })),
    ] {
        let answer = api.call(verb, &path, &body);
        assert!(answer.status < 300, "{path} {answer:?}");
        assert_eq!(told(&sent(&api, &receiver)), [updated(ACCOUNT)], "{path} {body}");
    }
}

#[test]
fn whatever_version_1_changes_in_an_account_is_told() {
    let (api, receiver) = watched();
    let with = |more: Value| {
        let mut data = json!({ "accId": ACCOUNT });
        data.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!([data])
    };
    for (method, data) in [
        ("setAccountName", with(json!({ "newName": "Alex" }))),
        ("setAccountRanks", with(json!({ "add": ["rank-1"] }))),
        ("editAccountProfileFields", with(json!({ "profileFields": [{ "id": "discord", "value": "x" }] }))),
        ("clockInOut", with(json!({ "forceClockOut": true }))),
        ("undoRankChange", json!([{ "undoId": ACCOUNT }])),
    ] {
        let answer = api.v1(method, &data);
        assert_eq!(answer.status, 200, "{method} {answer:?}");
        assert_eq!(told(&sent(&api, &receiver)), [updated(ACCOUNT)], "{method} {data}");
    }
}

#[test]
fn each_account_is_told_of_once_for_a_call() {
    let (api, receiver) = watched();
    let run = |users: Value| {
        let entry = json!({ "userId": OWNER, "flowId": "flow-1", "users": users, "promote": true });
        let answer = api.call("POST", "/promotion-flows/trigger", &json!({ "data": [entry, entry] }));
        assert!(answer.status < 300, "{answer:?}");
    };
    api.call("PATCH", &format!("/accounts/{OWNER}/ranks"), &json!({ "set": ["rank-3"] }));
    assert_eq!(told(&sent(&api, &receiver)), [updated(OWNER)]);
    run(json!([OWNER, ACCOUNT, NOBODY]));
    assert_eq!(
        told(&sent(&api, &receiver)),
        [updated(ACCOUNT), updated(OWNER)],
        "as they stand in the state"
    );
}

#[test]
fn reads_and_refused_calls_send_nothing() {
    let (api, receiver) = watched();
    let name = format!("/accounts/{ACCOUNT}/name");
    for path in ["", "/accounts", "/departments", &format!("/accounts/{ACCOUNT}/ranks")] {
        assert_eq!(api.get(path).status, 200, "{path}");
    }
    api.v1_json("getComAccount", &json!([{ "accId": ACCOUNT }]));
    for (body, status) in [(json!({}), 400), (json!({ "newName": 7 }), 400)] {
        assert_eq!(api.call("PATCH", &name, &body).status, status);
    }
    assert_eq!(
        api.call("PATCH", &format!("/accounts/{NOBODY}/name"), &json!({ "newName": "x" })).status,
        404
    );
    let wrong = ["Authorization: Bearer WRONG"];
    let refused = api.send("PATCH", &format!("/v2/community{name}"), &wrong, br#"{"newName": "x"}"#);
    assert_eq!(refused.status, 401);
    assert_eq!(api.v1_refusal("cmsKickAccount", &json!([{ "accId": NOBODY }])).0, 404);
    assert_eq!(api.v1_refusal("cmsBanAccount", &json!([])).0, 400);
    assert_eq!(sent(&api, &receiver), Vec::<Value>::new());
}

#[test]
fn what_leaves_accounts_as_they_are_sends_nothing() {
    let (api, receiver) = watched();
    let ranks = api.get(&format!("/accounts/{ACCOUNT}/ranks")).data();
    assert_eq!(
        api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &json!({ "set": ranks })).status,
        200
    );
    assert_eq!(api.call("PATCH", "/servers/1/type", &json!({ "type": "FiveM" })).status, 200);
    assert_eq!(api.call("POST", &format!("/events/{OWNER}/rsvps"), &json!({ "accId": OWNER })).status, 200);
    api.change_state(|state| state["accounts"][0]["accName"] = json!("Loaded"));
    assert_eq!(sent(&api, &receiver), Vec::<Value>::new());
}

#[test]
fn a_call_whose_answer_is_lost_is_told_if_it_was_carried_out() {
    let (api, receiver) = watched();
    let rename = || {
        let path = format!("/v2/community/accounts/{ACCOUNT}/name");
        let key = ["Authorization: Bearer YOUR_API_KEY"];
        assert_eq!(api.try_send("PATCH", &path, &key, br#"{"newName": "Alex"}"#), None);
    };
    api.call("POST", "/_emulator/faults", &json!({ "action": { "type": "close" } }));
    rename();
    assert_eq!(sent(&api, &receiver), Vec::<Value>::new());
    api.call("POST", "/_emulator/faults", &json!({ "action": { "type": "close", "applied": true } }));
    rename();
    assert_eq!(told(&sent(&api, &receiver)), [updated(ACCOUNT)]);
}

/// The accounts that are not as they were.
fn changed(before: &Value, after: &Value) -> Vec<Value> {
    let accounts = |state: &Value| state["accounts"].as_array().cloned().expect("accounts");
    let pairs = accounts(before).into_iter().zip(accounts(after));
    pairs.filter(|(before, after)| before != after).map(|(_, after)| after["accId"].clone()).collect()
}

/// Makes a call on the fresh seed. Every account that it changes is told of, and no other. Says how many those are.
fn tells_what_changed(api: &Api, receiver: &Receiver, name: &Value, call: impl FnOnce()) -> usize {
    api.emulator.reset();
    api.aim(&json!([receiver.target()]));
    let before = api.state();
    call();
    let changed = changed(&before, &api.state());
    let events = sent(api, receiver);
    let told: Vec<Value> = told(&events).into_iter().map(|(_, account)| json!(account)).collect();
    assert_eq!(told, changed, "{name}");
    changed.len()
}

#[test]
fn every_documented_call_tells_of_the_accounts_that_it_changes() {
    let (api, receiver) = watched();
    let tells_what_changed = |name: &Value, call: &dyn Fn()| tells_what_changed(&api, &receiver, name, call);
    let mut changed = [0, 0];
    for call in calls() {
        changed[1] += tells_what_changed(&call["method"], &|| drop(make(&api, &call)));
    }
    for (route, operation) in operations() {
        let body = documented_body(&operation);
        changed[0] += tells_what_changed(&json!(route.name), &|| drop(api.post_v1(route.path, &body)));
    }
    assert!(changed.iter().all(|count| *count >= 5), "{changed:?}");
}
