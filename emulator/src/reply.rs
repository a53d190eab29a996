//! An answer before it is written to the wire.

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use crate::problem::{Problem, trace_id};
use crate::time::Timestamp;
use crate::wire::Payload;

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Json,
    Problem,
    Html,
    Text,
    /// No body, or a type that the headers name.
    Unnamed,
}

/// Status, headers and body of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content: Content,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn new(status: u16, content: Content, body: impl Into<Bytes>) -> Self {
        Self { status, content, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn json(status: u16, value: &impl serde::Serialize) -> Self {
        Self::new(status, Content::Json, serde_json::to_vec(value).unwrap_or_default())
    }

    pub(crate) fn text(status: u16, text: impl Into<Bytes>) -> Self {
        Self::new(status, Content::Text, text)
    }

    pub(crate) fn empty() -> Self {
        Self::new(204, Content::Unnamed, Bytes::new())
    }

    /// A refusal of the admin side.
    pub(crate) fn problem(problem: &Problem, instance: &str) -> Self {
        Self::document(problem, problem.document(instance, None))
    }

    /// A refusal of the service's, of the request with this number.
    pub(crate) fn traced_problem(problem: &Problem, instance: &str, number: u64) -> Self {
        Self::document(problem, problem.document(instance, Some(&trace_id(number))))
    }

    fn document(problem: &Problem, document: Vec<u8>) -> Self {
        let mut reply = Self::new(problem.status, Content::Problem, document);
        if let Some((name, value)) = &problem.header {
            reply.header(HeaderName::from_static(name), value);
        }
        reply
    }

    /// A success in the API's envelope: `{success, data, meta}`. `data` is JSON already.
    pub(crate) fn envelope(status: u16, data: &[u8], path: &str, now: Timestamp) -> Self {
        let mut body = Vec::with_capacity(data.len() + path.len() + 100);
        body.extend_from_slice(br#"{"success":true,"data":"#);
        body.extend_from_slice(data);
        body.extend_from_slice(br#","meta":{"timestamp":""#);
        body.extend_from_slice(now.to_string().as_bytes());
        body.extend_from_slice(br#"","path":"#);
        // Writing text to memory cannot fail.
        let _ = serde_json::to_writer(&mut body, path);
        body.extend_from_slice(b"}}");
        Self::new(status, Content::Json, body)
    }

    /// Adds a header; a value that HTTP forbids is left out.
    pub(crate) fn header(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
    }

    /// The response, with the emulator's date. A header of the reply wins over the usual one.
    pub(crate) fn into_response(self, now: Timestamp) -> Response<Payload> {
        self.into_response_with(now, Payload::whole)
    }

    /// The same, with a body that `pour` makes of the bytes.
    pub(crate) fn into_response_with(
        self,
        now: Timestamp,
        pour: impl FnOnce(Bytes) -> Payload,
    ) -> Response<Payload> {
        let length = self.body.len();
        let mut response = Response::new(pour(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Ok(date) = HeaderValue::from_str(&now.http_date()) {
            headers.insert(DATE, date);
        }
        let content = match self.content {
            Content::Json => Some("application/json"),
            Content::Problem => Some("application/problem+json"),
            Content::Html => Some("text/html; charset=utf-8"),
            Content::Text => Some("text/plain; charset=utf-8"),
            Content::Unnamed => None,
        };
        if let Some(content) = content {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
        }
        if length > 0 {
            headers.insert(hyper::header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}
