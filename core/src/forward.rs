//! Requests that another program has written, sent on by [`Client::forward`](crate::Client::forward), and their
//! answers as they came.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use memchr::memmem;

use crate::attempt::Reply;
use crate::error::hide;
use crate::response::{Course, kind_of};
use crate::{ArgumentError, CallOptions, ErrorKind, Operation, Response};

/// A shorter key could be a part of any word of an answer.
const LEAST_KEY: usize = 8;

/// A request that another program has written and a gateway passes on, see
/// [`Client::forward`](crate::Client::forward).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Forward {
    /// What is asked for, which decides verb, path and rate limit.
    pub operation: &'static Operation,
    /// What stands in the places of the operation's path, in their order and decoded.
    pub path_values: Vec<String>,
    /// The query as it is sent, encoded, without its question mark.
    pub query: Option<String>,
    /// The body; empty for none. In version 1 its `id` and `key` become the client's.
    pub body: Bytes,
    /// Headers to send beside the client's own, of which they replace `Accept`, `Content-Type` and `User-Agent`.
    pub headers: HeaderMap,
    /// What holds for this request alone.
    pub options: CallOptions,
}

impl Forward {
    /// A request without values, query, body and headers.
    ///
    /// ```
    /// let mut forward = sonoran::Forward::new("getAccountV2")?;
    /// forward.path_values = vec!["00000000-0000-0000-0000-000000000000".to_owned()];
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no such operation.
    pub fn new(operation: &str) -> Result<Self, ArgumentError> {
        Ok(Self {
            operation: Operation::named(operation)?,
            path_values: Vec::new(),
            query: None,
            body: Bytes::new(),
            headers: HeaderMap::new(),
            options: CallOptions::default(),
        })
    }
}

/// What became of a [`Forward`].
#[derive(Debug)]
pub enum Forwarded {
    /// The service answered, whatever it says.
    Answered(Answer),
    /// It did not: the rate limit left no slot in time, or the network failed. Never a success.
    Failed(Box<Response>),
    /// It was called off before it was sent.
    CalledOff,
}

/// An answer as the service sent it, decompressed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// What kind of failure it is, if it is one.
    pub kind: Option<ErrorKind>,
    /// All headers, those of the connection too. Of compression nothing is told: it has been undone.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The service's or its gateway's id of the request.
    pub request_id: Option<String>,
    /// How many requests were sent.
    pub attempts: u32,
    /// How long the request waited for slots of its rate limit.
    pub waited: Duration,
}

impl Answer {
    /// The answer; a key that the service repeats in it is taken out, since whoever asked may not know it.
    pub(crate) fn of(operation: &Operation, reply: Reply, course: Course, key: &str) -> Self {
        let kind = (reply.status >= 400).then(|| kind_of(operation, &reply));
        let Reply { status, mut headers, mut body, mut request_id, .. } = reply;
        if key.len() >= LEAST_KEY {
            headers.values_mut().for_each(|value| clear_header(key, value));
            clear(key, &mut body);
            if let Some(id) = &mut request_id {
                hide(key, id);
            }
        }
        Self { status, kind, headers, body, request_id, attempts: course.attempts, waited: course.waited }
    }
}

fn clear_header(key: &str, value: &mut HeaderValue) {
    if let Some(mut text) = value.to_str().ok().filter(|text| text.contains(key)).map(str::to_owned) {
        hide(key, &mut text);
        *value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    }
}

fn clear(key: &str, body: &mut Bytes) {
    // Signs that JSON writes in more than one way leave the longest part between them.
    let part = key.split(['/', '+']).max_by_key(|part| part.len()).unwrap_or(key);
    if memmem::find(body, part.as_bytes()).is_some() {
        let mut text = String::from_utf8_lossy(body).into_owned();
        hide(key, &mut text);
        *body = text.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_an_answer_repeats_is_taken_out() {
        let answer = |key: &str, body: &str| {
            let headers = HeaderMap::from_iter([("x-key".parse().unwrap(), key.parse().unwrap())]);
            let reply = Reply {
                status: 401,
                body: body.to_owned().into(),
                content_type: String::new(),
                retry_after: None,
                left: None,
                request_id: Some(key.to_owned()),
                headers,
            };
            let course = Course { attempts: 1, waited: Duration::ZERO, outcome_unknown: false };
            let answer = Answer::of(Operation::find("getCommunityV2").unwrap(), reply, course, key);
            (answer.body, answer.headers["x-key"].clone(), answer.request_id.unwrap())
        };
        let (body, header, id) = answer("long/enough", r#"{"a":"long/enough","b":"long\/enough"}"#);
        assert_eq!(body, r#"{"a":"[hidden]","b":"[hidden]"}"#);
        assert_eq!((header.to_str().unwrap(), id.as_str()), ("[hidden]", "[hidden]"));
        assert_eq!(answer("a", r#"{"a":"a"}"#).0, r#"{"a":"a"}"#);
    }
}
