//! The address that the service sends push events to.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode};
use sonoran::{EVENT_BYTES, EventErrorKind, parse_event};

use super::EVENT_ID;
use crate::body::{self, Bounds};
use crate::problem::Problem;
use crate::state::State;

/// Where it is. Whoever comes here proves itself by the key in what it sends.
pub(crate) const PATH: &str = "/_gateway/receive";

/// Where the service sends them, at whatever host was entered.
pub(crate) const ADDRESS: &str = "/sonorancms/events";

pub(crate) async fn receive(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let Some(keys) = &state.event_keys else {
        return Err(Problem::new(
            404,
            "With pass-through no events are received: there is no key to know them by.",
        ));
    };
    let bounds = Bounds { most: EVENT_BYTES, time: state.settings.body_timeout, room: &state.bodies };
    let held = body::read(body, &headers, bounds).await?;
    let event = parse_event(&held.bytes, keys).map_err(|error| {
        let status = if error.kind == EventErrorKind::Malformed { 400 } else { 401 };
        Problem::new(status, error.to_string())
    })?;
    // After the key, so that only who has it can fill the log.
    if headers.contains_key(EVENT_ID) {
        let problem =
            "an event that a gateway had posted came back, and is not posted again: see event-listeners";
        state.log.note(problem);
        return Err(Problem::new(400, "The event comes from a gateway: it would go round for ever."));
    }
    // It is a line of a stream.
    if event.event_type.contains(char::is_control) {
        return Err(Problem::new(400, "The event's `type` has control characters in it."));
    }
    state.metrics.received();
    state.hub.tell(event.event_type.clone(), event.to_json(), held.bytes.clone());
    Ok(StatusCode::NO_CONTENT)
}
