//! Push events as a stream of server-sent events, which begins where the listener left off.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde_json::json;

use crate::credential::bearer;
use crate::headers::LAST_EVENT_ID;
use crate::log::Line;
use crate::problem::Problem;
use crate::state::State;
use crate::tokens::Page;

/// How often something is said, so that nobody in between takes the stream for dead.
const ALIVE: Duration = Duration::from_secs(15);
/// The type of what stands for events that were missed. The service's are in capitals.
const MISSED: &str = "gateway.missed";

pub(crate) async fn listen(
    Shared(state): Shared<Arc<State>>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    state.access.allow_page(Page::Events, bearer(&headers), &line)?;
    if state.event_keys.is_none() {
        return Err(Problem::new(404, "With pass-through no events are received."));
    }
    let last = match headers.get(&LAST_EVENT_ID).map(|id| id.to_str().map(str::trim)) {
        None | Some(Ok("")) => state.hub.newest(),
        Some(id) => id.ok().and_then(|id| id.parse().ok()).ok_or_else(|| {
            Problem::new(400, "The header Last-Event-ID must be the id of an event of this stream.")
        })?,
    };
    let listening = state.metrics.listening();
    let token: Option<Arc<str>> = bearer(&headers).map(Arc::from);
    let events = unfold((state, last, listening, token), |(state, mut last, listening, token)| async move {
        // First whether it may still be told, last whether there is nothing more to tell.
        let told = tokio::select! {
            biased;
            () = state.access.denied(token.as_deref(), |caller| caller.may_see(Page::Events)) => return None,
            told = state.hub.next(last) => told,
            () = state.stopped() => return None,
        };
        let missed = state.hub.missed(last, &told);
        if missed > 0 {
            state.log.note(&format!(
                "a stream of events goes on without {missed} of them, which are kept no more"
            ));
            last = told.id - 1;
            return Some((Ok(gap(missed)), (state, last, listening, token)));
        }
        // A type with a line break in it would end the stream, and is not received.
        let event = Event::default().id(told.id.to_string()).event(&told.event_type).data(&told.json);
        Some((Ok(event), (state, told.id, listening, token)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)))
}

/// Says that so many events will not come, in the form of an event, without an id of its own.
fn gap(missed: u64) -> Event {
    let data = json!({ "type": MISSED, "known": false, "data": { "count": missed } });
    Event::default().event(MISSED).data(data.to_string())
}
