//! Version 2: values in the path and the query, percent-encoded before the URL is built, and a JSON
//! body.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::arguments::{
    normal, not_an_object, not_taken, payload_server, positional, refuse_call_options, required, value,
};
use crate::settings::wrong_type;
use crate::{ArgumentError, Call, Field, Location, Payload};

/// All but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Far beyond any id of the service, and short enough for every server's request line.
pub(super) const LONGEST_VALUE: usize = 1024;

/// The path with its query, and the body.
pub(super) fn encode(call: &Call, default_server: i64) -> Result<(String, Option<Bytes>), ArgumentError> {
    let operation = call.operation;
    let mut path = operation.path.to_owned();
    let mut query = Query::default();
    for (parameter, argument) in positional(call) {
        let Some(value) = value(operation, parameter, argument, default_server)? else { continue };
        check_segment(parameter.name, &value)?;
        if parameter.location == Location::Query {
            query.push(parameter.name, &value);
        } else {
            let encoded = utf8_percent_encode(&value, ESCAPED).to_string();
            path = path.replace(&format!("{{{}}}", parameter.name), &encoded);
        }
    }
    let payload = match (&operation.payload, call.payload.as_deref()) {
        (Payload::Body { required: false, .. }, None | Some("null")) => Some("{}"),
        (_, given) => given,
    };
    let body = match (&operation.payload, payload) {
        (Payload::Body { default_server: fill, .. }, Some(text)) => {
            Some(body(text, fill.then_some(default_server))?)
        }
        (Payload::Query { fields }, Some(text)) => {
            query.extend(fields, text)?;
            None
        }
        (Payload::Query { .. } | Payload::None, None) => None,
        (Payload::None, Some(_)) => return Err(not_taken(operation)),
        (_, None) => return Err(required(operation, operation.payload_name())),
        (Payload::Data { .. } | Payload::List, Some(_)) => unreachable!("version 1 alone has such payloads"),
    };
    Ok((path + &query.text, body))
}

/// Refuses what would not stay one path segment, in whatever encoding it comes: URL parsers drop
/// dot segments, and servers decode more than once.
fn check_segment(name: &str, value: &str) -> Result<(), ArgumentError> {
    if value.len() > LONGEST_VALUE {
        return Err(ArgumentError::value(name, format!("must not be longer than {LONGEST_VALUE} bytes")));
    }
    let mut seen = value.to_owned();
    loop {
        if seen.is_empty() {
            return Err(ArgumentError::value(name, "must not be empty"));
        }
        if seen == "." || seen == ".." || seen.chars().any(char::is_control) {
            return Err(ArgumentError::value(name, "must be no dot segment and hold no control character"));
        }
        let decoded = percent_decode_str(&seen).decode_utf8_lossy().into_owned();
        if decoded == seen {
            return Ok(());
        }
        seen = decoded;
    }
}

/// The payload as it will be sent, with the default server where it names none.
fn body(text: &str, default_server: Option<i64>) -> Result<Bytes, ArgumentError> {
    let mut fields: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|_| not_an_object("payload", text))?;
    refuse_call_options("payload", fields.keys().map(String::as_str), &[])?;
    let server = match default_server {
        Some(default) => payload_server("payload", fields.get("serverId").copied(), default)?,
        None => None,
    };
    let Some(server) = server else { return Ok(Bytes::copy_from_slice(text.as_bytes())) };
    let server = serde_json::value::to_raw_value(&server).expect("a number is JSON");
    fields.insert("serverId".to_owned(), &server);
    Ok(serde_json::to_vec(&fields).expect("what was JSON is JSON").into())
}

/// A query string in the making.
#[derive(Default)]
struct Query {
    text: String,
}

impl Query {
    fn push(&mut self, name: &str, value: &str) {
        let separator = if self.text.is_empty() { '?' } else { '&' };
        let name = utf8_percent_encode(name, ESCAPED);
        let value = utf8_percent_encode(value, ESCAPED);
        write!(self.text, "{separator}{name}={value}").expect("text takes text");
    }

    /// Booleans are `true` and `false`, a list repeats its field, null is left out, and so is empty text for
    /// a documented field.
    fn extend(&mut self, fields: &[Field], text: &str) -> Result<(), ArgumentError> {
        let document: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| not_an_object("query", text))?;
        refuse_call_options("query", document.keys().map(String::as_str), fields)?;
        for (name, value) in &document {
            let field = fields.iter().find(|field| field.name == name);
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values.iter().filter(|value| !value.is_null()) {
                let value = scalar(name, value)?;
                match field {
                    Some(_) if value.trim().is_empty() => {}
                    Some(field) => self.push(name, &normal(&format!("query.{name}"), field.kind, &value)?),
                    None => self.push(name, &value),
                }
            }
        }
        Ok(())
    }
}

fn scalar(name: &str, value: &Value) -> Result<String, ArgumentError> {
    match value {
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong_type(&format!("query.{name}"), "text, a number or a boolean", other)),
    }
}
