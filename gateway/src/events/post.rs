//! Push events on to addresses, in order, each until it is taken.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderValue, Method, Request, Uri};
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::rustls::crypto::ring;

use super::{EVENT_ID, Told};
use crate::config::ConfigError;
use crate::state::State;

/// How long a listener may take for one.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause before the first repetition; each further one doubles, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
const UNREACHABLE: &str = "it can't be reached";
/// For so long one event is tried; then the next one is.
const LONGEST: Duration = Duration::from_secs(600);

/// The listeners that events are posted to.
pub(crate) struct Posts {
    to: Vec<Uri>,
    client: Poster,
}

type Poster = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

impl Posts {
    /// None where there is no listener.
    pub(crate) fn new(to: &[Uri]) -> Result<Option<Self>, ConfigError> {
        if to.is_empty() {
            return Ok(None);
        }
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(ring::default_provider())
            .map_err(|error| ConfigError::Unfit(format!("event-listeners: no root certificates: {error}")))?;
        let connector = connector.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Some(Self { to: to.to_vec(), client }))
    }

    /// Posts all events of this gateway, to each for itself, until there are no more or the grace is over.
    pub(crate) async fn run(self, state: Arc<State>) {
        let mut listeners = tokio::task::JoinSet::new();
        for (number, to) in self.to.into_iter().enumerate() {
            let (state, client) = (Arc::clone(&state), self.client.clone());
            // An address may have a secret in it.
            listeners.spawn(async move { post(&state, &client, &to, number + 1).await });
        }
        listeners.join_all().await;
    }
}

/// Posts to one listener, which is called by its number.
async fn post(state: &State, client: &Poster, to: &Uri, number: usize) {
    let (mut no_more, mut grace_over) = (state.no_more_events.subscribe(), state.grace_over.subscribe());
    let note = |words: &str| state.log.note(&format!("event listener {number} did not take {words}"));
    let mut standing = Standing { state, number, is_up: true };
    state.metrics.listener_is_up(number, true);
    // Before the first one: some may have come already.
    let mut last = state.hub.start();
    loop {
        let told = tokio::select! {
            biased;
            told = state.hub.next(last) => told,
            _ = no_more.wait_for(|no_more| *no_more) => return,
        };
        let missed = state.hub.missed(last, &told);
        if missed > 0 {
            note(&format!("{missed} events in time: they are kept no more"));
            state.metrics.undelivered(missed);
            last = told.id - 1;
        }
        let delivered = tokio::select! {
            delivered = deliver(&mut standing, client, to, &told) => delivered,
            _ = grace_over.wait_for(|over| *over) => {
                note(&format!("{} events before the end", state.hub.left(last)));
                return;
            }
        };
        match delivered {
            Ok(()) => {}
            Err(Failure::Refused(problem)) => {
                note(&format!("event {}: {problem}", told.id));
                state.metrics.undelivered(1);
            }
            Err(Failure::IsDown) => {
                // What still comes from those under way is lost on it too.
                tokio::select! {
                    _ = no_more.wait_for(|no_more| *no_more) => {}
                    _ = grace_over.wait_for(|over| *over) => {}
                }
                note(&format!("{} events before the end: {UNREACHABLE}", state.hub.left(last)));
                return;
            }
        }
        last = told.id;
    }
}

/// Whether a listener takes events, which is told as it changes.
struct Standing<'a> {
    state: &'a State,
    number: usize,
    is_up: bool,
}

impl Standing<'_> {
    fn failed(&mut self, problem: &str) {
        if std::mem::replace(&mut self.is_up, false) {
            let number = self.number;
            let words = format!(
                "event listener {number} is down: {problem}; it is asked again and again, each event for {} s at most",
                LONGEST.as_secs()
            );
            self.state.log.note(&words);
            self.state.metrics.listener_is_up(number, false);
        }
    }

    fn answered(&mut self) {
        if !std::mem::replace(&mut self.is_up, true) {
            self.state.log.note(&format!("event listener {} is up again", self.number));
            self.state.metrics.listener_is_up(self.number, true);
        }
    }
}

/// Why an event was not delivered.
enum Failure {
    /// It is tried no more.
    Refused(String),
    /// Nobody is there, and the gateway ends: there is nothing to wait for.
    IsDown,
}

async fn deliver(standing: &mut Standing<'_>, client: &Poster, to: &Uri, told: &Told) -> Result<(), Failure> {
    let state = standing.state;
    let start = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        // Before it is tried: one that comes up during the pause is tried once more.
        let stopping = state.is_stopping();
        let problem = match timeout(PATIENCE, client.request(request(to, told))).await {
            Ok(Ok(answer)) if answer.status().is_success() => {
                standing.answered();
                return Ok(());
            }
            Ok(Ok(answer)) => {
                let status = answer.status();
                // It understood, and will say the same again.
                let is_final = status.is_client_error() && ![408, 425, 429].contains(&status.as_u16());
                if is_final {
                    standing.answered();
                    return Err(Failure::Refused(format!("it answered {status}")));
                }
                format!("it answered {status}")
            }
            Ok(Err(error)) if stopping && error.is_connect() => return Err(Failure::IsDown),
            Ok(Err(_)) => UNREACHABLE.to_owned(),
            Err(_) => "it did not answer in time".to_owned(),
        };
        standing.failed(&problem);
        if start.elapsed() + pause > LONGEST {
            return Err(Failure::Refused(problem));
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = state.stopped(), if !stopping => {}
        }
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

fn request(to: &Uri, told: &Told) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(told.body.clone()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = to.clone();
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(EVENT_ID, HeaderValue::from(told.id));
    let agent = concat!("sonoran-gateway/", env!("CARGO_PKG_VERSION"));
    headers.insert(USER_AGENT, HeaderValue::from_static(agent));
    request
}
