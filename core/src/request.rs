//! From a call to the request on the wire: arguments are checked, then encoded, and only then is
//! the URL built, so that no value can point the request at another resource.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::settings::wrong_type;
use crate::{
    Argument, ArgumentError, Call, Field, Kind, Location, Method, Operation, Parameter, Payload, Wire, v1,
};

/// All but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Far beyond any id of the service, and short enough for every server's request line.
const LONGEST_VALUE: usize = 1024;

/// A request that passed every check. No `Debug`: a version 1 body holds the key.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Path and query, encoded, to append to the API's address.
    pub(crate) target: String,
    pub(crate) body: Option<Bytes>,
    /// Whether the key goes into a header.
    pub(crate) key_in_header: bool,
}

/// Whose call it is.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) community_id: &'a str,
    pub(crate) api_key: &'a str,
    pub(crate) default_server: i64,
}

/// Checks and encodes a call.
pub(crate) fn prepare(call: &Call, caller: Caller<'_>) -> Result<Request, ArgumentError> {
    let operation = call.operation;
    if call.arguments.len() > operation.parameters.len() {
        return Err(ArgumentError::of_type("arguments", format!("are too many for {}", usage(operation))));
    }
    match &operation.wire {
        Wire::V2 => prepare_v2(call, caller.default_server),
        Wire::V1(v1) => Ok(Request {
            method: operation.method,
            target: operation.path.to_owned(),
            body: Some(v1::body(call, v1, caller)?),
            key_in_header: false,
        }),
    }
}

fn prepare_v2(call: &Call, default_server: i64) -> Result<Request, ArgumentError> {
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
    let body = match (&operation.payload, &call.payload) {
        (Payload::Body { default_server: fill }, Some(text)) => {
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
    Ok(Request { method: operation.method, target: path + &query.text, body, key_in_header: true })
}

/// The operation's parameters with what was given for them.
pub(crate) fn positional(call: &Call) -> impl Iterator<Item = (&'static Parameter, &Argument)> {
    let given = call.arguments.iter().chain(std::iter::repeat(&Argument::Missing));
    call.operation.parameters.iter().zip(given)
}

pub(crate) fn not_taken(operation: &Operation) -> ArgumentError {
    ArgumentError::of_type(operation.payload_name(), format!("is not taken by {}", usage(operation)))
}

pub(crate) fn required(operation: &Operation, name: &str) -> ArgumentError {
    ArgumentError::of_type(name, format!("is required: {}", usage(operation)))
}

fn usage(operation: &Operation) -> String {
    format!("{}({})", operation.name, operation.arguments.join(", "))
}

/// The text of an argument, with the default server where it has one, or nothing where it may be
/// left out.
pub(crate) fn value(
    operation: &Operation,
    parameter: &Parameter,
    argument: &Argument,
    default_server: i64,
) -> Result<Option<String>, ArgumentError> {
    let is_flag = matches!(argument, Argument::Boolean(_));
    check_type(parameter, argument)?;
    let value = match argument.text() {
        Some(text) => text,
        None if parameter.default_server => default_server.to_string(),
        None if parameter.required => return Err(required(operation, parameter.name)),
        None => return Ok(None),
    };
    if parameter.kind == Kind::Text && (is_flag || matches!(argument, Argument::Number(_))) {
        let problem = format!("must be text or a whole number, not {value}");
        return Err(ArgumentError::of_type(parameter.name, problem));
    }
    check_kind(parameter.name, parameter.kind, &value)
        .map_err(|error| ArgumentError { wrong_type: is_flag, ..error })?;
    Ok(Some(value))
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

/// Ids come as text or as whole numbers; `true` or 1.5 for one is a mistake, whatever its text.
fn check_type(parameter: &Parameter, argument: &Argument) -> Result<(), ArgumentError> {
    const EXPECTED: &str = "must be text or a whole number";
    match argument {
        Argument::Boolean(_) if parameter.kind != Kind::Boolean => {
            Err(ArgumentError::of_type(parameter.name, format!("{EXPECTED}, not a boolean")))
        }
        // A number too, but not of those that will do.
        Argument::Number(_) if parameter.kind != Kind::Number => {
            Err(ArgumentError::value(parameter.name, format!("{EXPECTED}, not a fraction")))
        }
        _ => Ok(()),
    }
}

fn check_kind(name: &str, kind: Kind, value: &str) -> Result<(), ArgumentError> {
    let (fits, expected) = match kind {
        Kind::Text => (true, ""),
        Kind::Uuid => (is_uuid(value), "a UUID such as 00000000-0000-0000-0000-000000000000"),
        Kind::Integer => (value.parse::<i64>().is_ok(), "a whole number"),
        Kind::Number => (value.parse::<f64>().is_ok_and(f64::is_finite), "a number"),
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

pub(crate) fn not_an_object(name: &str, text: &str) -> ArgumentError {
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
