//! What the gateway knows of payloads: a JSON schema for each operation that has one, in one file.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::Input;
use super::model::{Api, Field, Operation, Type};
use super::output::Output;
use super::whole::notice;

pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let mut schemas = BTreeMap::new();
    let mut payloads = Map::new();
    for operation in input.api.operations() {
        if let Some(payload) = &operation.payload {
            note_types(input.api, &payload.kind_of, &mut schemas);
            payloads.insert(operation.name.clone(), of_payload(operation));
        }
    }
    let document = json!({ "x-generated": notice("spec/"), "payloads": payloads, "schemas": schemas });
    let text = format!("{}\n", serde_json::to_string_pretty(&document)?);
    Ok(vec![Output::new("gateway/src/generated/payloads.json".to_owned(), text)])
}

/// A bare text may stand in the place of some of version 1.
fn of_payload(operation: &Operation) -> Value {
    let Some(payload) = &operation.payload else { return Value::Null };
    let schema = of_type(&payload.kind_of);
    if payload.text_as.is_empty() { schema } else { json!({ "anyOf": [schema, { "type": "string" }] }) }
}

/// The objects that a type is made of, each once.
fn note_types(api: &Api, kind: &Type, known: &mut BTreeMap<String, Value>) {
    match kind {
        Type::Array(of) | Type::Map(of) | Type::Nullable(of) => note_types(api, of, known),
        Type::OneOf(variants) => variants.iter().for_each(|variant| note_types(api, variant, known)),
        Type::Ref(name) if !known.contains_key(name) => {
            for def in api.types.iter().filter(|def| def.local == *name) {
                known.insert(name.clone(), of_fields(&def.fields));
                def.fields.iter().for_each(|field| note_types(api, &field.kind_of, known));
            }
        }
        _ => {}
    }
}

/// An object, which always stays open to other fields.
fn of_fields(fields: &[Field]) -> Value {
    let members: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let mut schema = of_type(&field.kind_of);
            if !field.description.is_empty() {
                schema["description"] = field.description.clone().into();
            }
            (field.name.clone(), schema)
        })
        .collect();
    let required = fields.iter().filter(|field| field.required && !field.default_server);
    let required: Vec<&str> = required.map(|field| field.name.as_str()).collect();
    let mut schema = json!({ "type": "object", "properties": members });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

fn of_type(kind: &Type) -> Value {
    match kind {
        Type::Any => json!({}),
        Type::Null => json!({ "type": "null" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Integer => json!({ "type": "integer" }),
        Type::Number => json!({ "type": "number" }),
        // Others than the known ones pass too.
        Type::String | Type::Choice(_) => json!({ "type": "string" }),
        Type::Uuid => json!({ "type": "string", "format": "uuid" }),
        Type::Time => json!({ "type": "string", "format": "date-time" }),
        Type::Array(of) => json!({ "type": "array", "items": of_type(of) }),
        Type::Map(of) => json!({ "type": "object", "additionalProperties": of_type(of) }),
        Type::Ref(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
        Type::Nullable(of) => json!({ "anyOf": [of_type(of), { "type": "null" }] }),
        Type::OneOf(variants) => json!({ "anyOf": variants.iter().map(of_type).collect::<Vec<_>>() }),
    }
}
