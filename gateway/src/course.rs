//! The course of a request to the service, in whichever form it came: how long it may take, who sends it, what it says,
//! whose key goes with it, and whether it is sent, shared or answered from what is kept. `forward` and `door` are its two
//! ends.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use sonoran::{ArgumentError, Client, ErrorKind, Operation, Priority};

use crate::body::{self, Bounds};
use crate::credential::Sender;
use crate::headers::{tell_limit, tell_source};
use crate::leaving::{Gone, write};
use crate::log::Line;
use crate::priority::priority;
use crate::problem::Problem;
use crate::reads::{Key, Outcome, Read, Reads, Source};
use crate::state::State;
use crate::timeout::timeout;

/// What came, and what is asked for.
pub(crate) struct Asked {
    pub(crate) operation: &'static Operation,
    pub(crate) parts: Parts,
    pub(crate) body: Body,
    pub(crate) line: Line,
}

/// What holds for a request, whatever it says.
pub(crate) struct Terms {
    pub(crate) deadline: Option<Duration>,
    pub(crate) priority: Priority,
}

/// Where the token of a sender stands.
pub(crate) enum Token<'a> {
    /// In the head, if it is anywhere.
    Head(Option<&'a str>),
    /// In the body, which must be read for it.
    Body,
}

/// A form in which requests come.
pub(crate) trait Form {
    type Sent: Sendable;

    fn token<'a>(&self, parts: &'a Parts) -> Token<'a>;

    /// The token of its sender, where it stands there.
    fn token_in_body(&self, body: &[u8]) -> Option<String>;

    /// Whose key goes with it.
    fn sender(&self, state: &State, parts: &Parts, body: &[u8]) -> Result<Sender, Problem>;

    /// What is to be sent.
    fn read(
        self,
        state: &State,
        parts: &Parts,
        body: &Bytes,
        terms: &Terms,
    ) -> Result<Ready<Self::Sent>, Problem>;
}

/// A request that can be sent.
pub(crate) struct Ready<S> {
    pub(crate) sent: S,
    /// What its answer depends on.
    pub(crate) key: Key,
    /// Whether it is sent as all are, so that it may be sent together with the same of others.
    pub(crate) is_plain: bool,
    /// How long its caller waits, where that is not as long as all do.
    pub(crate) bound: Option<Duration>,
}

/// What is sent, and what comes of it.
pub(crate) trait Sendable: Send + 'static {
    type Outcome: Send + Sync + 'static;

    /// The reads of this form that are under way or kept.
    fn reads(state: &State) -> &Reads<Result<Self::Outcome, ArgumentError>>;

    fn send(
        self,
        client: Client,
        called_off: impl Future<Output = ()> + Send,
    ) -> impl Future<Output = Result<Self::Outcome, ArgumentError>> + Send;

    /// What a caller is told whose time is over before the same that others wait for has come.
    fn late(operation: &'static Operation) -> Self::Outcome;

    /// What became of it; none where nothing was sent.
    fn course(outcome: &Self::Outcome) -> Option<Course<'_>>;

    /// The answer to its caller; none where it was called off.
    fn answer(outcome: &Self::Outcome) -> Option<Response>;
}

/// How a request went to the service.
pub(crate) struct Course<'a> {
    pub(crate) status: Option<u16>,
    /// What kind of failure it is, if it is one.
    pub(crate) kind: Option<ErrorKind>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) id: Option<&'a str>,
    pub(crate) attempts: u32,
    pub(crate) waited: Duration,
}

/// What is said where a caller's time is over first.
pub(crate) fn out_of_time(operation: &'static Operation) -> sonoran::Response {
    let reason = "No answer within the call's deadline, with others who ask for the same.";
    let mut response = sonoran::Response::internal(operation.name, reason);
    if let Some(failure) = &mut response.error {
        failure.kind = ErrorKind::Timeout;
    }
    response
}

/// Whether there is no answer since there was no time for one, in line or on the way.
pub(crate) fn ran_out_of_time(response: &sonoran::Response) -> bool {
    let kind = response.error.as_ref().map(|failure| failure.kind);
    response.status.is_none() && matches!(kind, Some(ErrorKind::Timeout | ErrorKind::RateLimited))
}

impl<'a> Course<'a> {
    pub(crate) fn of(response: &'a sonoran::Response) -> Self {
        let failure = response.error.as_ref();
        Self {
            status: response.status,
            kind: failure.map(|failure| failure.kind),
            retry_after: failure.and_then(|failure| failure.retry_after),
            id: response.request_id.as_deref(),
            attempts: response.attempts,
            waited: response.waited,
        }
    }
}

pub(crate) async fn carry<F: Form>(state: &State, asked: Asked, form: F) -> Result<Response, Problem>
where
    Result<<F::Sent as Sendable>::Outcome, ArgumentError>: Outcome,
{
    let Asked { operation, parts, body, line } = asked;
    line.asks_for(operation.name);
    let deadline = timeout(&parts.headers)?;
    let settings = &state.settings;
    let bounds = Bounds { most: settings.max_body, time: settings.body_timeout, room: &state.bodies };
    // Before the body is read, where that can be.
    let (mut token, in_body) = match form.token(&parts) {
        Token::Head(token) => (token.map(str::to_owned), false),
        Token::Body => (None, true),
    };
    if !in_body {
        state.access.allow(operation, token.as_deref(), &line)?;
    }
    let held = body::read(body, &parts.headers, bounds).await?;
    if in_body {
        token = form.token_in_body(&held.bytes);
    }
    // Again where the body was waited for.
    let allowed = state.access.allow(operation, token.as_deref(), &line)?;
    let Sender { client, pause } = form.sender(state, &parts, &held.bytes)?;
    let terms = Terms { deadline, priority: priority(&parts.headers, allowed)? };
    let ready = form.read(state, &parts, &held.bytes, &terms)?;
    let ban = state.bans.with(&pause);
    let send = {
        let (client, line, ban) = (client.clone(), line.clone(), ban.clone());
        // What many share ends with the last of them; see below.
        let token = token.clone().filter(|_| !operation.reads());
        let access = Arc::clone(&state.access);
        // Boxed here: each layer that takes a future by value would hold it twice.
        move |gone: Gone| {
            async move {
                let begins = ban.clone().begins();
                let denied = async {
                    match &token {
                        Some(token) => access.denied(Some(token), |caller| caller.may(operation)).await,
                        None => std::future::pending().await,
                    }
                };
                let called_off = async {
                    tokio::select! {
                        () = gone.wait() => {}
                        () = begins => {}
                        () = denied => {}
                    }
                };
                let sent = pin!(ready.sent.send(client, called_off));
                let outcome = line.clone().of(sent).await;
                if let Some(course) = outcome.as_ref().ok().and_then(F::Sent::course) {
                    ban.note(operation, &course, &line);
                    line.forwarded(course.status, course.id, course.attempts, course.waited);
                }
                drop(held);
                outcome
            }
            .boxed()
        }
    };
    let read = if operation.reads() {
        let mut plan = settings.plan(operation, &parts.headers, terms.priority);
        plan.share &= ready.is_plain;
        plan.bound = ready.bound;
        let late = || Ok(F::Sent::late(operation));
        tokio::select! {
            read = F::Sent::reads(state).read(ready.key, plan, send(Gone::never()), late) => read,
            () = state.access.denied(token.as_deref(), |caller| caller.may(operation)) => {
                state.access.allow(operation, token.as_deref(), &line)?;
                return Err(Problem::new(503, "The tokens file has changed; try again."));
            }
        }
    } else {
        Read { outcome: Arc::new(write(state, send).await?), source: Source::Sent }
    };
    let outcome = read.outcome.as_ref().as_ref().map_err(Problem::argument)?;
    line.saved(read.source, F::Sent::course(outcome).and_then(|course| course.status));
    let Some(mut answer) = F::Sent::answer(outcome) else {
        // It was called off by a ban or for want of a token, or nobody is there to read this.
        ban.refusal()?;
        state.access.allow(operation, token.as_deref(), &line)?;
        return Err(Problem::new(503, format!("{} was called off.", operation.name)));
    };
    tell_source(answer.headers_mut(), read.source);
    if let Some(limit) = state.limit(&client, operation.name).await {
        tell_limit(answer.headers_mut(), &limit);
    }
    Ok(answer)
}
