//! What the gateway itself refuses, as a problem document (RFC 9457).

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sonoran::ArgumentError;

#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    /// Whether a write may have been carried out all the same.
    outcome_unknown: bool,
    /// What of a call is wrong, by its name.
    argument: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    /// So that nobody takes it for the service's.
    source: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    outcome_unknown: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument: Option<&'a str>,
}

impl Problem {
    /// A refusal with a status that HTTP knows.
    pub(crate) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            detail: detail.into(),
            outcome_unknown: false,
            argument: None,
            headers: Vec::new(),
        }
    }

    pub(crate) fn outcome_unknown(mut self, unknown: bool) -> Self {
        self.outcome_unknown = unknown;
        self
    }

    /// An argument of a call that is wrong; nothing was sent.
    pub(crate) fn argument(error: &ArgumentError) -> Self {
        Self::misuse(&error.argument, sentence(error))
    }

    /// The same in words of the gateway's.
    pub(crate) fn misuse(argument: &str, detail: String) -> Self {
        Self { argument: Some(argument.to_owned()), ..Self::new(400, detail) }
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// When to come back, in whole seconds, as none asks too early.
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        self.with_header(RETRY_AFTER, &whole_seconds(wait).max(1).to_string())
    }
}

/// One of the gateway's own pages, asked for with a verb that it does not have; which it has stands in `Allow`.
pub(crate) async fn other_verb() -> Problem {
    Problem::new(405, "This page of the gateway's takes another verb, see the header Allow.")
}

/// What the core says of a call, as a sentence.
pub(crate) fn sentence(error: &ArgumentError) -> String {
    let words = error.to_string();
    if words.ends_with('?') { words } else { words + "." }
}

/// Seconds, rounded up.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            r#type: format!("https://httpstatuses.com/{}", self.status.as_u16()),
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            detail: &self.detail,
            source: "sonoran-gateway",
            outcome_unknown: self.outcome_unknown,
            argument: self.argument.as_deref(),
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let problem = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, problem);
        response.headers_mut().extend(self.headers);
        response
    }
}
