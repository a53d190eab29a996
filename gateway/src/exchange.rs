//! One request and its answer: judged, logged, and given an id by which both can be found again.

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::http::header::{CONNECTION, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::events;
use crate::headers::REQUEST_ID;
use crate::log::Line;
use crate::problem::Problem;
use crate::routes::page;
use crate::state::State;

/// A longer id is not taken over.
const LONGEST_ID: usize = 128;

pub(crate) async fn exchange(
    Shared(state): Shared<Arc<State>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = request_id(request.headers());
    let line = Line::begin(&state.log, &state.metrics, request.method(), page(request.uri().path()), &id);
    // An event proves itself, and comes by whatever name this machine has out there.
    let judged = match request.uri().path() {
        events::PATH => Ok(()),
        _ => state.access.let_in(request.headers()),
    };
    // Whoever stands before us may have gone by a length that stood beside the chunks: what follows may be a part of
    // this request to them (RFC 9112 section 6.1).
    let last = request.headers().contains_key(TRANSFER_ENCODING);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    request.extensions_mut().insert(line.clone());
    let mut response = match judged {
        Ok(()) => {
            let changes_nothing = request.method().is_safe();
            let mut grace_over = state.grace_over.subscribe();
            tokio::select! {
                response = next.run(request) => response,
                _ = grace_over.wait_for(|over| *over) => cut_off(changes_nothing).into_response(),
            }
        }
        Err(problem) => problem.into_response(),
    };
    let id = response.headers_mut().entry(REQUEST_ID).or_insert(id).clone();
    line.answered(response.status(), &id);
    if last {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// What is still under way when the gateway has to end.
fn cut_off(changes_nothing: bool) -> Problem {
    let problem = Problem::new(503, "The gateway ends, and could not wait for the service any longer.");
    if changes_nothing { problem } else { problem.outcome_unknown(true) }
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
