//! Playing a fault on an answer.

use std::time::Duration;

use bytes::Bytes;
use hyper::Response;
use hyper::header::HeaderName;

use super::rule::written;
use super::{Action, hex};
use crate::reply::{Content, Reply};
use crate::time::Timestamp;
use crate::wire::{Hangup, Payload};

/// What leaves instead of the usual answer.
#[derive(Debug)]
pub(crate) enum Played {
    Response(Response<Payload>),
    Hangup(Hangup),
}

impl Action {
    /// Whether the operation is carried out.
    pub(crate) fn applies(&self) -> bool {
        match self {
            Self::None | Self::Truncate { .. } | Self::Drip { .. } | Self::Malformed => true,
            Self::Respond { applied, .. }
            | Self::Close { applied }
            | Self::Reset { applied }
            | Self::Raw { applied, .. } => *applied,
            Self::Html { .. } => false,
        }
    }

    /// Whether the usual answer's place is taken by another, with the headers that it is given and no others.
    pub(crate) fn replaces(&self) -> bool {
        matches!(self, Self::Respond { .. } | Self::Html { .. })
    }

    /// Whether the caller gets less than a proper answer.
    pub(crate) fn spoils(&self) -> bool {
        !matches!(self, Self::None | Self::Drip { .. })
    }
}

/// Turns the usual answer (an empty one when the operation was not carried out) into what the action makes of it.
pub(crate) fn play(action: &Action, usual: Reply, now: Timestamp) -> Played {
    match action {
        Action::None => Played::Response(usual.into_response(now)),
        Action::Respond { status, headers, body, hex: digits, repeat, .. } => {
            let body = digits.as_deref().and_then(hex).unwrap_or_else(|| written(body));
            let mut reply = Reply::new(*status, content(*status, &body), body.repeat(*repeat));
            reply.headers = usual.headers;
            for (name, value) in headers {
                if let Ok(name) = HeaderName::try_from(name) {
                    reply.header(name, value);
                }
            }
            Played::Response(reply.into_response(now))
        }
        Action::Close { .. } => Played::Hangup(Hangup::Close),
        Action::Reset { .. } => Played::Hangup(Hangup::Reset),
        Action::Raw { text, hex: digits, .. } => {
            let bytes = digits.as_deref().and_then(hex).unwrap_or_else(|| Bytes::from(text.clone()));
            Played::Hangup(Hangup::Raw(bytes))
        }
        Action::Truncate { bytes } => {
            let kept = (*bytes).min(usual.body.len().saturating_sub(1));
            Played::Response(usual.into_response_with(now, |body| Payload::cut(body, kept)))
        }
        Action::Drip { bytes, milliseconds } => {
            let pause = Duration::from_millis(*milliseconds);
            Played::Response(usual.into_response_with(now, |body| Payload::dripping(body, *bytes, pause)))
        }
        Action::Malformed => {
            let half = usual.body.len() / 2;
            let body = [&usual.body[..half], b"<oops>"].concat();
            Played::Response(Reply { body: Bytes::from(body), ..usual }.into_response(now))
        }
        Action::Html { status } => {
            let page =
                format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n");
            let mut reply = Reply::new(*status, Content::Html, page);
            reply.headers = usual.headers;
            Played::Response(reply.into_response(now))
        }
    }
}

/// What a body is taken for when no header says it.
fn content(status: u16, body: &[u8]) -> Content {
    match status {
        _ if body.is_empty() => Content::Unnamed,
        400.. => Content::Problem,
        _ => Content::Json,
    }
}
