//! Version 1: a text, or JSON without an envelope; errors are upper-case texts.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::failed::{refused, unreadable};
use super::lenient::yes_or_no;
use super::outcome::Response;
use crate::attempt::Reply;
use crate::{Failure, Operation, ResultForm, V1};

/// What the caller is told of an answer.
pub(super) fn answered(operation: &Operation, v1: &V1, reply: &Reply, failure: Failure) -> Response {
    match reply.status {
        200..300 => result(v1, reply).unwrap_or_else(|unfit| match unfit {
            Unfit::Refused => refused(operation, reply, failure),
            Unfit::Unreadable => unreadable(operation, reply, failure, "this API's"),
        }),
        _ => refused(operation, reply, failure),
    }
}

/// Why an answer with a good status holds no result.
enum Unfit {
    /// It says itself that the call failed.
    Refused,
    Unreadable,
}

fn result(v1: &V1, reply: &Reply) -> Result<Response, Unfit> {
    let text = std::str::from_utf8(&reply.body).map_err(|_| Unfit::Unreadable)?.trim();
    if reply.is_page() {
        return Err(Unfit::Unreadable);
    }
    let data = match v1.result {
        ResultForm::Number => number(text).ok_or(Unfit::Unreadable)?,
        ResultForm::Member(name) => member(answer(text)?, name).ok_or(Unfit::Unreadable)?,
        ResultForm::Json if looks_like_json(reply, text) => answer(text)?.to_owned(),
        ResultForm::Text if matches!(answer(text), Err(Unfit::Refused)) => return Err(Unfit::Refused),
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
        Some(success) if yes_or_no(&success) == Some(false) => Err(Unfit::Refused),
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
