//! The journal, and what can be asked of it.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Api};

#[test]
fn the_journal_tells_what_was_asked() {
    let api = Api::new();
    api.get("/accounts?take=30&archived=false");
    api.call("PATCH", "/servers/1/type", &json!({ "type": "FiveM" }));
    api.send("GET", "/v2/community", &["Authorization: Bearer WRONG", "User-Agent: test/1"], b"");
    let journal = api.journal("");
    assert_eq!(journal.len(), 3);
    assert_eq!(
        (&journal[0]["name"], &journal[0]["query"]),
        (&json!("getAccountsV2"), &json!({ "take": "30", "archived": "false" }))
    );
    assert_eq!((&journal[1]["method"], &journal[1]["body"]), (&json!("PATCH"), &json!({ "type": "FiveM" })));
    assert_eq!(
        (&journal[2]["status"], &journal[2]["headers"]["user-agent"]),
        (&json!(401), &json!("test/1"))
    );
    assert_ne!(journal[1]["credential"], journal[2]["credential"]);
    assert_eq!(journal[0]["credential"], journal[1]["credential"]);
    let text = json!(journal).to_string();
    assert!(!text.contains("YOUR_API_KEY") && !text.contains("WRONG"));

    assert_eq!(api.journal("?operation=getCommunity").len(), 1);
    assert_eq!(api.journal("?since=2").len(), 1);
    assert_eq!(api.journal("?status=200&method=GET").len(), 1);
    assert_eq!(api.journal("?path=/v2/community/ser*").len(), 1);
    assert_eq!(api.get("/_emulator/journal?colour=red").fields(), ["colour"]);
    assert_eq!(api.call("DELETE", "/_emulator/journal", &Value::Null).status, 204);
    assert_eq!(api.journal("").len(), 0);
}

#[test]
fn the_journal_answers_assertions() {
    let api = Api::new();
    api.get("/accounts?take=30");
    let ask = |body: Value| api.call("POST", "/_emulator/journal/assert", &body);
    assert_eq!(
        ask(json!({ "operation": "getAccountsV2", "count": 1 })).json(),
        json!({ "passed": true, "found": 1 })
    );
    assert_eq!(ask(json!({ "operation": "getAccounts", "query": { "take": 30 } })).status, 200);
    let failed = ask(json!({ "operation": "getAccounts", "query": { "take": 31 } }));
    assert_eq!(failed.status, 409);
    assert_eq!(failed.json()["nearMisses"][0]["differs"], json!(["query"]));
    assert_eq!(ask(json!({ "operation": "getAccounts", "atMost": 0 })).status, 409);
    assert_eq!(ask(json!({ "opperation": "getAccounts" })).status, 400);
}

#[test]
fn the_journal_keeps_the_answers_too() {
    let api = Api::new();
    let community = api.get("").json();
    api.call("PATCH", &format!("/accounts/{ACCOUNT}/ranks"), &json!({ "add": ["rank-99"] }));
    let id = api.v1_text("checkComApiId", &json!([{ "apiId": "SOME_API_ID" }]));
    let journal = api.journal("");
    assert_eq!((&journal[0]["answer"], &journal[0]["answerCut"]), (&community, &json!(false)));
    assert_eq!(journal[0]["answerLength"], community.to_string().len());
    assert_eq!((&journal[1]["answer"]["status"], &journal[2]["answer"]), (&json!(404), &json!(id)));
    let ask = |body: Value| api.call("POST", "/_emulator/journal/assert", &body);
    assert_eq!(ask(json!({ "answer": { "status": 404 }, "count": 1 })).status, 200);
    assert_eq!(
        ask(json!({ "answer": { "status": 403 } })).json()["nearMisses"][0]["differs"],
        json!(["answer"])
    );
}

#[test]
fn spoilt_answers_are_kept_as_they_left() {
    let api = Api::new();
    for (action, answer) in [
        (json!({ "type": "respond", "status": 503, "body": { "a": 1 } }), json!({ "a": 1 })),
        (json!({ "type": "truncate", "bytes": 5 }), json!(r#"{"suc"#)),
        (json!({ "type": "raw", "text": "no HTTP" }), json!("no HTTP")),
        (json!({ "type": "close" }), Value::Null),
    ] {
        api.call("DELETE", "/_emulator/journal", &Value::Null);
        api.call("POST", "/_emulator/faults", &json!({ "action": action }));
        api.try_send("GET", "/v2/community", &["Authorization: Bearer YOUR_API_KEY"], b"");
        let entry = api.journal("").remove(0);
        assert_eq!((&entry["answer"], &entry["outcome"]), (&answer, &json!("fault")), "{action}");
    }
}

#[test]
fn long_answers_are_cut() {
    let api = Api::new();
    let action = json!({ "type": "respond", "status": 200, "body": "x", "repeat": 100_000 });
    api.call("POST", "/_emulator/faults", &json!({ "action": action }));
    assert_eq!(api.get("").text.len(), 100_000);
    let entry = api.journal("").remove(0);
    let kept = entry["answer"].as_str().map(str::len);
    assert_eq!((kept, &entry["answerLength"]), (Some(64 * 1024), &json!(100_000)));
    assert_eq!((&entry["answerCut"], &entry["bodyCut"]), (&json!(true), &json!(false)));
}

#[test]
fn a_few_entries_are_the_newest() {
    let api = Api::new();
    for path in ["", "/servers", "/departments"] {
        api.get(path);
    }
    let answer = api.get("/_emulator/journal?limit=2").json();
    let names: Vec<_> =
        answer["entries"].as_array().expect("entries").iter().map(|entry| &entry["name"]).collect();
    assert_eq!(
        (names, &answer["found"]),
        (vec![&json!("getServersV2"), &json!("getDepartmentsV2")], &json!(3))
    );
    assert_eq!(api.journal("?limit=1")[0]["name"], "getDepartmentsV2");
    assert_eq!(api.journal("?limit=0").len(), 0);
}

#[test]
fn a_credential_is_found_by_the_key_or_its_name() {
    let api = Api::new();
    api.get("");
    api.send("GET", "/v2/community", &["Authorization: Bearer WRONG"], b"");
    let name = api.journal("?credential=WRONG")[0]["credential"].clone();
    assert_eq!(api.journal("?credential=WRONG").len(), 1);
    assert_eq!(api.journal(&format!("?credential={}", name.as_str().expect("a name"))).len(), 1);
    let assertion = json!({ "credential": "YOUR_API_KEY", "status": 200, "count": 1 });
    assert_eq!(api.call("POST", "/_emulator/journal/assert", &assertion).status, 200);
}

#[test]
fn an_operation_that_is_none_is_refused() {
    let api = Api::new();
    let asserted =
        api.call("POST", "/_emulator/journal/assert", &json!({ "operation": "getAcountV2", "count": 0 }));
    let filtered = api.get("/_emulator/journal?operation=getAcountV2");
    let spoilt = api.call("POST", "/_emulator/faults", &json!({ "operation": "getAcountV2" }));
    let limited = api.call("PUT", "/_emulator/limits", &json!({ "overrides": { "getAcountV2": 1 } }));
    for (answer, field) in
        [(asserted, "body"), (filtered, "operation"), (spoilt, "body"), (limited, "overrides.getAcountV2")]
    {
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{answer:?}");
        assert!(answer.text.contains("did you mean getAccountV2?"), "{answer:?}");
    }
}

#[test]
fn keys_are_shown_nowhere() {
    let api = Api::new();
    let world = api.call("POST", "/_emulator/worlds", &Value::Null).json()["key"].clone();
    let world = world.as_str().expect("a key");
    let headers = [
        "Authorization: Bearer YOUR_API_KEY",
        "X-Sonoran-Key: SECRET-1",
        "Proxy-Authorization: Bearer SECRET-2",
        "Referer: http://localhost/?k=YOUR_API_KEY",
        &format!("X-Other: {world}"),
    ];
    let server = json!({ "name": "YOUR_API_KEY", "erlcApiKey": "SECRET-3", "apiKey": "SECRET-4" });
    let body = json!({ "key": "SECRET-5", "servers": [server] }).to_string();
    api.send("POST", "/v2/community/servers?key=SECRET-6&a=YOUR_API_KEY", &headers, body.as_bytes());
    api.send("GET", "/v2/community/accounts/YOUR_API_KEY", &headers, b"");
    api.v1("checkComApiId", &json!([{ "apiId": "YOUR_API_KEY", "key": "SECRET-7", "ApiKey": "SECRET-8" }]));
    let journal = api.journal("");
    let text = json!(journal).to_string();
    assert!(!["SECRET", "YOUR_API_KEY", world].iter().any(|key| text.contains(key)), "{text}");
    assert_eq!(journal[0]["query"], json!({ "key": "[redacted]", "a": "[key]" }));
    assert_eq!(journal[0]["headers"]["referer"], "http://localhost/?k=[key]");
    assert_eq!(journal[0]["body"]["servers"][0]["erlcApiKey"], "[redacted]");
    assert_eq!(journal[1]["path"], "/v2/community/accounts/[key]");
    assert_eq!(journal[2]["body"]["data"][0]["apiId"], "[key]");
}

#[test]
fn a_key_of_before_is_not_shown_either() {
    let api = Api::new();
    api.change_state(|state| state["keys"] = json!(["ANOTHER_KEY"]));
    api.send("GET", "/v2/community?a=YOUR_API_KEY&b=ANOTHER_KEY", &[], b"");
    assert_eq!(api.journal("")[0]["query"], json!({ "a": "[key]", "b": "[key]" }));
}

#[test]
fn a_path_has_no_slashes_that_say_nothing() {
    let api = Api::new();
    api.send("GET", "//v2//community/?a=//", &["Authorization: Bearer YOUR_API_KEY"], b"");
    let journal = api.journal("?path=/v2/community");
    assert_eq!((&journal[0]["path"], &journal[0]["query"]), (&json!("/v2/community"), &json!({ "a": "//" })));
}

#[test]
fn an_upper_bound_needs_the_whole_journal() {
    let api = Api::with(sonoran_emulator::Options { journal: 1, ..sonoran_emulator::Options::default() });
    api.get("");
    api.get("/servers");
    let ask = |body: Value| api.call("POST", "/_emulator/journal/assert", &body);
    let answer = ask(json!({ "operation": "getCommunityV2", "count": 0 }));
    assert_eq!((answer.status, answer.text.contains("--journal")), (409, true), "{answer:?}");
    assert_eq!(ask(json!({ "operation": "getServersV2", "atLeast": 1 })).status, 200);
}

#[test]
fn a_filter_that_nothing_fits_is_refused() {
    let api = Api::new();
    for (filter, field) in [
        ("method=GTE", "method"),
        ("path=v2/community", "path"),
        ("path=/v2/community%3Fa=b", "path"),
        ("status=99", "status"),
        ("status=99999", "status"),
        ("status=200&status=201", "status"),
        ("world=a&world=b", "world"),
    ] {
        let answer = api.get(&format!("/_emulator/journal?{filter}"));
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{answer:?}");
    }
    let answer = api.call("POST", "/_emulator/journal/assert", &json!({ "status": 600, "count": 0 }));
    assert_eq!((answer.status, answer.fields()), (400, vec!["body".to_owned()]), "{answer:?}");
}
