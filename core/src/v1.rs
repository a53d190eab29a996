//! How version 1 of the API speaks: a POST of `{id, key, type, data}`, answered with a text or with
//! JSON that has no envelope; errors are upper-case texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::attempt::Reply;
use crate::request::{Caller, not_an_object, not_taken, positional, required, value};
use crate::response::{invalid, readable, refused};
use crate::{
    ArgumentError, Call, DataShape, ErrorKind, Failure, Kind, Operation, Payload, Response, ResultForm, V1,
};

/// After a 429, which does not say for how long, nothing of version 1 is sent for a minute: the
/// shortest block that is known.
pub(crate) const FREEZE: Duration = Duration::from_secs(60);

/// What the service's error texts are about; any other text is a plain refusal.
const KINDS: [(&str, ErrorKind); 10] = [
    ("INVALID API KEY", ErrorKind::Auth),
    ("INVALID COMMUNITY ID", ErrorKind::NotFound),
    ("API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY", ErrorKind::NotFound),
    ("NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY", ErrorKind::NotFound),
    ("ACCOUNT_NOT_FOUND", ErrorKind::NotFound),
    ("MEMBER NOT FOUND", ErrorKind::NotFound),
    ("ROSTER NOT FOUND", ErrorKind::NotFound),
    ("INVALID_TEMPLATE_ID", ErrorKind::NotFound),
    ("INVALID_SERVER", ErrorKind::NotFound),
    ("INVALID TEMPLATE ID", ErrorKind::NotFound),
];

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    key: &'a str,
    #[serde(rename = "type")]
    request_type: &'a str,
    data: Box<RawValue>,
}

/// The body of a call.
pub(crate) fn body(call: &Call, v1: &V1, caller: Caller<'_>) -> Result<Bytes, ArgumentError> {
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
        (Payload::Data { .. }, Some(text)) => {
            serde_json::from_str(text).map_err(|_| not_an_object(operation.payload_name(), text))?
        }
        (Payload::Data { required: true, .. }, None) => {
            return Err(required(operation, operation.payload_name()));
        }
        (_, Some(_)) => return Err(not_taken(operation)),
        (_, None) => BTreeMap::new(),
    };
    for (parameter, argument) in positional(call) {
        if let Some(text) = value(operation, parameter, argument, default_server)? {
            fields.insert(parameter.field.to_owned(), json(parameter.kind, &text));
        }
    }
    if matches!(operation.payload, Payload::Data { default_server: true, .. }) {
        let server = fields.entry("serverId".to_owned()).or_insert_with(|| raw(&default_server));
        if server.get() == "null" {
            *server = raw(&default_server);
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

/// What the caller is told of an answer.
pub(crate) fn answered(operation: &Operation, v1: &V1, reply: &Reply, mut failure: Failure) -> Response {
    match reply.status {
        200..300 => result(v1, reply).unwrap_or_else(|unfit| match unfit {
            Unfit::Refused => refused(reply, failure),
            Unfit::Unreadable => {
                failure.outcome_unknown |= !operation.reads();
                let found = readable(reply).unwrap_or_else(|| "it is empty".to_owned());
                let reason = format!("The answer (status {}) is not this API's: {found}", reply.status);
                invalid(reply, failure, reason)
            }
        }),
        429 if reply.retry_after.is_none() => {
            failure.retry_after = Some(FREEZE);
            let mut response = refused(reply, failure);
            response.reason = Some(
                "The service blocks this key (429) and does not say for how long; nothing of version 1 is \
                 sent for a minute."
                    .to_owned(),
            );
            response
        }
        300..400 => {
            invalid(reply, failure, format!("The server redirects ({}): check the API url.", reply.status))
        }
        _ => refused_by_text(reply, failure),
    }
}

fn refused_by_text(reply: &Reply, failure: Failure) -> Response {
    let mut response = refused(reply, failure);
    let reason = response.reason.as_deref().unwrap_or_default();
    let known = KINDS.iter().find(|(text, _)| *text == reason.trim()).map(|(_, kind)| *kind);
    if let (Some(failure), Some(kind)) = (response.error.as_mut(), known) {
        failure.kind = kind;
    }
    response
}

/// Why an answer with a good status holds no result.
enum Unfit {
    /// It says itself that the call failed.
    Refused,
    Unreadable,
}

fn result(v1: &V1, reply: &Reply) -> Result<Response, Unfit> {
    let text = std::str::from_utf8(&reply.body).map_err(|_| Unfit::Unreadable)?.trim();
    if text.starts_with('<') || reply.content_type.starts_with("text/html") {
        return Err(Unfit::Unreadable);
    }
    let data = match v1.result {
        ResultForm::Number => number(text).ok_or(Unfit::Unreadable)?,
        ResultForm::Member(name) => member(answer(text)?, name).ok_or(Unfit::Unreadable)?,
        ResultForm::Json if looks_like_json(reply, text) => answer(text)?.to_owned(),
        ResultForm::Json | ResultForm::Text => plain(reply, text)?,
    };
    Ok(Response::succeeded(reply.status, Some(data), None))
}

fn looks_like_json(reply: &Reply, text: &str) -> bool {
    reply.content_type.starts_with("application/json") || text.starts_with(['{', '['])
}

/// A JSON answer that does not say itself that the call failed.
fn answer(text: &str) -> Result<&RawValue, Unfit> {
    let answer: &RawValue = serde_json::from_str(text).map_err(|_| Unfit::Unreadable)?;
    match member(answer, "success") {
        Some(success) if success.get() == "false" => Err(Unfit::Refused),
        _ => Ok(answer),
    }
}

/// A text as JSON; one that is written as a JSON string already is unquoted first.
fn plain(reply: &Reply, text: &str) -> Result<Box<RawValue>, Unfit> {
    if text.is_empty() {
        return Err(Unfit::Unreadable);
    }
    let quoted =
        reply.content_type.starts_with("application/json").then(|| serde_json::from_str::<String>(text));
    match quoted {
        Some(Ok(inner)) => Ok(raw(&inner)),
        _ => Ok(raw(&text)),
    }
}

/// The number that a text begins with, as in `3 - PLUS`.
fn number(text: &str) -> Option<Box<RawValue>> {
    let digits = text.trim_start_matches('"');
    let end = digits.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse::<u64>().ok().map(|number| raw(&number))
}

fn member(answer: &RawValue, name: &str) -> Option<Box<RawValue>> {
    let mut members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(answer.get()).ok()?;
    members.remove(name)
}

#[cfg(test)]
#[path = "v1_tests.rs"]
mod tests;
