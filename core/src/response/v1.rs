//! Version 1: a text, or JSON without an envelope; errors are upper-case texts.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::outcome::Response;
use super::refusal::{refused, unreadable};
use crate::attempt::Reply;
use crate::{ErrorKind, Failure, Operation, ResultForm, V1};

/// What the service's error texts are about; any other text is a plain refusal.
pub(super) const KINDS: [(&str, ErrorKind); 9] = [
    ("INVALID API KEY", ErrorKind::Auth),
    ("INVALID COMMUNITY ID", ErrorKind::NotFound),
    ("API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY", ErrorKind::NotFound),
    ("NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY", ErrorKind::NotFound),
    ("ACCOUNT_NOT_FOUND", ErrorKind::NotFound),
    ("MEMBER NOT FOUND", ErrorKind::NotFound),
    ("ROSTER NOT FOUND", ErrorKind::NotFound),
    ("INVALID_TEMPLATE_ID", ErrorKind::NotFound),
    ("INVALID_SERVER", ErrorKind::NotFound),
];

/// What the caller is told of an answer.
pub(super) fn answered(operation: &Operation, v1: &V1, reply: &Reply, mut failure: Failure) -> Response {
    match reply.status {
        200..300 => result(v1, reply).unwrap_or_else(|unfit| match unfit {
            Unfit::Refused => refused(reply, failure),
            Unfit::Unreadable => unreadable(operation, reply, failure, "this API's"),
        }),
        429 if reply.retry_after.is_none() => {
            failure.retry_after = Some(operation.unnamed_block());
            let mut response = refused(reply, failure);
            response.reason = Some(
                "The service blocks this key (429) and does not say for how long; nothing of version 1 is \
                 sent for a minute."
                    .to_owned(),
            );
            response
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

fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("texts and numbers are JSON")
}
