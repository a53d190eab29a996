//! A request of the service's own: on to the service, and its answer back.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use sonoran::{ArgumentError, ErrorKind, Failure, Forward, Forwarded, Operation, Wire};

use crate::body::{self, Bounds};
use crate::credential::{bearer, key_of_body};
use crate::headers::{back, onward, tell_limit, tell_source};
use crate::leaving::{Gone, write};
use crate::log::Line;
use crate::problem::{Problem, sentence};
use crate::reads::{Key, Outcome, Read, Source};
use crate::state::State;
use crate::timeout::timeout;

pub(crate) async fn answer(
    Shared(state): Shared<Arc<State>>,
    Extension(line): Extension<Line>,
    request: Request,
) -> Response {
    forward(&state, line, request).await.unwrap_or_else(Problem::into_response)
}

async fn forward(state: &State, line: Line, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let found = state.router.find(&parts.method, parts.uri.path())?;
    let operation = found.operation;
    line.asks_for(operation.name);
    let deadline = timeout(&parts.headers)?;
    let settings = &state.settings;
    let bounds = Bounds { most: settings.max_body, time: settings.body_timeout, room: &state.bodies };
    if let Wire::V2 = operation.wire {
        state.access.allow(operation, bearer(&parts.headers), &line)?;
    }
    let held = body::read(body, bounds).await?;
    if let Wire::V1(_) = operation.wire {
        let token = bearer(&parts.headers).map(str::to_owned).or_else(|| key_of_body(&held.bytes));
        state.access.allow(operation, token.as_deref(), &line)?;
    }
    let client = state.keys.client(operation, &parts.headers, &held.bytes)?;
    let mut forward = Forward::new(operation.name).map_err(|error| Problem::new(404, error.to_string()))?;
    forward.path_values = found.path_values;
    forward.query = parts.uri.query().map(str::to_owned);
    forward.body = held.bytes.clone();
    forward.headers = onward(&parts.headers);
    forward.options.deadline = deadline;
    let key = Key::of(identity(state, &forward, &parts.headers).iter().map(Vec::as_slice));
    let send = {
        let (client, line) = (client.clone(), line.clone());
        move |gone: Gone| async move {
            let forwarded = client.forward(forward, gone.wait()).await;
            note(&line, forwarded.as_ref().ok());
            drop(held);
            forwarded
        }
    };
    let read = if operation.reads() {
        let plan = settings.plan(operation, &parts.headers, deadline.is_none());
        state.forwarded.read(key, plan, send(Gone::never())).await
    } else {
        Read { outcome: Arc::new(write(state, send).await?), source: Source::Sent }
    };
    note_source(&line, &read);
    let forwarded = read.outcome.as_ref().as_ref().map_err(|error| Problem::new(400, sentence(error)))?;
    let mut response = written(operation, forwarded);
    tell_source(response.headers_mut(), read.source);
    if let Ok(limit) = client.rate_limit(operation.name) {
        tell_limit(response.headers_mut(), &limit);
    }
    Ok(response)
}

/// What an answer depends on.
fn identity(state: &State, forward: &Forward, headers: &HeaderMap) -> Vec<Vec<u8>> {
    let mut parts = vec![forward.operation.name.as_bytes().to_vec()];
    parts.push(forward.query.clone().unwrap_or_default().into_bytes());
    parts.extend(forward.path_values.iter().map(|value| value.clone().into_bytes()));
    let of_answer = [ACCEPT, ACCEPT_LANGUAGE].map(|name| forward.headers.get(name));
    parts.extend(of_answer.map(|value| value.map(|value| value.as_bytes().to_vec()).unwrap_or_default()));
    let is_held = state.keys.held().is_some();
    if is_held && matches!(forward.operation.wire, Wire::V1(_)) {
        parts.push(without_key(&forward.body));
    } else {
        parts.push(forward.body.to_vec());
    }
    if !is_held {
        parts.push(bearer(headers).unwrap_or_default().into());
    }
    parts
}

/// A body of version 1 without what the gateway replaces.
fn without_key(body: &[u8]) -> Vec<u8> {
    let Ok(mut body) = serde_json::from_slice::<Map<String, Value>>(body) else { return body.to_vec() };
    body.remove("id");
    body.remove("key");
    Value::from(body).to_string().into_bytes()
}

impl Outcome for Result<Forwarded, ArgumentError> {
    fn is_good(&self) -> bool {
        matches!(self, Ok(Forwarded::Answered(answer)) if answer.status == 200)
    }

    fn is_unknown(&self) -> bool {
        match self {
            Ok(Forwarded::Answered(answer)) => answer.status == 429 || answer.status >= 500,
            Ok(Forwarded::Failed(_)) => true,
            Ok(Forwarded::CalledOff) | Err(_) => false,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Ok(Forwarded::Answered(answer)) => answer.body.len(),
            _ => 0,
        }
    }
}

/// A caller for whom nothing was sent: the log is told what the answer was.
fn note_source(line: &Line, read: &Read<Result<Forwarded, ArgumentError>>) {
    if let (source, Ok(Forwarded::Answered(answer))) = (read.source, &*read.outcome) {
        line.saved(source, Some(answer.status));
    } else {
        line.saved(read.source, None);
    }
}

fn note(line: &Line, forwarded: Option<&Forwarded>) {
    match forwarded {
        Some(Forwarded::Answered(answer)) => {
            line.forwarded(Some(answer.status), answer.request_id.as_deref(), answer.attempts, answer.waited);
        }
        Some(Forwarded::Failed(response)) => {
            line.forwarded(None, response.request_id.as_deref(), response.attempts, response.waited);
        }
        Some(Forwarded::CalledOff) | None => {}
    }
}

fn written(operation: &Operation, forwarded: &Forwarded) -> Response {
    match forwarded {
        Forwarded::Answered(answer) => {
            let mut response = Response::new(Body::from(answer.body.clone()));
            *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
            *response.headers_mut() = back(answer.headers.clone());
            response
        }
        Forwarded::Failed(response) => {
            let reason = response.reason.clone().unwrap_or_default();
            let problem = match &response.error {
                Some(failure) => refusal(failure, reason),
                None => Problem::new(502, reason),
            };
            problem.into_response()
        }
        // Nobody is there to read it.
        Forwarded::CalledOff => {
            Problem::new(503, format!("{} was called off.", operation.name)).into_response()
        }
    }
}

/// Why no answer came.
fn refusal(failure: &Failure, reason: String) -> Problem {
    let status = match failure.kind {
        ErrorKind::RateLimited => 429,
        ErrorKind::Timeout => 504,
        ErrorKind::Internal => 500,
        _ => 502,
    };
    let problem = Problem::new(status, reason).outcome_unknown(failure.outcome_unknown);
    match failure.retry_after {
        Some(wait) => problem.retry_after(wait),
        None => problem,
    }
}
