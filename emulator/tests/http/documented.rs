//! Every documented call, on a fresh seed, as the documentation prints it.

use serde_json::Value;

use crate::client::{Answer, Api, OWNER};

pub(crate) fn calls() -> Vec<Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/generated/documented-calls.json");
    let text = std::fs::read_to_string(file).expect("the generated calls");
    let calls = serde_json::from_str::<Vec<Value>>(&text).expect("a list of calls");
    calls.into_iter().filter(|call| call["version"] == 2).collect()
}

pub(crate) fn make(api: &Api, call: &Value) -> Answer {
    let mut path = call["path"].as_str().expect("a path").replace("/v2/community", "");
    let mut query: Vec<(String, Value)> = Vec::new();
    let names = call["arguments"].as_array().expect("names").iter().filter_map(Value::as_str);
    let values = call["call"]["arguments"].as_array().expect("values");
    for (name, value) in names.filter(|name| *name != "payload" && *name != "query").zip(values) {
        let place = format!("{{{name}}}");
        if path.contains(&place) {
            path = path.replace(&place, &text(value));
        } else {
            query.push((name.to_owned(), value.clone()));
        }
    }
    query.extend(call["call"]["query"].as_object().cloned().unwrap_or_default());
    let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    api.call(call["verb"].as_str().expect("a verb"), &path, &call["call"]["payload"])
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Where the answer's shape is not the documented one: other keys, or other types. Null stands for any type, and an
/// empty object for any object.
pub(crate) fn differences(documented: &Value, answered: &Value, place: &str, found: &mut Vec<String>) {
    match (documented, answered) {
        (Value::Object(documented), Value::Object(answered))
            if !documented.is_empty() && !place.ends_with(".history") =>
        {
            for name in documented.keys().chain(answered.keys()) {
                match (documented.get(name), answered.get(name)) {
                    (Some(first), Some(second)) => {
                        differences(first, second, &format!("{place}.{name}"), found);
                    }
                    _ => found.push(format!("{place}.{name} is on one side only")),
                }
            }
        }
        (Value::Array(documented), Value::Array(answered)) => {
            if let Some(first) = documented.first() {
                if answered.is_empty() && !place.contains("servers[") {
                    found.push(format!("{place} is empty"));
                }
                for (index, entry) in answered.iter().enumerate() {
                    differences(first, entry, &format!("{place}[{index}]"), found);
                }
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        _ if std::mem::discriminant(documented) != std::mem::discriminant(answered) => {
            found.push(format!("{place} is {answered} and not like {documented}"));
        }
        _ => {}
    }
}

#[test]
fn every_documented_call_succeeds_with_the_documented_shape() {
    let api = Api::new();
    let calls = calls();
    assert_eq!(calls.len(), sonoran_emulator::routes().iter().filter(|route| route.version == 2).count());
    for call in &calls {
        api.emulator.reset();
        let answer = make(&api, call);
        assert_eq!(Value::from(answer.status), call["status"], "{} {answer:?}", call["method"]);
        let mut found = Vec::new();
        let json = answer.json();
        differences(&call["data"], &json["data"], "data", &mut found);
        assert!(found.is_empty(), "{}: {found:#?}", call["method"]);
        if answer.status != 204 {
            assert_eq!(json["success"], true);
            assert_eq!(json["meta"]["path"].as_str(), answered_path(call, &api).as_deref());
            assert!(json["meta"]["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')));
        }
    }
}

/// The path of the newest request.
fn answered_path(call: &Value, api: &Api) -> Option<String> {
    let journal = api.journal("");
    let entry = journal.last()?;
    assert_eq!(entry["name"], call["method"]);
    entry["path"].as_str().map(str::to_owned)
}

#[test]
fn the_samples_with_ids_of_ones_succeed_too() {
    let api = Api::new();
    for (verb, path, body) in [
        ("POST", format!("/events/{OWNER}/rsvps"), serde_json::json!({ "accId": OWNER })),
        ("POST", format!("/rank-changes/{OWNER}/undo"), serde_json::json!({ "userId": OWNER })),
        ("PATCH", format!("/disciplinary/records/{OWNER}/points"), serde_json::json!({ "points": 10 })),
        ("PATCH", format!("/disciplinary/records/{OWNER}/reason"), serde_json::json!({ "reason": "x" })),
        ("PATCH", format!("/disciplinary/records/{OWNER}/status"), serde_json::json!({ "status": false })),
    ] {
        assert_eq!(api.call(verb, &path, &body).status, 200, "{path}");
    }
}

#[test]
fn bodies_are_read_whatever_their_content_type() {
    let api = Api::new();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8"]
    {
        let headers = ["Authorization: Bearer YOUR_API_KEY", &format!("Content-Type: {content_type}")];
        let answer = api.send("PATCH", "/v2/community/servers/1/type", &headers, br#"{"type": "FiveM"}"#);
        assert_eq!(answer.status, 200, "{content_type}");
    }
}
