//! From an answer, or its loss, to the response that every language hands out.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::attempt::{Attempt, Loss, Reply};
use crate::{Error, ErrorKind, Failure, Operation, Wire, v1};

/// As much of a text answer as goes into a reason.
const LONGEST_REASON: usize = 1024;

/// The outcome of a call. `T` is the type of the documented data; nothing is decoded to it before
/// [`typed`](Self::typed) is asked.
#[derive(Debug, Clone, Serialize)]
#[serde(bound = "")]
pub struct Response<T = Value> {
    /// Whether the service carried the call out.
    pub success: bool,
    /// HTTP status, or none when no answer came.
    pub status: Option<u16>,
    /// The envelope's data as JSON; none after a failure or where there is none.
    pub data: Option<Box<RawValue>>,
    /// On failure, what went wrong, as a plain sentence.
    pub reason: Option<String>,
    /// The envelope's meta as JSON.
    pub meta: Option<Box<RawValue>>,
    /// On failure, its particulars.
    pub error: Option<Box<Failure>>,
    #[serde(skip)]
    data_type: PhantomData<fn() -> T>,
}

impl<T> Response<T> {
    /// The whole response as a JSON object, for the language bindings.
    ///
    /// # Panics
    ///
    /// Never: every part of a response can be written as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a response is JSON")
    }

    /// A failure inside this library, for the language bindings' own boundary.
    pub fn internal(operation: &'static str, reason: impl Into<String>) -> Self {
        Self::failed(None, reason.into(), Failure::new(ErrorKind::Internal, operation, 0))
    }

    pub(crate) fn failed(status: Option<u16>, reason: String, failure: Failure) -> Self {
        Self {
            success: false,
            status,
            data: None,
            reason: Some(reason),
            meta: None,
            error: Some(Box::new(failure)),
            data_type: PhantomData,
        }
    }

    pub(crate) fn succeeded(status: u16, data: Option<Box<RawValue>>, meta: Option<Box<RawValue>>) -> Self {
        Self {
            success: true,
            status: Some(status),
            data: data.filter(|data| data.get() != "null"),
            reason: None,
            meta,
            error: None,
            data_type: PhantomData,
        }
    }

    pub(crate) fn retype<U>(self) -> Response<U> {
        let Self { success, status, data, reason, meta, error, .. } = self;
        Response { success, status, data, reason, meta, error, data_type: PhantomData }
    }

    /// The data, or the failure as an error.
    ///
    /// # Errors
    ///
    /// When the call failed.
    pub fn into_result(self) -> Result<Option<Box<RawValue>>, Error> {
        match self.error {
            None => Ok(self.data),
            Some(failure) => {
                Err(Error { reason: self.reason.unwrap_or_default(), status: self.status, failure })
            }
        }
    }
}

impl<T: DeserializeOwned> Response<T> {
    /// The data in its documented type; none after a failure or where there is none. Unknown
    /// fields are kept.
    ///
    /// # Errors
    ///
    /// When the data does not have the documented shape. [`data`](Self::data) has it as it came.
    pub fn typed(&self) -> Result<Option<T>, serde_json::Error> {
        self.data.as_deref().map(|data| serde_json::from_str(data.get())).transpose()
    }
}

/// What surrounds the data of a success.
#[derive(Debug, Deserialize)]
struct Envelope {
    success: Option<Value>,
    // A `data` of null is there all the same, which a plain `Option` would not tell.
    #[serde(default, deserialize_with = "present")]
    data: Option<Box<RawValue>>,
    meta: Option<Box<RawValue>>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

impl Envelope {
    /// Reads an envelope; an object with neither `success` nor `data` is none.
    fn parse(text: &str) -> Option<Self> {
        let envelope: Self = serde_json::from_str(text).ok()?;
        (text.trim_start().starts_with('{') && (envelope.success.is_some() || envelope.data.is_some()))
            .then_some(envelope)
    }
}

/// What the caller is told, from the last attempt and the number of them.
pub(crate) fn decode(
    operation: &'static Operation,
    attempt: Attempt,
    attempts: u32,
    outcome_unknown: bool,
) -> Response {
    let mut failure = Failure::new(ErrorKind::Api, operation.name, attempts);
    failure.outcome_unknown = outcome_unknown;
    match attempt {
        Attempt::Lost(Loss { kind, reason, request_id, .. }) => {
            failure.kind = kind;
            failure.request_id = request_id;
            Response::failed(None, reason, failure)
        }
        Attempt::Answered(reply) => {
            failure.request_id.clone_from(&reply.request_id);
            failure.retry_after = reply.retry_after;
            match &operation.wire {
                Wire::V2 => answered(operation, &reply, failure),
                Wire::V1(v1) => v1::answered(operation, v1, &reply, failure),
            }
        }
    }
}

/// The failure of a call that got no slot of its rate limit in time.
pub(crate) fn limited(
    operation: &'static Operation,
    retry_after: Option<Duration>,
    attempts: u32,
    outcome_unknown: bool,
) -> Response {
    let mut failure = Failure::new(ErrorKind::RateLimited, operation.name, attempts);
    failure.retry_after = retry_after;
    failure.outcome_unknown = outcome_unknown;
    let reason = match retry_after {
        Some(wait) => format!(
            "The rate limit of {} leaves no slot in time; the next one is free in {:.1} s.",
            operation.name,
            wait.as_secs_f64()
        ),
        None => format!("The rate limit of {} left no slot in time.", operation.name),
    };
    Response::failed(None, reason, failure)
}

fn answered(operation: &'static Operation, reply: &Reply, failure: Failure) -> Response {
    match reply.status {
        204 | 205 => Response::succeeded(reply.status, None, None),
        200..300 => succeeded(operation, reply, failure),
        300..400 => invalid(
            reply,
            failure,
            format!("The server redirects ({}), which is not followed: check the API url.", reply.status),
        ),
        _ => refused(reply, failure),
    }
}

fn succeeded(operation: &Operation, reply: &Reply, mut failure: Failure) -> Response {
    let envelope = std::str::from_utf8(&reply.body).ok().and_then(Envelope::parse);
    match envelope {
        Some(envelope) if envelope.success == Some(Value::Bool(false)) => refused(reply, failure),
        Some(envelope) => Response::succeeded(reply.status, envelope.data, envelope.meta),
        None => {
            failure.outcome_unknown |= !operation.reads();
            let reason = format!(
                "The answer (status {}) is not this API's JSON: {}",
                reply.status,
                readable(reply).unwrap_or_else(|| "it is empty".to_owned())
            );
            invalid(reply, failure, reason)
        }
    }
}

pub(crate) fn invalid(reply: &Reply, mut failure: Failure, reason: String) -> Response {
    failure.kind = ErrorKind::InvalidResponse;
    Response::failed(Some(reply.status), reason, failure)
}

/// A refusal: a problem document, another JSON object that says why, or a text.
pub(crate) fn refused(reply: &Reply, mut failure: Failure) -> Response {
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
pub(crate) fn readable(reply: &Reply) -> Option<String> {
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

pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST_REASON) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
