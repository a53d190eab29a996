//! A request of the service's own: on to the service, and its answer back.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sonoran::{ErrorKind, Failure, Forward, Forwarded, Operation, Wire};

use crate::body::{self, Bounds};
use crate::credential::{bearer, key_of_body};
use crate::headers::{back, onward, tell_limit};
use crate::leaving::{Gone, unless_caller_leaves};
use crate::log::Line;
use crate::problem::Problem;
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
    let send = {
        let client = client.clone();
        move |gone: Gone| async move {
            let forwarded = client.forward(forward, gone.wait()).await;
            note(&line, forwarded.as_ref().ok());
            drop(held);
            forwarded
        }
    };
    let forwarded = unless_caller_leaves(state, operation, send).await?;
    let forwarded = forwarded.map_err(|error| Problem::new(400, format!("{error}.")))?;
    let mut response = written(operation, forwarded);
    if let Ok(limit) = client.rate_limit(operation.name) {
        tell_limit(response.headers_mut(), &limit);
    }
    Ok(response)
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

fn written(operation: &Operation, forwarded: Forwarded) -> Response {
    match forwarded {
        Forwarded::Answered(answer) => {
            let mut response = Response::new(Body::from(answer.body));
            *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
            *response.headers_mut() = back(answer.headers);
            response
        }
        Forwarded::Failed(response) => {
            let reason = response.reason.unwrap_or_default();
            let problem = match response.error {
                Some(failure) => refusal(&failure, reason),
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
