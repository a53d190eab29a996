//! What a request is answered with.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode, Version};
use http_body_util::Full;

use crate::{EventError, EventErrorKind};

/// Why a request is not taken for an event.
#[derive(Debug)]
pub(super) enum Refusal {
    Path,
    Method,
    /// The body broke off.
    Broken,
    /// The body was not whole in time.
    Late,
    Event(EventError),
    /// As many events wait as may.
    Full,
    Closed,
}

impl From<EventError> for Refusal {
    fn from(error: EventError) -> Self {
        Self::Event(error)
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Path => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Event(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST),
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::Full | Self::Closed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn reason(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Path => "Events are received at another path.",
            Self::Method => "Events are sent with POST.",
            Self::Late => "The body did not come in time.",
            Self::Event(error) => return Cow::Owned(error.reason),
            Self::Broken => "The body broke off.",
            Self::Full => "Too many events are waiting.",
            Self::Closed => "The receiver is closed.",
        })
    }

    fn header(&self) -> Option<(http::HeaderName, HeaderValue)> {
        match self {
            Self::Method => Some((ALLOW, HeaderValue::from_static("POST"))),
            Self::Full | Self::Closed => Some((RETRY_AFTER, HeaderValue::from_static("1"))),
            _ => None,
        }
    }

    /// Whether the rest of the body is not worth waiting for.
    fn breaks_off(&self) -> bool {
        match self {
            Self::Late | Self::Broken => true,
            Self::Event(error) => error.kind == EventErrorKind::TooLarge,
            _ => false,
        }
    }
}

pub(super) fn answer(outcome: Result<(), Refusal>, version: Version) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    let Err(refusal) = outcome else {
        *response.status_mut() = StatusCode::NO_CONTENT;
        return response;
    };
    *response.status_mut() = refusal.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.extend(refusal.header());
    // HTTP/2 has no such header: there a stream can end by itself.
    if refusal.breaks_off() && version <= Version::HTTP_11 {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    *response.body_mut() = match refusal.reason() {
        Cow::Borrowed(words) => Full::new(Bytes::from_static(words.as_bytes())),
        Cow::Owned(words) => Full::new(Bytes::from(words)),
    };
    response
}
