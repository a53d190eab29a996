//! What version 1 refuses, in the documented words, and that nothing changes then.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Answer, Api, NOBODY};
use crate::v1_client::{documented_body, envelope, examples, operations, route};

const UNLINKED: &str = "API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY";
const NO_ACCOUNT: &str = "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY";

/// The words of a refusal: a text, or the message of Verify Whitelist's JSON.
fn words(answer: &Answer) -> (u16, String) {
    match answer.kind() {
        (status, "text/plain; charset=utf-8") => (status, answer.text.clone()),
        (400, "application/json") => {
            let json = answer.json();
            assert_eq!(json["status"], 400);
            (400, json["message"].as_str().expect("a message").to_owned())
        }
        other => panic!("{other:?} {answer:?}"),
    }
}

/// Operations, data that they refuse, and how.
fn cases() -> Vec<(&'static str, Value, u16, &'static str)> {
    let mut cases = vec![
        ("checkComApiId", json!([{ "apiId": "OTHER" }]), 400, UNLINKED),
        ("checkComApiId", json!([]), 400, UNLINKED),
        ("lookupCommunity", json!([{ "id": "OTHER" }]), 400, "INVALID COMMUNITY ID"),
        ("getCurrentSession", json!([]), 400, "NO_SERVER_ID"),
        ("getCurrentSession", json!([{ "serverId": 99 }]), 400, "INVALID_SERVER"),
        ("getCurrentSession", json!([{ "serverId": [1] }]), 400, "SESSION_ERROR"),
        ("startSession", json!([{ "serverId": 1, "accId": NOBODY }]), 400, "SESSION_ERROR"),
        ("startSession", json!([{ "serverId": 1 }]), 400, "SESSION_ERROR"),
        ("stopSession", json!([{ "serverId": 2, "accId": ACCOUNT }]), 400, "SESSION_ERROR"),
        ("cancelSession", json!([{ "serverId": 2, "accId": ACCOUNT }]), 400, "SESSION_ERROR"),
        ("verifyWhitelist", json!([{ "uniqueId": 1003, "serverId": 1 }]), 404, "NOT ALLOWED ON WHITELIST"),
        ("verifyWhitelist", json!([{ "apiId": "OTHER", "serverId": 1 }]), 400, "UNKNOWN_ACC_API_ID"),
        ("verifyWhitelist", json!([{ "accId": ACCOUNT, "serverId": 99 }]), 400, "INVALID_SERVER_ID"),
        ("getFullWhitelist", json!([{ "serverId": 99 }]), 400, "INVALID_SERVER"),
        ("activityTrackerStartStop", json!({ "serverId": 1, "accId": NOBODY }), 400, "ACCOUNT_NOT_FOUND"),
        ("activityTrackerServerStart", json!({}), 400, "NO_SERVER_ID"),
        ("getRosterContents", json!({ "rosterId": 99 }), 400, "ROSTER NOT FOUND"),
        ("getFormLockStatus", json!([{ "templateId": 99 }]), 400, "INVALID_TEMPLATE_ID"),
        ("setFormLockStatus", json!([{ "templateId": 99, "state": true }]), 400, "INVALID_TEMPLATE_ID"),
        ("addMemberRecord", json!({ "accId": NOBODY, "points": 1, "reason": "x" }), 400, "MEMBER NOT FOUND"),
        ("updateMemberRecordPoints", json!({ "recordId": "9", "points": 1 }), 400, "MEMBER NOT FOUND"),
        ("updateMemberRecordReason", json!({ "recordId": "9", "reason": "x" }), 400, "MEMBER NOT FOUND"),
    ];
    for server in [json!(99), Value::Null] {
        let data = json!({ "serverId": server, "accId": ACCOUNT });
        cases.push(("activityTrackerStartStop", data, 400, "ACTIVITY_TRACKER_START_STOP_LOG_ERROR"));
    }
    for method in ["getComAccount", "getCurrentClockIn", "getAccountRanks", "setAccountRanks"] {
        cases.push((method, json!([{ "apiId": "OTHER" }]), 400, UNLINKED));
        cases.push((method, json!([{ "username": "nobody" }]), 400, NO_ACCOUNT));
        cases.push((method, json!([]), 400, NO_ACCOUNT));
    }
    for method in ["clockInOut", "cmsKickAccount", "cmsBanAccount", "editAccountProfileFields", "rsvp"] {
        cases.push((method, json!([{}]), 400, UNLINKED));
        cases.push((method, json!([{ "accId": NOBODY }]), 404, UNLINKED));
    }
    for method in ["getMemberPoints", "getMemberRecords"] {
        cases.push((method, json!({ "discord": "5" }), 400, "MEMBER NOT FOUND"));
    }
    for method in ["startSession", "stopSession", "cancelSession"] {
        cases.push((method, json!([{ "accId": ACCOUNT }]), 400, "NO_SERVER_ID"));
        cases.push((method, json!([{ "accId": ACCOUNT, "serverId": "x" }]), 400, "INVALID_SERVER"));
    }
    cases
}

#[test]
fn refusals_have_the_documented_words() {
    let api = Api::new();
    let before = api.state();
    for (method, data, status, text) in cases() {
        assert_eq!(words(&api.v1(method, &data)), (status, text.to_owned()), "{method} {data}");
    }
    assert_eq!(api.state(), before);
}

#[test]
fn the_envelope_is_checked_first_and_in_order() {
    let api = Api::new();
    let before = api.state();
    for (route, operation) in operations() {
        let refused = |change: &dyn Fn(&mut Value)| {
            let mut body = documented_body(&operation);
            change(&mut body);
            words(&api.post_v1(route.path, &body))
        };
        let bad = |text: &str| (400, text.to_owned());
        for wrong in [json!("OTHER"), json!(7), Value::Null, json!("")] {
            assert_eq!(
                refused(&|body| body["key"] = wrong.clone()),
                bad("INVALID API KEY"),
                "{}",
                route.name
            );
            assert_eq!(refused(&|body| body["id"] = wrong.clone()), bad("INVALID COMMUNITY ID"));
            assert_eq!(refused(&|body| body["type"] = wrong.clone()), bad("INVALID REQUEST TYPE"));
        }
        let all_wrong = |body: &mut Value| *body = json!({ "id": "x", "key": "x", "type": "x" });
        assert_eq!(refused(&all_wrong), bad("INVALID API KEY"));
        let two_wrong = |body: &mut Value| *body = json!({ "id": "x", "key": "YOUR_API_KEY", "type": "x" });
        assert_eq!(refused(&two_wrong), bad("INVALID COMMUNITY ID"));
    }
    assert_eq!(api.state(), before);
}

/// Every text that the description lists for an operation is provoked by one of the tests above. Two operations list
/// texts about accounts although none is asked for.
#[test]
fn every_documented_text_is_provoked() {
    let envelope_texts = ["INVALID API KEY", "INVALID COMMUNITY ID", "INVALID REQUEST TYPE"];
    let cases = cases();
    let provoked: BTreeSet<_> =
        cases.iter().map(|(method, _, status, text)| (*method, *status, *text)).collect();
    let mut listed = 0;
    for (route, operation) in operations() {
        for status in [400_u16, 404] {
            let content = &operation["responses"][status.to_string()]["content"];
            for text in examples(&content["text/plain"]) {
                let text = text.as_str().expect("a text");
                let without_account = ["getDepartments", "getProfileFields"].contains(&route.name);
                if envelope_texts.contains(&text) || without_account {
                    continue;
                }
                assert!(provoked.contains(&(route.name, status, text)), "{} {status} {text}", route.name);
                listed += 1;
            }
        }
    }
    assert!(listed >= 30, "{listed}");
}

#[test]
fn verify_whitelist_refuses_in_json() {
    let api = Api::new();
    let mut body = envelope(route("verifyWhitelist"), &json!([{ "accId": ACCOUNT }]));
    body["key"] = json!("OTHER");
    let answer = api.post_v1("/servers/verify_whitelist", &body);
    assert_eq!(answer.kind(), (400, "application/json"));
    assert_eq!(answer.json(), json!({ "status": 400, "message": "INVALID API KEY" }));
    let answer = api.v1("verifyWhitelist", &json!([{ "uniqueId": 1003 }]));
    assert_eq!(
        (answer.kind(), answer.text.as_str()),
        ((404, "text/plain; charset=utf-8"), "NOT ALLOWED ON WHITELIST")
    );
}

#[test]
fn what_the_documentation_has_no_words_for_is_told_all_the_same() {
    let api = Api::new();
    let before = api.state();
    let account = |fields: Value| {
        let mut data = json!({ "accId": ACCOUNT });
        data.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!([data])
    };
    for (method, data, status, part) in [
        ("getComAccount", json!([{ "accId": {} }]), 400, "accId"),
        ("getAccounts", json!([{ "take": "x" }]), 400, "take"),
        ("getAccounts", json!([{ "banned": 1 }]), 400, "banned"),
        ("setAccountRanks", account(json!({ "add": ["rank-99"] })), 404, "rank-99"),
        ("setAccountRanks", account(json!({ "add": "rank-1" })), 400, "add"),
        ("clockInOut", account(json!({ "type": "nap" })), 404, "nap"),
        ("editAccountProfileFields", account(json!({ "profileFields": [{ "id": "x" }] })), 404, "x"),
        ("setAccountName", account(json!({})), 400, "newName"),
        ("rsvp", account(json!({ "eventId": NOBODY })), 404, NOBODY),
        ("getLatestActivity", account(json!({ "type": "activity" })), 400, "serverId"),
        ("getLatestActivity", account(json!({ "type": "sleep" })), 400, "type"),
        ("triggerPromotionFlows", json!([]), 400, "data"),
        ("triggerPromotionFlows", json!([{ "flowId": "flow-1" }]), 400, "data[0].users"),
        ("undoRankChange", json!([{ "undoId": NOBODY }]), 404, NOBODY),
        ("undoRankChange", json!([{ "undoId": "" }]), 400, "undoId"),
        ("setGameServers", json!([]), 400, "data"),
        ("setGameServers", json!([{ "name": "One" }, { "id": 3 }]), 400, "data[1].name"),
        ("addGameServers", json!([{ "name": "One", "id": "x" }]), 400, "data[0].id"),
        ("addMemberRecord", json!({ "accId": ACCOUNT, "reason": "x" }), 400, "points"),
        ("getFormSubmissions", json!([]), 400, "templateId"),
        ("setFormLockStatus", json!([{ "templateId": 1 }]), 400, "state"),
        ("changeFormStage", json!([{ "formId": 99 }]), 404, "99"),
        ("changeFormStage", account(json!({ "formId": 42, "newStageId": "limbo" })), 404, "limbo"),
        ("getFormSubmission", json!([{ "id": 99 }]), 404, "99"),
        ("lookupCommunity", json!([{}]), 400, "id"),
        ("erlcGetOnlinePlayers", json!([{ "robloxJoinCode": "XXX" }]), 404, "XXX"),
        ("erlcGetPlayerQueue", json!([]), 400, "robloxJoinCode"),
        (
            "erlcExecuteCommand",
            json!([{ "robloxJoinCode": "ABC123", "type": "x" }, { "robloxJoinCode": "ABC123" }]),
            400,
            "data[1].type",
        ),
        ("erlcAddNewRecord", json!([{ "robloxJoinCode": "ABC123", "type": "sonnet" }]), 400, "type"),
        ("erlcTeamsLock", json!({ "robloxJoinCode": "ABC123", "team": "police" }), 400, "maxPlayers"),
    ] {
        let (answered, text) = api.v1_refusal(method, &data);
        assert_eq!(answered, status, "{method} {data} {text}");
        let start = if status == 404 { "NOT FOUND: " } else { "INVALID DATA: " };
        assert!(text.starts_with(start) && text.contains(part), "{method} {text}");
    }
    assert_eq!(api.state(), before);
}

#[test]
fn what_is_no_json_object_is_refused() {
    let api = Api::new();
    let deep = "[".repeat(100_000);
    for body in [b"".as_slice(), b"{", b"[]", b"key=YOUR_API_KEY", b"\xff\xfe", deep.as_bytes()] {
        let answer = api.send("POST", "/general/get_accounts", &[], body);
        assert_eq!((answer.kind().0, answer.text.as_str()), (400, "THE REQUEST BODY IS NO JSON OBJECT"));
    }
    let large = format!(r#"{{"key": "{}"}}"#, "x".repeat(2_000_000));
    let answer = api.send("POST", "/general/get_accounts", &[], large.as_bytes());
    assert_eq!((answer.kind().0, answer.text.as_str()), (413, "REQUEST BODY TOO LARGE"));
    assert_eq!(api.send("GET", "/general/get_accounts", &[], b"").headers["allow"], "POST");
}

#[test]
fn strange_data_is_never_an_error_of_the_server() {
    let api = Api::new();
    for (route, _) in operations() {
        for data in [
            json!("x"),
            json!(7),
            json!([[]]),
            json!([null]),
            json!({ "99999999999999999999": {} }),
            json!([{ "accId": [], "serverId": {}, "templateId": [], "id": {}, "points": "x", "uuid": 7 }]),
            json!([{ "id": i64::MAX, "name": "x" }, { "name": "y" }]),
            json!([{ "accId": ACCOUNT, "skip": i64::MAX, "take": i64::MIN, "rosterId": 1, "templateId": 1 }]),
        ] {
            api.emulator.reset();
            let answer = api.post_v1(route.path, &envelope(route, &data));
            assert!(answer.status < 500, "{} {data} {answer:?}", route.name);
        }
    }
}
