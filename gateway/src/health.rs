//! Whether the gateway lives, and whether it wants requests. Neither asks the service, which would cost a slot.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::json;

use crate::state::State;

/// It lives, or would not answer.
pub(crate) async fn health() -> impl IntoResponse {
    document(StatusCode::OK, &json!({ "healthy": true, "version": env!("CARGO_PKG_VERSION") }))
}

/// It takes requests, until it was told to stop.
pub(crate) async fn ready(Shared(state): Shared<Arc<State>>) -> impl IntoResponse {
    let ready = !state.is_stopping();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    document(status, &json!({ "ready": ready, "version": env!("CARGO_PKG_VERSION") }))
}

fn document(status: StatusCode, document: &serde_json::Value) -> impl IntoResponse + use<> {
    (status, [(CONTENT_TYPE, "application/json")], document.to_string())
}
