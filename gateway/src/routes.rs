//! Everything the gateway answers: its own pages, each a line here, and the service's paths.

use std::sync::Arc;

use axum::routing::get;
use axum::{Router, middleware};

use crate::state::State;
use crate::{exchange, forward, health};

pub(crate) fn routes(state: Arc<State>) -> Router {
    Router::new()
        .route("/_gateway/health", get(health::health))
        .route("/_gateway/ready", get(health::ready))
        .fallback(forward::answer)
        .layer(middleware::from_fn_with_state(Arc::clone(&state), exchange::exchange))
        .with_state(state)
}
