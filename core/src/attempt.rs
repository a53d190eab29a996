//! What became of one request over the wire: an answer, or the reason why there is none.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::{ErrorKind, Wire};

/// How long a block that does not say so is taken to last.
pub(crate) const BLOCK: Duration = Duration::from_secs(60);
/// And any other 429 that does not say.
const A_MOMENT: Duration = Duration::from_secs(1);

/// What became of one request.
#[derive(Debug)]
pub(crate) enum Attempt {
    Answered(Reply),
    Lost(Loss),
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    pub(crate) content_type: String,
    pub(crate) retry_after: Option<Duration>,
    /// How many requests the service's limit leaves, and until when.
    pub(crate) left: Option<(u32, Duration)>,
    pub(crate) request_id: Option<String>,
    /// All of them, as they came.
    pub(crate) headers: HeaderMap,
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

impl Reply {
    /// Whether the service is down, or its gateway or edge network says so.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(self.status, 500 | 502..=504 | 520..=530)
    }

    /// Whether it is a web page, which neither the service nor its gateway sends.
    pub(crate) fn is_page(&self) -> bool {
        let body = self.body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.body);
        match body.trim_ascii_start().first() {
            Some(b'<') => true,
            // An object is one, whatever it is called.
            Some(b'{') => false,
            _ => {
                let content_type = self.content_type.to_ascii_lowercase();
                ["text/html", "application/xhtml"].iter().any(|page| content_type.starts_with(page))
            }
        }
    }

    /// Whether it is a 429 that does not say for how long, from where it lasts: version 1 blocks for a
    /// minute at least, as do the firewalls that answer with a page.
    pub(crate) fn blocks(&self, wire: &Wire) -> bool {
        self.status == 429 && self.retry_after.is_none() && (matches!(wire, Wire::V1(_)) || self.is_page())
    }

    /// For how long nothing more is sent after this 429.
    pub(crate) fn freeze(&self, wire: &Wire) -> Duration {
        self.retry_after.unwrap_or(if self.blocks(wire) { BLOCK } else { A_MOMENT })
    }
}

impl Attempt {
    pub(crate) fn is_success(&self) -> bool {
        matches!(self, Self::Answered(reply) if (200..300).contains(&reply.status))
    }

    pub(crate) fn is_throttled(&self) -> bool {
        matches!(self, Self::Answered(reply) if reply.status == 429)
    }

    pub(crate) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Answered(reply) => reply.request_id.as_deref(),
            Self::Lost(loss) => loss.request_id.as_deref(),
        }
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Answered(reply) => reply.retry_after,
            Self::Lost(_) => None,
        }
    }
}
