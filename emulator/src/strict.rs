//! Names that the description does not document, each told with the documented one that comes nearest. This is for
//! those who test their own code: the service itself takes any name.

use serde_json::Value;

use crate::nearest::nearest;
use crate::problem::FieldError;

/// Schemas refer to each other no deeper than this.
const DEEPEST: usize = 16;

/// Finds the fields of a value, at any depth, that its schema does not name. `place` is where the value is, such as
/// `servers[0].`.
pub(crate) fn fields(
    document: &Value,
    schema: &Value,
    value: &Value,
    place: &str,
    errors: &mut Vec<FieldError>,
) {
    let mut parts = Vec::new();
    collect(document, schema, DEEPEST, &mut parts);
    match value {
        Value::Object(fields) => {
            let documented = || parts.iter().filter_map(|part| part["properties"].as_object()).flatten();
            let open =
                parts.iter().any(|part| part.get("additionalProperties").is_some_and(|more| *more != false));
            for (name, value) in fields {
                let mut known = documented().filter(|(known, _)| *known == name).peekable();
                if known.peek().is_none() && !open && documented().next().is_some() {
                    let names = documented().map(|(known, _)| known.as_str());
                    errors.push(undocumented(format!("{place}{name}"), name, names));
                }
                for (_, schema) in known {
                    self::fields(document, schema, value, &format!("{place}{name}."), errors);
                }
            }
        }
        Value::Array(entries) => {
            let list = place.trim_end_matches('.');
            for (index, entry) in entries.iter().enumerate() {
                for items in parts.iter().filter_map(|part| part.get("items")) {
                    fields(document, items, entry, &format!("{list}[{index}]."), errors);
                }
            }
        }
        _ => {}
    }
}

/// A schema and all that it is made of, past references.
fn collect<'a>(document: &'a Value, schema: &'a Value, depth: usize, parts: &mut Vec<&'a Value>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    parts.push(schema);
    let target = schema["$ref"].as_str().and_then(|target| document.pointer(target.strip_prefix('#')?));
    let combined = ["allOf", "anyOf", "oneOf"].iter().filter_map(|word| schema[word].as_array()).flatten();
    for part in target.into_iter().chain(combined) {
        collect(document, part, depth, parts);
    }
}

/// Says that there is no such name, and which one may be meant.
pub(crate) fn undocumented<'a>(
    place: String,
    name: &str,
    documented: impl Iterator<Item = &'a str>,
) -> FieldError {
    let message = match nearest(name, documented) {
        Some(nearest) => format!("is not documented: did you mean {nearest}?"),
        None => "is not documented; no name is".to_owned(),
    };
    FieldError::new(place, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_looked_for_at_any_depth() {
        let document = json!({ "schemas": {
            "Who": { "properties": { "accId": {}, "discord": {} } },
            "Loop": { "$ref": "#/schemas/Loop" },
        } });
        let schema = json!({
            "allOf": [{ "$ref": "#/schemas/Who" }, { "properties": {
                "servers": { "type": "array", "items": { "properties": { "name": {}, "extra": { "type": "object" } } } },
                "by": { "anyOf": [{ "$ref": "#/schemas/Who" }, { "type": "null" }] },
                "any": { "properties": { "a": {} }, "additionalProperties": {} },
                "loop": { "$ref": "#/schemas/Loop" },
            } }],
        });
        let told = |value: Value| {
            let mut errors = Vec::new();
            fields(&document, &schema, &value, "", &mut errors);
            errors.into_iter().map(|error| format!("{} {}", error.field, error.message)).collect::<Vec<_>>()
        };
        let fine = json!({
            "accId": 1, "servers": [{ "name": 1, "extra": { "x": 1 } }], "by": { "discord": 1 },
            "any": { "b": 1 }, "loop": { "c": 1 },
        });
        assert!(told(fine).is_empty());
        let nearest = |field: &str, known: &str| format!("{field} is not documented: did you mean {known}?");
        let wrong = json!({ "AccID": 1, "servers": [{}, { "nmae": 1 }], "by": { "dicsord": 1 } });
        assert_eq!(
            told(wrong),
            [nearest("AccID", "accId"), nearest("servers[1].nmae", "name"), nearest("by.dicsord", "discord")]
        );
    }
}
