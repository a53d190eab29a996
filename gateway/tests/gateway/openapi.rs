//! The description of the gateway's own pages.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sonoran::operations;

use crate::client::Api;
use crate::documented::documented_calls;

/// Every `$ref` in there.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_call_is_described_and_the_documented_ones_fit() {
    let api = Api::new();
    let answer = api.get("/_gateway/openapi.json");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let document = answer.json();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
    let paths = document["paths"].as_object().unwrap();
    let calls = paths.keys().filter(|path| path.starts_with("/_gateway/call/")).count();
    assert_eq!(calls, operations().len());
    // A stream of events does not end.
    let pages = paths.iter().filter(|(path, page)| !page["get"].is_null() && *path != "/_gateway/events");
    for (path, _) in pages {
        assert_eq!(api.get(path).status, 200, "{path}");
    }
    assert_eq!(document["servers"][0]["url"], "/");
    assert!(!document["components"]["securitySchemes"]["token"].is_null());
    let fields = &document["components"]["schemas"]["SetAccountRanksPayload"]["properties"];
    assert_eq!(fields["add"]["type"], "array");
    assert_eq!(document["components"]["schemas"]["CallOptions"]["properties"]["deadline"]["minimum"], 1);
    for documented in documented_calls() {
        let name = documented["method"].as_str().unwrap();
        let post = &paths[&format!("/_gateway/call/{name}")]["post"];
        let mut schema = post["requestBody"]["content"]["application/json"]["schema"].clone();
        schema["components"] = document["components"].clone();
        let schema = jsonschema::validator_for(&schema).expect("a schema");
        let told = &documented["call"];
        let payload = [&told["payload"], &told["query"]].into_iter().find(|value| !value.is_null());
        let mut body = json!({ "options": { "retries": 0 } });
        if !post["requestBody"]["content"]["application/json"]["schema"]["properties"]["arguments"].is_null()
        {
            body["arguments"] = told["arguments"].clone();
        }
        if let Some(payload) = payload {
            body["payload"] = payload.clone();
        }
        if told["data"].is_null() {
            assert!(schema.is_valid(&body), "{name}: {:?}", schema.validate(&body));
        }
        assert!(!schema.is_valid(&json!({ "options": { "timeuot": 1 } })), "{name}");
    }
}
