//! One request and its answer: judged, logged, and given an id by which both can be found again.

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::http::header::{CONNECTION, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::headers::REQUEST_ID;
use crate::log::Line;
use crate::state::State;

/// A longer id is not taken over.
const LONGEST_ID: usize = 128;

pub(crate) async fn exchange(
    Shared(state): Shared<Arc<State>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = request_id(request.headers());
    let line = Line::begin(&state.log, &state.metrics, request.method(), &id);
    let judged = state.access.let_in(request.headers());
    // Whoever stands before us may have gone by a length that stood beside the chunks: what follows may be a part of
    // this request to them (RFC 9112 section 6.1).
    let last = request.headers().contains_key(TRANSFER_ENCODING);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    request.extensions_mut().insert(line.clone());
    let mut response = match judged {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let id = response.headers_mut().entry(REQUEST_ID).or_insert(id).clone();
    line.answered(response.status(), &id);
    if last {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The caller's id of the request where it is one, else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let is_id = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=LONGEST_ID).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
    };
    let new = || {
        let id = format!("{:032x}", fastrand::u128(..));
        HeaderValue::from_str(&id).expect("digits are a header's value")
    };
    headers.get(REQUEST_ID).filter(is_id).cloned().unwrap_or_else(new)
}
