//! What Prometheus is told: how many requests, what became of them, how long they waited, and how full the limits are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use sonoran::{Client, operations};

use crate::bans::Reason;
use crate::credential::bearer;
use crate::log::Line;
use crate::problem::Problem;
use crate::state::State;
use crate::tokens::Page;

const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Bounds in seconds: from what an answer takes to what a whole window does.
const BOUNDS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0, 60.0];

pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    attempts: Family<Operation, Counter>,
    duration: Family<Operation, Histogram>,
    waited: Family<Operation, Histogram>,
    under_way: Gauge,
    limit: Family<Operation, Gauge>,
    free: Family<Operation, Gauge>,
    waiting: Family<Operation, Gauge>,
    paused: Family<Paused, Gauge>,
    pauses: Family<Paused, Counter>,
    events: Counter,
    undelivered: Counter,
    listeners: Gauge,
    listeners_up: Family<Listener, Gauge>,
    shared: Gauge,
}

/// Why nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Paused {
    reason: &'static str,
}

/// An address that events are posted to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Listener {
    listener: u64,
}

/// One who listens to events, as long as it is there.
pub(crate) struct Listening(Gauge);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// What is counted apart. None is a caller's choice, so that nobody can make them many.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Request {
    pub(crate) operation: &'static str,
    /// The service's where it answered, else the gateway's.
    pub(crate) status: Option<u16>,
    /// `answered` by the service, `failed` on the way to it, `refused` or `served` by the gateway, `left` by the caller.
    pub(crate) outcome: &'static str,
    /// Whether it was `shared` with another, or answered from what was `kept`, or is `stale`.
    pub(crate) saved: Option<&'static str>,
    /// The token's name.
    pub(crate) caller: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

impl Metrics {
    /// Whether limits are shared is told where they should be.
    pub(crate) fn new(shares_limits: bool) -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BOUNDS);
        let mut metrics = Self {
            registry: Registry::with_prefix("sonoran_gateway"),
            requests: Family::default(),
            attempts: Family::default(),
            duration: Family::new_with_constructor(histogram),
            waited: Family::new_with_constructor(histogram),
            under_way: Gauge::default(),
            limit: Family::default(),
            free: Family::default(),
            waiting: Family::default(),
            paused: Family::default(),
            pauses: Family::default(),
            events: Counter::default(),
            undelivered: Counter::default(),
            listeners: Gauge::default(),
            listeners_up: Family::default(),
            shared: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("requests", "Requests by what became of them", metrics.requests.clone());
        registry.register("attempts", "Requests that were sent to the service", metrics.attempts.clone());
        let seconds = Unit::Seconds;
        registry.register_with_unit(
            "duration",
            "From a request to its answer",
            seconds.clone(),
            metrics.duration.clone(),
        );
        registry.register_with_unit("waited", "In line for the rate limit", seconds, metrics.waited.clone());
        registry.register("under_way", "Requests at this moment", metrics.under_way.clone());
        registry.register("slots_limit", "Requests in any window", metrics.limit.clone());
        registry.register("slots_free", "Requests that could be sent now", metrics.free.clone());
        registry.register("waiting", "Requests in line now", metrics.waiting.clone());
        registry.register("paused", "Whether nothing is sent, lest it lead to a ban", metrics.paused.clone());
        registry.register("pauses", "How often that began", metrics.pauses.clone());
        registry.register("events", "Push events that were received", metrics.events.clone());
        registry.register(
            "events_undelivered",
            "Push events that a listener's address did not take",
            metrics.undelivered.clone(),
        );
        registry.register("listeners", "Streams of push events at this moment", metrics.listeners.clone());
        registry.register(
            "event_listener_up",
            "Whether a listener's address took what was last posted",
            metrics.listeners_up.clone(),
        );
        if shares_limits {
            registry.register(
                "limits_shared",
                "Whether the rate limits are shared with others",
                metrics.shared.clone(),
            );
        }
        metrics
    }

    pub(crate) fn received(&self) {
        self.events.inc();
    }

    pub(crate) fn undelivered(&self, events: u64) {
        self.undelivered.inc_by(events);
    }

    pub(crate) fn listener_is_up(&self, number: usize, is_up: bool) {
        // As the log calls it: an address may have a secret in it.
        let listener = Listener { listener: u64::try_from(number).unwrap_or_default() };
        self.listeners_up.get_or_create(&listener).set(is_up.into());
    }

    pub(crate) fn listening(&self) -> Listening {
        self.listeners.inc();
        Listening(self.listeners.clone())
    }

    pub(crate) fn begun(&self) {
        self.under_way.inc();
    }

    pub(crate) fn ended(&self, request: &Request, attempts: u32, waited: Duration, duration: Duration) {
        self.under_way.dec();
        let operation = Operation { operation: request.operation };
        self.requests.get_or_create(request).inc();
        self.duration.get_or_create(&operation).observe(duration.as_secs_f64());
        if attempts > 0 || !waited.is_zero() {
            self.attempts.get_or_create(&operation).inc_by(attempts.into());
            self.waited.get_or_create(&operation).observe(waited.as_secs_f64());
        }
    }

    /// Whether something is sent.
    fn look_at_pauses(&self, state: &State) {
        let paused = state.paused();
        for reason in Reason::ALL {
            let label = Paused { reason: reason.word() };
            let is_on = match reason {
                Reason::Strangers => state.bans.of_strange_keys().is_some(),
                Reason::Key | Reason::Machine => paused.is_some_and(|(on, _)| on == reason),
            };
            self.paused.get_or_create(&label).set(i64::from(is_on));
            let counter = self.pauses.get_or_create(&label);
            counter.inc_by(state.bans.begun(reason).saturating_sub(counter.get()));
        }
    }

    /// How full the limits are of the key that the gateway holds.
    async fn look_at(&self, state: &State, client: &Client) {
        let limits: BTreeMap<_, _> =
            operations().iter().map(|operation| (operation.limit(), operation.name)).collect();
        for (limit, name) in limits {
            let Some(state) = state.limit(client, name).await else { continue };
            let operation = Operation { operation: limit };
            for (family, number) in
                [(&self.limit, state.limit), (&self.free, state.free), (&self.waiting, state.waiting)]
            {
                family.get_or_create(&operation).set(number.into());
            }
        }
    }
}

pub(crate) async fn metrics(
    Shared(state): Shared<Arc<State>>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    state.access.allow_page(Page::Metrics, bearer(&headers), &line)?;
    state.metrics.look_at_pauses(&state);
    state.metrics.shared.set(i64::from(!state.sharing.has_trouble()));
    if let Some(sender) = state.keys.held() {
        state.metrics.look_at(&state, &sender.client).await;
    }
    let mut text = String::new();
    encode(&mut text, &state.metrics.registry).map_err(|error| Problem::new(500, error.to_string()))?;
    Ok(([(CONTENT_TYPE, FORMAT)], text).into_response())
}
