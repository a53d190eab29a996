//! What the service takes although its description says otherwise: in place of a value of the wrong type, the one that
//! is meant. Which those are is known from what clients send; `README.md` lists them.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::{Map, Number, Value};

use crate::handlers::IDENTIFIERS;

/// Mending can bring further faults to light, one level deeper each time.
const MOST_ROUNDS: usize = 8;

/// Puts what is meant in place of what has the wrong type.
pub(crate) fn mend(schema: &Validator, value: &mut Value) {
    for _ in 0..MOST_ROUNDS {
        let mends: Vec<_> = schema.iter_errors(value).filter_map(|error| meant(&error)).collect();
        if mends.is_empty() {
            return;
        }
        for (pointer, meant) in mends {
            put(value, &pointer, meant);
        }
    }
}

/// Whether a fault is none: an identifier of another form is one that no member has, and an empty one is not given.
pub(crate) fn excused(name: Option<&str>, error: &ValidationError<'_>) -> bool {
    let path = error.instance_path().as_str();
    let field = name.unwrap_or_else(|| path.trim_start_matches('/'));
    let known = field == "accountId" || IDENTIFIERS.contains(&field);
    known && matches!(error.kind(), ValidationErrorKind::Format { .. })
}

/// Where something has the wrong type and what is meant by it; nothing is meant by null.
fn meant(error: &ValidationError<'_>) -> Option<(String, Option<Value>)> {
    let ValidationErrorKind::Type { kind } = error.kind() else { return None };
    let wanted = |wanted: JsonType| match kind {
        TypeKind::Single(one) => *one == wanted,
        TypeKind::Multiple(several) => several.contains(wanted),
    };
    let pointer = error.instance_path().as_str();
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let meant = match &**error.instance() {
        Value::Null if is_field(name) => None,
        // Lua's encoders write an empty table as a list.
        Value::Array(entries) if entries.is_empty() && wanted(JsonType::Object) => {
            Some(Value::Object(Map::new()))
        }
        Value::String(text) if wanted(JsonType::Integer) || wanted(JsonType::Number) => {
            Some(Value::Number(number(text)?))
        }
        Value::Number(number) if wanted(JsonType::String) && is_id(name) => {
            Some(Value::String(number.to_string()))
        }
        _ => return None,
    };
    Some((pointer.to_owned(), meant))
}

/// Whether the last part of a pointer is a field's name, and no place in a list nor the whole.
fn is_field(name: &str) -> bool {
    name.bytes().any(|byte| !byte.is_ascii_digit())
}

/// Ids consist of digits often enough to be sent as numbers. Ports and the values of identifiers are sent so too.
fn is_id(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("id") || ["discord", "port", "value"].contains(&name.as_str())
}

fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

fn put(value: &mut Value, pointer: &str, meant: Option<Value>) {
    let Some(meant) = meant else {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
        parent.map(|fields| fields.shift_remove(&name.replace("~1", "/").replace("~0", "~")));
        return;
    };
    if let Some(place) = value.pointer_mut(pointer) {
        *place = meant;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_meant_is_put_in_place() {
        let schema = json!({
            "type": "object",
            "required": ["servers"],
            "properties": {
                "newName": { "type": "string" },
                "accId": { "type": "string", "format": "uuid" },
                "points": { "type": "number" },
                "servers": { "type": "array", "items": {
                    "type": "object",
                    "properties": {
                        "id": { "type": "integer" }, "ip": { "type": ["string", "null"] },
                        "port": { "type": "string" }, "a/b": { "type": "string" },
                        "config": { "type": "object", "properties": { "data": { "type": "object" } } },
                    },
                } },
            },
        });
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let mended = |mut value: Value| {
            mend(&schema, &mut value);
            value
        };
        let sent = json!({
            "points": "1.5", "accId": null, "servers": [
                { "id": "7", "port": 30120, "ip": null, "a/b": null, "config": { "data": [] } }, [],
            ],
        });
        let meant = json!({
            "points": 1.5, "servers": [
                { "id": 7, "port": "30120", "ip": null, "config": { "data": {} } }, {},
            ],
        });
        assert_eq!(mended(sent), meant);
        assert_eq!(mended(json!([])), json!({}));
        for wrong in [
            json!({ "newName": 7 }),
            json!({ "points": "NaN" }),
            json!({ "points": "" }),
            json!({ "servers": [{ "id": "x", "config": [1] }, null] }),
            json!({ "servers": {} }),
            json!([1]),
            json!(null),
        ] {
            assert_eq!(mended(wrong.clone()), wrong);
        }
    }
}
