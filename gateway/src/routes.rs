//! Everything the gateway answers: its own pages, each a line here, and the service's paths.

use std::sync::Arc;

use axum::http::uri::PathAndQuery;
use axum::http::{Request, Uri};
use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::route::tidy;
use crate::state::State;
use crate::{door, events, exchange, forward, health, metrics, openapi, problem};

const HEALTH: &str = "/_gateway/health";
const READY: &str = "/_gateway/ready";
const METRICS: &str = "/_gateway/metrics";
const OPENAPI: &str = "/_gateway/openapi.json";
const EVENTS: &str = "/_gateway/events";
const CALL: &str = "/_gateway/call/{method}";

pub(crate) fn routes(state: Arc<State>) -> Router {
    Router::new()
        .route(HEALTH, get(health::health))
        .route(READY, get(health::ready))
        .route(METRICS, get(metrics::metrics))
        .route(OPENAPI, get(openapi::openapi))
        .route(CALL, post(door::call))
        .route(events::PATH, post(events::receive))
        .route(EVENTS, get(events::listen))
        .method_not_allowed_fallback(problem::other_verb)
        .fallback(forward::answer)
        .layer(middleware::from_fn_with_state(Arc::clone(&state), exchange::exchange))
        .with_state(state)
}

/// The page that a path means, for the log: nothing of the path that is its caller's.
pub(crate) fn page(path: &str) -> Option<&'static str> {
    let door = path.starts_with(CALL.trim_end_matches("{method}")).then_some(CALL);
    let pages = [HEALTH, READY, METRICS, OPENAPI, EVENTS, events::PATH];
    door.or_else(|| pages.into_iter().find(|page| *page == path))
}

/// Slashes that say nothing are left out of the pages' paths, as they are of the service's, and events are received where
/// the service sends them too. Before a route is looked for, since a page is found by its path.
pub(crate) fn own_path<B>(mut request: Request<B>) -> Request<B> {
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
