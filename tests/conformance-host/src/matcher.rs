//! Compares what came with what is expected: parts of objects, whole lists, equal values, or what
//! a matcher asks for.

use serde_json::{Map, Value};

/// The matchers: an object with members of these names stands for any value that fits all of them.
const NAMES: [&str; 7] = ["$contains", "$lacks", "$atLeast", "$atMost", "$longest", "$anyOf", "$startsWith"];

/// Refuses matchers that there are not.
pub(crate) fn check(expected: &Value) -> Result<(), String> {
    match expected {
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            if name.starts_with('$') && !NAMES.contains(&name.as_str()) {
                return Err(format!("there is no matcher {name}"));
            }
            check(value)
        }),
        Value::Array(items) => items.iter().try_for_each(check),
        _ => Ok(()),
    }
}

/// Where a value differs from what is expected of it.
pub(crate) fn differences(place: &str, expected: &Value, got: &Value) -> Vec<String> {
    match (expected, got) {
        (Value::Object(members), _) if members.keys().any(|name| name.starts_with('$')) => members
            .iter()
            .filter(|(name, wanted)| !fits(name, wanted, got))
            .map(|(name, wanted)| format!("{place} is {}, expected {} {wanted}", short(got), &name[1..]))
            .collect(),
        (Value::Object(members), Value::Object(got)) => of_members(place, members, got),
        (Value::Array(items), Value::Array(got)) if items.len() == got.len() => items
            .iter()
            .zip(got)
            .enumerate()
            .flat_map(|(index, (item, got))| differences(&format!("{place}[{index}]"), item, got))
            .collect(),
        _ if equal(expected, got) => Vec::new(),
        _ => vec![format!("{place} is {}, expected {}", short(got), short(expected))],
    }
}

fn of_members(place: &str, members: &Map<String, Value>, got: &Map<String, Value>) -> Vec<String> {
    let one = |(name, expected): (&String, &Value)| match got.get(name) {
        Some(value) => differences(&format!("{place}.{name}"), expected, value),
        // What is not there is nothing, as in most languages.
        None => differences(&format!("{place}.{name}"), expected, &Value::Null),
    };
    members.iter().flat_map(one).collect()
}

/// 1 and 1.0 are one number, which some languages can't tell apart.
fn equal(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => expected == got,
    }
}

fn fits(name: &str, wanted: &Value, got: &Value) -> bool {
    let number = |test: fn(f64, f64) -> bool| match (got.as_f64(), wanted.as_f64()) {
        (Some(got), Some(wanted)) => test(got, wanted),
        _ => false,
    };
    let text = |test: fn(&str, &str) -> bool| match (got.as_str(), wanted.as_str()) {
        (Some(got), Some(wanted)) => test(got, wanted),
        _ => false,
    };
    match name {
        "$contains" => text(|got, wanted| got.contains(wanted)),
        "$lacks" => text(|got, wanted| !got.contains(wanted)),
        "$startsWith" => text(|got, wanted| got.starts_with(wanted)),
        "$atLeast" => number(|got, wanted| got >= wanted),
        "$atMost" => number(|got, wanted| got <= wanted),
        "$longest" => got.as_str().is_some_and(|text| wanted.as_u64() >= Some(text.len() as u64)),
        "$anyOf" => {
            wanted.as_array().is_some_and(|all| all.iter().any(|one| differences("", one, got).is_empty()))
        }
        _ => false,
    }
}

/// A value for a message.
pub(crate) fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_of_objects_and_matchers() {
        let fits = |expected: &Value, got: &Value| differences("it", expected, got).is_empty();
        assert!(fits(&json!({"a": 1}), &json!({"a": 1.0, "b": 2})));
        assert!(fits(&json!({"a": null}), &json!({})));
        assert!(!fits(&json!({"a": null}), &json!({"a": 0})));
        assert!(!fits(&json!([1]), &json!([1, 2])));
        assert!(fits(&json!([{"a": {"$contains": "b"}}]), &json!([{"a": "abc"}])));
        assert!(fits(&json!({"$atLeast": 1, "$atMost": 2}), &json!(1.5)));
        assert!(!fits(&json!({"$atLeast": 1}), &Value::Null));
        assert!(!fits(&json!({"$lacks": "b"}), &Value::Null));
        assert!(fits(&json!({"$anyOf": ["a", {"$startsWith": "b"}]}), &json!("bc")));
        assert!(!fits(&json!({"$longest": 2}), &json!("abc")));
        assert_eq!(differences("it", &json!({"a": 1}), &json!({"a": 2})), ["it.a is 2, expected 1"]);
    }
}
