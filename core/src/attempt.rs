//! What became of one request over the wire: an answer, or the reason why there is none.

use std::time::Duration;

use bytes::Bytes;

use crate::ErrorKind;

/// What became of one request.
#[derive(Debug)]
pub(crate) enum Attempt {
    Answered(Reply),
    Lost(Loss),
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    pub(crate) content_type: String,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) request_id: Option<String>,
}

/// Why no answer came.
#[derive(Debug)]
pub(crate) struct Loss {
    pub(crate) kind: ErrorKind,
    /// Whether any byte of the request may have reached the service.
    pub(crate) written: bool,
    pub(crate) reason: String,
    pub(crate) request_id: Option<String>,
}

impl Attempt {
    pub(crate) fn is_success(&self) -> bool {
        matches!(self, Self::Answered(reply) if (200..300).contains(&reply.status))
    }

    pub(crate) fn is_throttled(&self) -> bool {
        matches!(self, Self::Answered(reply) if reply.status == 429)
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Answered(reply) => reply.retry_after,
            Self::Lost(_) => None,
        }
    }
}
