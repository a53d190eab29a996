//! Whether the gateway lives, and whether it sends requests. Neither asks the service, which would cost a slot.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sonoran::ShareLimitsFallback;

use crate::problem::whole_seconds;
use crate::state::State;

/// It lives, or would not answer.
pub(crate) async fn health(Shared(state): Shared<Arc<State>>) -> Response {
    document(StatusCode::OK, json!({ "healthy": true }), &state)
}

/// It sends what comes, unless that would lead to a ban, or limits can't be shared and requests are refused meanwhile.
pub(crate) async fn ready(Shared(state): Shared<Arc<State>>) -> Response {
    let refuses = state.keys.model().share_limits_fallback() == Some(ShareLimitsFallback::Refuse);
    let ready = state.paused().is_none() && !(refuses && state.sharing.has_trouble());
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    document(status, json!({ "ready": ready }), &state)
}

/// Why nothing is sent, be it with strange keys alone, and for how many seconds yet; null where it is sent.
fn paused(state: &State) -> Value {
    match state.paused().or_else(|| state.bans.of_strange_keys()) {
        Some((reason, left)) => json!({ "reason": reason.word(), "seconds": whole_seconds(left) }),
        None => Value::Null,
    }
}

/// Whether limits are shared at the moment; null where they need not be.
fn limits_shared(state: &State) -> Option<bool> {
    state.keys.model().share_limits_fallback().map(|_| !state.sharing.has_trouble())
}

/// With what both say.
fn document(status: StatusCode, mut document: Value, state: &State) -> Response {
    document["version"] = env!("CARGO_PKG_VERSION").into();
    document["paused"] = paused(state);
    document["limitsShared"] = limits_shared(state).into();
    (status, [(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}
