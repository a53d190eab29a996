//! Version 1: a POST of `{id, key, type, data}`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::arguments::{
    normal, not_an_object, not_taken, payload_server, positional, refuse_call_options, refuse_other_value,
    required, value,
};
use super::caller::Caller;
use super::slips::refuse_slips;
use crate::{ArgumentError, Call, DataShape, Field, Kind, Payload, V1};

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    key: &'a str,
    #[serde(rename = "type")]
    request_type: &'a str,
    data: Box<RawValue>,
}

/// The body of a call.
pub(super) fn encode(call: &Call, v1: &V1, caller: Caller<'_>) -> Result<Bytes, ArgumentError> {
    let data = match v1.data {
        DataShape::Nothing if call.payload.is_some() => return Err(not_taken(call.operation)),
        DataShape::Nothing => raw(&[(); 0]),
        DataShape::List => list(call)?,
        DataShape::Object => raw(&fields(call, v1, caller.default_server)?),
        DataShape::ObjectInArray => raw(&[fields(call, v1, caller.default_server)?]),
    };
    let body = Body { id: caller.community_id, key: caller.api_key, request_type: v1.request_type, data };
    Ok(serde_json::to_vec(&body).expect("texts and JSON are JSON").into())
}

fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("JSON stays JSON")
}

/// A list of objects, given as the payload.
fn list(call: &Call) -> Result<Box<RawValue>, ArgumentError> {
    let name = call.operation.payload_name();
    let text = call.payload.as_ref().ok_or_else(|| required(call.operation, name))?;
    let items: Vec<BTreeMap<Cow<'_, str>, &RawValue>> =
        serde_json::from_str(text).map_err(|_| ArgumentError::of_type(name, "must be a list of objects"))?;
    if items.is_empty() {
        return Err(ArgumentError::value(name, "must be a list with at least one entry"));
    }
    for (index, item) in items.iter().enumerate() {
        let members = item.iter().map(|(name, value)| (name.as_ref(), *value));
        refuse_slips(&format!("{name}[{index}]"), &members, call.operation.known)?;
    }
    Ok(raw(&items))
}

/// The positional arguments and the fields of the payload in one object, with what this library
/// knows nothing of.
fn fields(
    call: &Call,
    v1: &V1,
    default_server: i64,
) -> Result<BTreeMap<String, Box<RawValue>>, ArgumentError> {
    let operation = call.operation;
    let mut fields: BTreeMap<String, Box<RawValue>> = match (&operation.payload, &call.payload) {
        (Payload::Data { text_as, .. }, Some(text)) => object(operation.payload_name(), text_as, text)?,
        (Payload::Data { required: true, .. }, None) => {
            return Err(required(operation, operation.payload_name()));
        }
        (_, Some(_)) => return Err(not_taken(operation)),
        (_, None) => BTreeMap::new(),
    };
    refuse_call_options(operation.payload_name(), fields.keys().map(String::as_str), &[])?;
    let members = fields.iter().map(|(name, value)| (name.as_str(), value.as_ref()));
    refuse_slips(operation.payload_name(), &members, operation.known)?;
    for (parameter, argument) in positional(call) {
        if let Some(text) = value(operation, parameter, argument, default_server)? {
            let given = fields.get(parameter.field).map(Box::as_ref);
            refuse_other_value(operation.payload_name(), parameter, given, &text)?;
            fields.insert(parameter.field.to_owned(), json(parameter.kind, &text));
        }
    }
    if matches!(operation.payload, Payload::Data { default_server: true, .. }) {
        let given = fields.get("serverId").map(Box::as_ref);
        if let Some(server) = payload_server(operation.payload_name(), given, default_server)? {
            fields.insert("serverId".to_owned(), raw(&server));
        }
    }
    let given = |name: &&str| fields.get(*name).is_some_and(|value| !matches!(value.get(), "null" | "\"\""));
    if !v1.at_least_one_of.is_empty() && !v1.at_least_one_of.iter().any(given) {
        let names = v1.at_least_one_of.join(", ");
        let place =
            if let Payload::Data { .. } = operation.payload { operation.payload_name() } else { "arguments" };
        return Err(ArgumentError::value(place, format!("must name at least one of {names}")));
    }
    Ok(fields)
}

/// The fields of the payload, which may be a text where the operation knows what that stands for.
fn object(
    name: &str,
    text_as: &[Field],
    json: &str,
) -> Result<BTreeMap<String, Box<RawValue>>, ArgumentError> {
    match serde_json::from_str::<String>(json) {
        Ok(text) if !text_as.is_empty() => Ok(text_as
            .iter()
            .filter_map(|field| Some((field.name, normal(field.name, field.kind, &text).ok()?)))
            .map(|(name, value)| (name.to_owned(), raw(&value)))
            .collect()),
        _ => serde_json::from_str(json).map_err(|_| not_an_object(name, json)),
    }
}

/// The JSON of a checked argument.
fn json(kind: Kind, text: &str) -> Box<RawValue> {
    match kind {
        Kind::Text | Kind::Uuid => raw(&text),
        Kind::Boolean => raw(&(text == "true")),
        // A whole number stays one: 5 is not sent as 5.0.
        Kind::Integer | Kind::Number => match text.parse::<i64>() {
            Ok(whole) => raw(&whole),
            Err(_) => raw(&text.parse::<f64>().unwrap_or_default()),
        },
    }
}
