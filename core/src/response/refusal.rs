//! Answers that hold no result: what kind of failure they are, and the words for it.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::outcome::Response;
use crate::attempt::Reply;
use crate::{ErrorKind, Failure, Operation};

/// As many bytes of a text answer as go into a reason.
const LONGEST_REASON: usize = 1024;

/// A redirect: the key goes to no other address.
pub(super) fn redirected(reply: &Reply, failure: Failure) -> Response {
    let reason =
        format!("The server redirects ({}), which is not followed: check the API url.", reply.status);
    invalid(reply, failure, reason)
}

/// A good status with something else than `expected`. A write may have been carried out all the same.
pub(super) fn unreadable(
    operation: &Operation,
    reply: &Reply,
    mut failure: Failure,
    expected: &str,
) -> Response {
    failure.outcome_unknown |= !operation.reads();
    let found = readable(reply).unwrap_or_else(|| "it is empty".to_owned());
    let reason = format!("The answer (status {}) is not {expected}: {found}", reply.status);
    invalid(reply, failure, reason)
}

fn invalid(reply: &Reply, mut failure: Failure, reason: String) -> Response {
    failure.kind = ErrorKind::InvalidResponse;
    Response::failed(Some(reply.status), reason, failure)
}

/// A refusal: a problem document, another JSON object that says why, or a text.
pub(super) fn refused(reply: &Reply, mut failure: Failure) -> Response {
    failure.kind = match reply.status {
        401 | 403 => ErrorKind::Auth,
        404 => ErrorKind::NotFound,
        429 => ErrorKind::RateLimited,
        _ => ErrorKind::Api,
    };
    failure.problem = serde_json::from_slice::<&RawValue>(&reply.body)
        .ok()
        .filter(|document| document.get().starts_with('{'))
        .map(ToOwned::to_owned);
    let reason =
        failure.problem.as_deref().and_then(explanation).or_else(|| readable(reply)).unwrap_or_else(|| {
            format!("The service answered with status {} and no explanation.", reply.status)
        });
    Response::failed(Some(reply.status), reason, failure)
}

/// The most telling text of a problem document; members of other types are passed over (RFC 9457
/// section 3.1).
fn explanation(problem: &RawValue) -> Option<String> {
    let members: HashMap<String, Value> = serde_json::from_str(problem.get()).ok()?;
    ["detail", "message", "reason", "title", "error"]
        .iter()
        .filter_map(|name| members.get(*name)?.as_str())
        .map(str::trim)
        .find(|text| !text.is_empty())
        .map(shorten)
}

/// A text answer as a reason: a page of HTML says nothing to a reader of logs.
fn readable(reply: &Reply) -> Option<String> {
    let text = String::from_utf8_lossy(&reply.body);
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if reply.content_type.starts_with("text/html") || text.starts_with('<') {
        return Some(format!("The server answered with status {} and a web page.", reply.status));
    }
    Some(shorten(text))
}

fn shorten(text: &str) -> String {
    if text.len() <= LONGEST_REASON {
        return text.to_owned();
    }
    let end = (0..=LONGEST_REASON).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}…", &text[..end])
}
