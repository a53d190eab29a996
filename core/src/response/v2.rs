//! Version 2: an envelope around the data, or a problem document.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::failed::{refused, unreadable};
use super::lenient::yes_or_no;
use super::outcome::Response;
use crate::attempt::Reply;
use crate::{Failure, Operation};

/// What surrounds the data of a success.
#[derive(Debug, Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    success: Option<&'a RawValue>,
    // A `data` of null is there all the same, which a plain `Option` would not tell.
    #[serde(default, deserialize_with = "present")]
    data: Option<Box<RawValue>>,
    meta: Option<Box<RawValue>>,
    /// What a gateway says in the place of `success`.
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

impl<'a> Envelope<'a> {
    /// Reads an envelope; an object with neither `success` nor `data` is none.
    fn parse(text: &'a str) -> Option<Self> {
        let envelope: Self = serde_json::from_str(text).ok()?;
        (text.trim_start().starts_with('{') && (envelope.success.is_some() || envelope.data.is_some()))
            .then_some(envelope)
    }

    /// Whether it is that of a success; none where it says neither yes nor no.
    fn says(&self) -> Option<bool> {
        self.success.map_or(Some(self.error.is_none()), yes_or_no)
    }
}

/// What the caller is told of an answer.
pub(super) fn answered(operation: &'static Operation, reply: &Reply, failure: Failure) -> Response {
    match reply.status {
        204 | 205 => Response::succeeded(reply.status, None, None),
        200..300 => succeeded(operation, reply, failure),
        _ => refused(operation, reply, failure),
    }
}

fn succeeded(operation: &Operation, reply: &Reply, failure: Failure) -> Response {
    let envelope = std::str::from_utf8(&reply.body).ok().and_then(Envelope::parse);
    let says = envelope.as_ref().and_then(Envelope::says);
    match (says, envelope) {
        (Some(true), Some(envelope)) => Response::succeeded(reply.status, envelope.data, envelope.meta),
        (Some(false), _) => refused(operation, reply, failure),
        _ => unreadable(operation, reply, failure, "this API's JSON"),
    }
}
