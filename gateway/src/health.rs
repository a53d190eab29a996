//! Whether the gateway lives, and whether it sends requests. Neither asks the service, which would cost a slot.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::problem::whole_seconds;
use crate::state::State;

/// It lives, or would not answer.
pub(crate) async fn health(Shared(state): Shared<Arc<State>>) -> Response {
    let health = json!({ "healthy": true, "version": env!("CARGO_PKG_VERSION"), "paused": paused(&state) });
    document(StatusCode::OK, &health)
}

/// It sends what comes, unless that would lead to a ban.
pub(crate) async fn ready(Shared(state): Shared<Arc<State>>) -> Response {
    let paused = paused(&state);
    let ready = paused.is_null();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let version = env!("CARGO_PKG_VERSION");
    document(status, &json!({ "ready": ready, "version": version, "paused": paused }))
}

/// Why nothing is sent, and for how many seconds yet; null where it is sent.
fn paused(state: &State) -> Value {
    match state.paused() {
        Some((reason, left)) => json!({ "reason": reason.word(), "seconds": whole_seconds(left) }),
        None => Value::Null,
    }
}

fn document(status: StatusCode, document: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}
