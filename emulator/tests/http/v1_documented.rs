//! Every documented call of version 1, on a fresh seed, in every wrapping that callers use.

use serde_json::{Value, json};
use sonoran_emulator::{Options, Route};

use crate::client::{Answer, Api};
use crate::documented::differences;
use crate::v1_client::{documented_body, examples, operations};

/// What may differ: a profile field holds values of any type; Set Account Ranks is documented with a call that takes
/// the secondary rank away again and an answer that has it; of a submission only the id is documented.
fn excused(method: &Value, difference: &str) -> bool {
    match method.as_str() {
        Some("getComAccount" | "editAccountProfileFields") => difference.contains(".value is"),
        Some("setAccountRanks") => difference.ends_with(" is empty"),
        Some("getFormSubmission") => difference.ends_with(" is on one side only"),
        _ => false,
    }
}

/// Where the answer is not like the documented one.
fn unlike(route: &Route, operation: &Value, answer: &Answer) -> Vec<String> {
    let content = &operation["responses"][route.success.to_string()]["content"];
    // Where both are documented, JSON is for the usual case.
    let (kind, media) = match content.get("application/json") {
        Some(media) => ("application/json", media),
        None => ("text/plain; charset=utf-8", &content["text/plain"]),
    };
    let mut found = Vec::new();
    if answer.kind() != (route.success, kind) {
        return vec![format!("{answer:?}")];
    }
    let answered = if kind == "application/json" { answer.json() } else { json!(answer.text) };
    if let Some(documented) = examples(media).first() {
        differences(documented, &answered, "data", &mut found);
    }
    found.retain(|difference| !excused(&operation["x-method"], difference));
    found
}

fn check(change: impl Fn(&mut Value)) {
    let api = Api::new();
    let mut all = Vec::new();
    for (route, operation) in operations() {
        for path in std::iter::once(&route.path).chain(route.also_at) {
            api.emulator.reset();
            let mut body = documented_body(&operation);
            change(&mut body);
            let found = unlike(route, &operation, &api.post_v1(path, &body));
            all.extend(found.into_iter().map(|difference| format!("{path}: {difference}")));
            let entry = api.journal("").pop().expect("an entry");
            assert_eq!(entry["operation"], route.operation_id);
        }
    }
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn every_documented_call_succeeds_with_the_documented_answer() {
    check(|_| {});
}

#[test]
fn members_beyond_the_four_do_no_harm() {
    check(|body| body["product"] = json!(1));
}

#[test]
fn an_object_alone_is_as_good_as_a_list_with_it() {
    check(|body| {
        if let Some([only]) = body["data"].as_array().map(Vec::as_slice) {
            body["data"] = only.clone();
        }
    });
}

#[test]
fn a_list_with_the_object_is_as_good_as_the_object_alone() {
    check(|body| {
        if body["data"].is_object() {
            body["data"] = json!([body["data"]]);
        }
    });
}

#[test]
fn a_list_may_come_as_an_object_with_numbers_for_keys() {
    check(|body| {
        if let Some(entries) = body["data"].as_array().filter(|entries| !entries.is_empty()) {
            let keyed = entries.iter().enumerate().map(|(index, entry)| (index.to_string(), entry.clone()));
            body["data"] = Value::Object(keyed.collect());
        }
    });
}

#[test]
fn where_nothing_is_asked_data_may_be_anything_or_missing() {
    let api = Api::new();
    let mut checked = 0;
    for (route, operation) in operations() {
        let body = documented_body(&operation);
        if body["data"] != json!([]) && body["data"] != json!([{}]) {
            continue;
        }
        for data in [json!([]), json!([{}]), json!({}), json!(null)] {
            let mut body = body.clone();
            body["data"] = data;
            assert_eq!(api.post_v1(route.path, &body).status, route.success, "{}", route.name);
        }
        let mut body = body;
        body.as_object_mut().map(|fields| fields.shift_remove("data"));
        assert_eq!(api.post_v1(route.path, &body).status, route.success, "{}", route.name);
        checked += 1;
    }
    assert!(checked >= 7, "{checked}");
}

#[test]
fn bodies_are_read_whatever_their_content_type() {
    let api = Api::new();
    let body = br#"{"id":"YOUR_COMMUNITY_ID","key":"YOUR_API_KEY","type":"GET_SUB_VERSION"}"#;
    for headers in
        [&[][..], &["Content-Type: text/plain"], &["Content-Type: application/x-www-form-urlencoded"]]
    {
        assert_eq!(api.send("POST", "/general/get_sub_version", headers, body).text, "5 - SONORANONE");
    }
}

/// What clients of others do as soon as they are made: the version first, and from level 2 on the servers.
#[test]
fn a_client_that_sets_itself_up_is_answered() {
    let api = Api::with(Options::default());
    let ask = |path: &str, kind: &str, key: &str| {
        let body = json!({ "id": "YOUR_COMMUNITY_ID", "key": key, "type": kind, "data": [] }).to_string();
        let headers = ["Content-Type: application/json", "Accept: application/json"];
        api.send("POST", path, &headers, body.as_bytes())
    };
    let version = || ask("/general/get_sub_version", "GET_SUB_VERSION", "YOUR_API_KEY");
    let servers = || ask("/servers/get_game_servers", "GET_GAME_SERVERS", "YOUR_API_KEY");
    let levels = ["0 - FREE", "1 - STARTER", "2 - STANDARD", "3 - PLUS", "4 - PRO", "5 - SONORANONE"];
    api.call("PUT", "/_emulator/subscriptions", &json!({ "enforced": true }));
    for (level, text) in levels.into_iter().enumerate() {
        api.change_state(|state| state["community"]["subVersion"] = json!(level));
        // Such a client takes JSON for JSON and anything else for a text, of which it reads the number in front.
        assert_eq!((version().kind(), version().text.as_str()), ((200, "text/plain; charset=utf-8"), text));
        let expected = if level < 2 { (400, "text/plain; charset=utf-8") } else { (200, "application/json") };
        assert_eq!(servers().kind(), expected, "{text}");
    }
    api.emulator.reset();
    let shown =
        |id: u8, name: &str, description: &str| json!({ "id": id, "name": name, "description": description });
    let all = [
        shown(1, "Main Server", "Primary gameplay server"),
        shown(2, "Training Server", "For new members"),
        shown(3, "Event Server", "For large events"),
    ];
    assert_eq!(servers().json(), json!({ "servers": all }));
    for (path, kind) in
        [("/general/get_sub_version", "GET_SUB_VERSION"), ("/servers/get_game_servers", "GET_GAME_SERVERS")]
    {
        let refused = ask(path, kind, "WRONG");
        let (status, text) = (refused.kind(), refused.text.as_str());
        assert_eq!((status, text), ((400, "text/plain; charset=utf-8"), "INVALID API KEY"));
    }
}

#[test]
fn the_description_is_served() {
    let api = Api::new();
    let description = api.send("GET", "/openapi-v1.json", &[], b"").json();
    assert_eq!(description["paths"].as_object().map(serde_json::Map::len), Some(operations().len()));
}
