//! Version 2: values in the path and the query, percent-encoded before the URL is built, and a JSON
//! body.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use serde_json::value::RawValue;

use super::arguments::{
    normal, not_an_object, not_taken, payload_server, positional, refuse_call_options, refuse_other_account,
    refuse_other_server, required, value,
};
use super::slips::refuse_slips;
use crate::members::{Members, Name};
use crate::operation::Known;
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
    let mut in_path = InPath::default();
    for (parameter, argument) in positional(call) {
        let Some(value) = value(operation, parameter, argument, default_server)? else { continue };
        check_segment(parameter.name, &value)?;
        if parameter.location == Location::Query {
            query.push(parameter.name, &value);
        } else {
            put(&mut path, parameter.name, &value);
            if parameter.default_server {
                in_path.server = Some(value);
            } else if parameter.name == "accountId" {
                in_path.account = Some(value);
            }
        }
    }
    let payload = match (&operation.payload, call.payload.as_deref()) {
        (Payload::Body { required: false, .. }, None | Some("null")) => Some("{}"),
        (_, given) => given,
    };
    let body = match (&operation.payload, payload) {
        (Payload::Body { default_server: fill, .. }, Some(text)) => {
            Some(body(text, operation.known, fill.then_some(default_server), &in_path)?)
        }
        (Payload::Query { fields }, Some(text)) => {
            query.extend(fields, operation.known, text, &in_path)?;
            None
        }
        (Payload::Query { .. } | Payload::None, None) => None,
        (Payload::None, Some(_)) => return Err(not_taken(operation)),
        (_, None) => return Err(required(operation, operation.payload_name())),
        (Payload::Data { .. } | Payload::List, Some(_)) => unreachable!("version 1 alone has such payloads"),
    };
    Ok((path + &query.text, body))
}

/// What the path says already, which alone counts.
#[derive(Default)]
struct InPath {
    server: Option<String>,
    account: Option<String>,
}

/// Puts a value in its place in the path, encoded.
pub(super) fn put(path: &mut String, name: &str, value: &str) {
    let is_place = |at: usize| path[at + 1..].strip_prefix(name).is_some_and(|rest| rest.starts_with('}'));
    let place = path.match_indices('{').map(|(at, _)| at).find(|at| is_place(*at));
    if let Some(at) = place {
        path.replace_range(at..at + name.len() + 2, &Cow::from(utf8_percent_encode(value, ESCAPED)));
    }
}

/// Refuses what would not stay one path segment, in whatever encoding it comes: URL parsers drop
/// dot segments, and servers decode more than once.
pub(super) fn check_segment(name: &str, value: &str) -> Result<(), ArgumentError> {
    if value.len() > LONGEST_VALUE {
        return Err(ArgumentError::value(name, format!("must not be longer than {LONGEST_VALUE} bytes")));
    }
    // An id has nothing that could be decoded, nor a dot.
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_' | b'~');
    if !value.is_empty() && value.bytes().all(is_plain) {
        return Ok(());
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

/// The payload as it will be sent, with the default server where it names none. It may not name another
/// server or account than a path that alone counts.
fn body(
    text: &str,
    known: &[Known],
    default_server: Option<i64>,
    in_path: &InPath,
) -> Result<Bytes, ArgumentError> {
    let fields: Members<'_> = serde_json::from_str(text).map_err(|_| not_an_object("payload", text))?;
    refuse_call_options("payload", fields.names(), &[])?;
    refuse_slips("payload", &fields.iter(), known)?;
    let given = fields.get("serverId");
    if let (Some(server), None) = (&in_path.server, default_server) {
        refuse_other_server("payload", given, server)?;
    }
    if let Some(account) = &in_path.account {
        refuse_other_account("payload", &fields, account)?;
    }
    let server = match default_server {
        Some(default) => payload_server("payload", given, default)?,
        None => None,
    };
    let Some(server) = server else { return Ok(Bytes::copy_from_slice(text.as_bytes())) };
    let server = serde_json::value::to_raw_value(&server).expect("a number is JSON");
    let mut fields: BTreeMap<&str, &RawValue> =
        fields.0.iter().map(|(name, value)| (name.0.as_ref(), *value)).collect();
    fields.insert("serverId", &server);
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
    fn extend(
        &mut self,
        fields: &[Field],
        known: &[Known],
        text: &str,
        in_path: &InPath,
    ) -> Result<(), ArgumentError> {
        let members: Members<'_> = serde_json::from_str(text).map_err(|_| not_an_object("query", text))?;
        refuse_call_options("query", members.names(), fields)?;
        refuse_slips("query", &members.iter(), known)?;
        if let Some(account) = &in_path.account {
            refuse_other_account("query", &members, account)?;
        }
        for (Name(name), value) in &members.0 {
            let name = name.as_ref();
            let field = fields.iter().find(|field| field.name == name);
            let values: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_else(|_| vec![*value]);
            for value in values.into_iter().filter(|value| value.get() != "null") {
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

/// A value as text: of a number its digits as they were given, which a float might not hold.
fn scalar(name: &str, value: &RawValue) -> Result<String, ArgumentError> {
    let json = value.get();
    let is_number = json.starts_with(|sign: char| sign == '-' || sign.is_ascii_digit());
    match serde_json::from_str(json) {
        _ if is_number => Ok(json.to_owned()),
        Ok(Value::Bool(flag)) => Ok(flag.to_string()),
        Ok(Value::String(text)) => Ok(text),
        other => {
            let other = other.unwrap_or_default();
            Err(wrong_type(&format!("query.{name}"), "text, a number or a boolean", &other))
        }
    }
}
