//! Everything the gateway answers: its own pages, each a line here, and the service's paths.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::route::tidy;
use crate::state::State;
use crate::{door, events, exchange, forward, health, metrics, openapi, problem};

pub(crate) fn routes(state: Arc<State>) -> Router {
    let pages = Router::new()
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
        .with_state(state);
    // Around it all, since a page is found by its path.
    Router::new().fallback_service(pages).layer(middleware::map_request(own_path))
}

/// Slashes that say nothing are left out of the pages' paths, as they are of the service's, and events are received where
/// the service sends them too.
async fn own_path(mut request: Request) -> Request {
    let path = request.uri().path();
    let tidied = tidy(path);
    let own = match &*tidied {
        events::ADDRESS => events::PATH,
        page if page.starts_with("/_gateway/") && page != path => page,
        _ => return request,
    };
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    if let Ok(path) = format!("{own}{query}").parse::<PathAndQuery>() {
        *request.uri_mut() = Uri::from(path);
    }
    request
}
