//! Everything the gateway answers: its own pages, each a line here, and the service's paths.

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::state::State;
use crate::{door, events, exchange, forward, health, metrics, openapi, problem};

pub(crate) fn routes(state: Arc<State>) -> Router {
    Router::new()
        .route("/_gateway/health", get(health::health))
        .route("/_gateway/ready", get(health::ready))
        .route("/_gateway/metrics", get(metrics::metrics))
        .route("/_gateway/openapi.json", get(openapi::openapi))
        .route("/_gateway/call/{method}", post(door::call))
        .route(events::PATH, post(events::receive))
        .route("/_gateway/events", get(events::listen))
        .method_not_allowed_fallback(problem::other_verb)
        .fallback(forward::answer)
        .layer(middleware::from_fn_with_state(Arc::clone(&state), exchange::exchange))
        .with_state(state)
}
