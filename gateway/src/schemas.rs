//! What payloads must be, as the API's description says.

use std::sync::LazyLock;

use serde_json::Value;
use serde_json::value::RawValue;
use sonoran::members::{Members, Name};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("generated/payloads.json");
    serde_json::from_str(text).expect("what is generated is JSON")
});

/// The objects that payloads are made of, by name.
pub(crate) fn objects() -> &'static Value {
    &DOCUMENT["schemas"]
}

/// The payload of an operation; null where it has none.
pub(crate) fn payload(operation: &str) -> &'static Value {
    &DOCUMENT["payloads"][operation]
}

/// The payload with its empty lists and objects as the description wants them: encoders of Lua write either for an
/// empty table. Whatever else stands there stays as it was written.
pub(crate) fn with_right_empties(operation: &str, text: String) -> String {
    if !has_an_empty(text.as_bytes()) {
        return text;
    }
    let mended = serde_json::from_str(&text).ok().and_then(|value| mended(payload(operation), value));
    mended.unwrap_or(text)
}

/// Whether there is anything that could be meant otherwise.
fn has_an_empty(text: &[u8]) -> bool {
    let mut opened = false;
    text.iter().filter(|sign| !sign.is_ascii_whitespace()).any(|sign| {
        let closes = opened && matches!(sign, b']' | b'}');
        opened = matches!(sign, b'[' | b'{');
        closes
    })
}

/// The value with what was mended in it; none where nothing was.
fn mended(schema: &Value, value: &RawValue) -> Option<String> {
    let (list, object) = wanted(schema);
    let text = value.get();
    match (text.as_bytes().first()?, list, object) {
        (b'[', None, Some(_)) if is_empty(text) => Some("{}".to_owned()),
        (b'{', Some(_), None) if is_empty(text) => Some("[]".to_owned()),
        (b'[', Some(list), _) => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let changed: Vec<_> = items.iter().map(|item| mended(&list["items"], item)).collect();
            let texts =
                items.iter().zip(&changed).map(|(item, changed)| changed.as_deref().unwrap_or(item.get()));
            let texts: Vec<_> = texts.collect();
            changed.iter().any(Option::is_some).then(|| format!("[{}]", texts.join(",")))
        }
        (b'{', _, Some(object)) => {
            let Members(members) = serde_json::from_str(text).ok()?;
            let changed = |(Name(name), value): &(Name<'_>, &RawValue)| {
                let named = &object["properties"][&**name];
                mended(if named.is_null() { &object["additionalProperties"] } else { named }, value)
            };
            let changed: Vec<_> = members.iter().map(changed).collect();
            let texts = members.iter().zip(&changed).map(|((Name(name), value), changed)| {
                format!("{}:{}", Value::from(&**name), changed.as_deref().unwrap_or(value.get()))
            });
            let texts: Vec<_> = texts.collect();
            changed.iter().any(Option::is_some).then(|| format!("{{{}}}", texts.join(",")))
        }
        _ => None,
    }
}

/// The list and the object that may stand at a place.
fn wanted(schema: &Value) -> (Option<&Value>, Option<&Value>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return wanted(&objects()[name]);
    }
    match schema["type"].as_str() {
        Some("array") => (Some(schema), None),
        Some("object") => (None, Some(schema)),
        _ => {
            let variants = schema["anyOf"].as_array().into_iter().flatten().map(wanted);
            variants.fold((None, None), |(list, object), other| (list.or(other.0), object.or(other.1)))
        }
    }
}

fn is_empty(text: &str) -> bool {
    text[1..].trim_ascii_start().len() == 1
}

#[cfg(test)]
mod tests {
    use sonoran::{Payload, operations};

    use super::*;

    #[test]
    fn every_payload_is_described_and_what_is_named_is_there() {
        for operation in operations() {
            let described = payload(operation.name);
            assert_eq!(described.is_null(), matches!(operation.payload, Payload::None), "{}", operation.name);
        }
        assert!(!objects()["SetAccountRanksPayload"].is_null());
    }

    #[test]
    fn an_empty_table_is_what_is_wanted_at_its_place() {
        let mend = |operation: &str, text: &str| with_right_empties(operation, text.to_owned());
        for (operation, given, sent) in [
            ("setAccountRanksV2", r#"{"add":{}, "x":{}, "n":1.00}"#, r#"{"add":[],"x":{},"n":1.00}"#),
            ("setAccountRanksV2", r#"{"add":[ ]}"#, r#"{"add":[ ]}"#),
            ("setAccountRanksV2", r#"{ "add" : ["a"] }"#, r#"{ "add" : ["a"] }"#),
            ("setAccountRanksV2", "[]", "{}"),
            (
                "triggerPromotionFlowsV2",
                r#"{"data":[{"flowId":"a","users":{ }}]}"#,
                r#"{"data":[{"flowId":"a","users":[]}]}"#,
            ),
            ("triggerPromotionFlowsV2", r#"{"data":{}}"#, r#"{"data":[]}"#),
            ("triggerPromotionFlowsV2", r#"{"d\u0061ta":{}}"#, r#"{"data":[]}"#),
            ("submitFormTemplateV2", r#"{"a":[],"b":{}}"#, r#"{"a":[],"b":{}}"#),
            ("setAccountRanksV2", r#"{"add":{}"#, r#"{"add":{}"#),
        ] {
            assert_eq!(mend(operation, given), sent, "{operation}");
        }
    }
}
