//! From a call to the request on the wire: arguments are checked, then encoded, and only then is
//! the URL built, so that no value can point the request at another resource.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::settings::wrong_type;
use crate::{Argument, ArgumentError, Call, Field, Kind, Location, Method, Operation, Parameter, Payload};

/// All but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Far beyond any id of the service, and short enough for every server's request line.
const LONGEST_VALUE: usize = 1024;

/// A request that passed every check.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Path and query, encoded, to append to the API's address.
    pub(crate) target: String,
    pub(crate) body: Option<Bytes>,
}

/// Checks and encodes a call.
pub(crate) fn prepare(call: &Call, default_server: i64) -> Result<Request, ArgumentError> {
    let operation = call.operation;
    if call.arguments.len() > operation.parameters.len() {
        return Err(ArgumentError::of_type("arguments", format!("are too many for {}", usage(operation))));
    }
    let mut path = operation.path.to_owned();
    let mut query = Query::default();
    for (index, parameter) in operation.parameters.iter().enumerate() {
        let argument = call.arguments.get(index).unwrap_or(&Argument::Missing);
        let value = positional(operation, parameter, argument, default_server)?;
        match parameter.location {
            Location::Path => {
                let encoded = utf8_percent_encode(&value, ESCAPED).to_string();
                path = path.replace(&format!("{{{}}}", parameter.name), &encoded);
            }
            Location::Query => query.push(parameter.name, &value),
        }
    }
    let body = match (&operation.payload, &call.payload) {
        (Payload::Body { default_server: fill }, Some(text)) => {
            Some(body(text, fill.then_some(default_server))?)
        }
        (Payload::Body { .. }, None) => {
            return Err(ArgumentError::of_type("payload", format!("is required: {}", usage(operation))));
        }
        (Payload::Query { fields }, Some(text)) => {
            query.extend(fields, text)?;
            None
        }
        (Payload::None, Some(_)) => {
            return Err(ArgumentError::of_type("payload", format!("is not taken by {}", usage(operation))));
        }
        (Payload::Query { .. } | Payload::None, None) => None,
    };
    Ok(Request { method: operation.method, target: path + &query.text, body })
}

fn usage(operation: &Operation) -> String {
    let mut names: Vec<&str> = operation.parameters.iter().map(|parameter| parameter.name).collect();
    match operation.payload {
        Payload::None => {}
        Payload::Body { .. } => names.push("payload"),
        Payload::Query { .. } => names.push("query"),
    }
    format!("{}({})", operation.name, names.join(", "))
}

fn positional(
    operation: &Operation,
    parameter: &Parameter,
    argument: &Argument,
    default_server: i64,
) -> Result<String, ArgumentError> {
    let value = match argument {
        Argument::Text(text) => text.clone(),
        Argument::Integer(number) => number.to_string(),
        Argument::Missing if parameter.default_server => default_server.to_string(),
        Argument::Missing => {
            return Err(ArgumentError::of_type(parameter.name, format!("is required: {}", usage(operation))));
        }
    };
    check_kind(parameter.name, parameter.kind, &value)?;
    check_segment(parameter.name, &value)?;
    Ok(value)
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

fn check_kind(name: &str, kind: Kind, value: &str) -> Result<(), ArgumentError> {
    let (fits, expected) = match kind {
        Kind::Text => (true, ""),
        Kind::Uuid => (is_uuid(value), "a UUID such as 00000000-0000-0000-0000-000000000000"),
        Kind::Integer => (value.parse::<i64>().is_ok(), "a whole number"),
        Kind::Boolean => (matches!(value, "true" | "false"), "true or false"),
    };
    if fits {
        return Ok(());
    }
    Err(ArgumentError::value(name, format!("must be {expected}, not {}", shown(value))))
}

/// A value for an error message: short, and without control characters.
fn shown(value: &str) -> String {
    let start: String = value.chars().take(60).collect();
    if start.len() < value.len() { format!("{start:?}…") } else { format!("{start:?}") }
}

/// The text form of RFC 9562, in either case.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The payload as it will be sent, with the default server where it names none.
fn body(text: &str, default_server: Option<i64>) -> Result<Bytes, ArgumentError> {
    let fields: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|_| not_an_object("payload", text))?;
    let given = fields.get("serverId").is_some_and(|value| value.get() != "null");
    let Some(server) = default_server.filter(|_| !given) else {
        return Ok(Bytes::copy_from_slice(text.as_bytes()));
    };
    let server = serde_json::value::to_raw_value(&server).expect("a number is JSON");
    let mut fields = fields;
    fields.insert("serverId".to_owned(), &server);
    Ok(serde_json::to_vec(&fields).expect("what was JSON is JSON").into())
}

fn not_an_object(name: &str, text: &str) -> ArgumentError {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => wrong_type(name, "an object of fields", &value),
        Err(_) => ArgumentError::of_type(name, "must be an object of fields, as JSON text"),
    }
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

    /// Booleans are `true` and `false`, a list repeats its field, null is left out.
    fn extend(&mut self, fields: &[Field], text: &str) -> Result<(), ArgumentError> {
        let document: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| not_an_object("query", text))?;
        for (name, value) in &document {
            let kind = fields.iter().find(|field| field.name == name).map_or(Kind::Text, |field| field.kind);
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values.iter().filter(|value| !value.is_null()) {
                let value = scalar(name, value)?;
                check_kind(&format!("query.{name}"), kind, &value)?;
                self.push(name, &value);
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

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
