//! A request of the service's own: on to the service, and its answer back.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value};
use sonoran::{ArgumentError, Client, ErrorKind, Failure, Forward, Forwarded, Operation, Wire};

use crate::config::in_entries;
use crate::course::{
    Asked, Course, Form, Ready, Sendable, Terms, Token, carry, out_of_time, ran_out_of_time,
};
use crate::credential::{Sender, bearer, key_of_body};
use crate::headers::{back, onward};
use crate::heartbeat;
use crate::log::Line;
use crate::problem::Problem;
use crate::reads::{Key, Outcome, Reads, has_failed, refuses};
use crate::route::Found;
use crate::state::State;

pub(crate) async fn answer(
    Shared(state): Shared<Arc<State>>,
    Extension(line): Extension<Line>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let forwarded = async {
        // Such an answer is one of the door's, but what is wrong is refused everywhere.
        heartbeat::asked(&parts.headers)?;
        let found = state.router.find(&parts.method, parts.uri.path())?;
        let operation = found.operation;
        carry(&state, Asked { operation, parts, body, line }, Path(found)).await
    };
    forwarded.await.unwrap_or_else(Problem::into_response)
}

/// A request at a path of the service's.
struct Path(Found);

impl Form for Path {
    type Sent = Forward;

    fn token<'a>(&self, parts: &'a Parts) -> Token<'a> {
        match (bearer(&parts.headers), self.0.operation.wire) {
            // Version 1 may have it in the body.
            (None, Wire::V1(_)) => Token::Body,
            (token, _) => Token::Head(token),
        }
    }

    fn token_in_body(&self, body: &[u8]) -> Option<String> {
        key_of_body(body)
    }

    fn sender(&self, state: &State, parts: &Parts, body: &[u8]) -> Result<Sender, Problem> {
        state.keys.sender(self.0.operation, &parts.headers, body)
    }

    fn read(
        self,
        state: &State,
        parts: &Parts,
        body: &Bytes,
        terms: &Terms,
    ) -> Result<Ready<Forward>, Problem> {
        let Found { operation, path_values } = self.0;
        let mut forward =
            Forward::new(operation.name).map_err(|error| Problem::new(404, error.to_string()))?;
        forward.path_values = path_values;
        forward.query = parts.uri.query().map(str::to_owned);
        forward.body = body.clone();
        forward.headers = onward(&parts.headers);
        forward.options.deadline = terms.deadline;
        forward.options.priority = terms.priority;
        let key = identity(state, &forward, &parts.headers);
        Ok(Ready { sent: forward, key, is_plain: true, bound: terms.deadline })
    }
}

/// What an answer depends on.
fn identity(state: &State, forward: &Forward, headers: &HeaderMap) -> Key {
    let header = |name: HeaderName| forward.headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
    let is_held = state.keys.held().is_some();
    let body = if is_held && matches!(forward.operation.wire, Wire::V1(_)) {
        Cow::Owned(without_key(&forward.body))
    } else {
        Cow::Borrowed(&*forward.body)
    };
    let query = forward.query.as_deref().unwrap_or_default();
    let parts = [forward.operation.name.as_bytes(), query.as_bytes()].into_iter();
    let parts = parts.chain(forward.path_values.iter().map(String::as_bytes));
    let parts = parts.chain([header(ACCEPT), header(ACCEPT_LANGUAGE), &*body]);
    let of_caller = (!is_held).then(|| bearer(headers).unwrap_or_default().as_bytes());
    Key::of(parts.chain(of_caller))
}

/// A body of version 1 without what the gateway replaces.
fn without_key(body: &[u8]) -> Vec<u8> {
    let Ok(mut body) = serde_json::from_slice::<Map<String, Value>>(body) else { return body.to_vec() };
    body.remove("id");
    body.remove("key");
    Value::from(body).to_string().into_bytes()
}

impl Sendable for Forward {
    type Outcome = Forwarded;

    fn reads(state: &State) -> &Reads<Result<Forwarded, ArgumentError>> {
        &state.forwarded
    }

    async fn send(
        self,
        client: Client,
        called_off: impl Future<Output = ()> + Send,
    ) -> Result<Forwarded, ArgumentError> {
        client.forward(self, called_off).await
    }

    fn late(operation: &'static Operation) -> Forwarded {
        Forwarded::Failed(Box::new(out_of_time(operation)))
    }

    fn course(outcome: &Forwarded) -> Option<Course<'_>> {
        match outcome {
            Forwarded::Answered(answer) => Some(Course {
                status: Some(answer.status),
                kind: answer.kind,
                retry_after: None,
                id: answer.request_id.as_deref(),
                attempts: answer.attempts,
                waited: answer.waited,
            }),
            Forwarded::Failed(response) => Some(Course { status: None, ..Course::of(response) }),
            Forwarded::CalledOff => None,
        }
    }

    fn answer(outcome: &Forwarded) -> Option<Response> {
        match outcome {
            Forwarded::Answered(answer) => {
                let mut response = Response::new(Body::from(answer.body.clone()));
                *response.status_mut() =
                    StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
                *response.headers_mut() = back(answer.headers.clone());
                Some(response)
            }
            Forwarded::Failed(response) => {
                let reason = response.reason.clone().unwrap_or_default();
                let problem = match &response.error {
                    Some(failure) => refusal(failure, reason),
                    None => Problem::new(502, reason),
                };
                Some(problem.into_response())
            }
            Forwarded::CalledOff => None,
        }
    }
}

impl Outcome for Result<Forwarded, ArgumentError> {
    fn is_good(&self) -> bool {
        matches!(self, Ok(Forwarded::Answered(answer)) if answer.status == 200)
    }

    fn is_refusal(&self) -> bool {
        matches!(self, Ok(Forwarded::Answered(answer)) if refuses(answer.status))
    }

    fn is_unknown(&self) -> bool {
        match self {
            Ok(Forwarded::Answered(answer)) => has_failed(answer.status),
            // No slot in time says nothing of the service.
            Ok(Forwarded::Failed(response)) => {
                response.error.as_ref().is_none_or(|failure| failure.kind != ErrorKind::RateLimited)
            }
            // A read is called off where nothing is sent for a while.
            Ok(Forwarded::CalledOff) => true,
            Err(_) => false,
        }
    }

    fn is_out_of_time(&self) -> bool {
        let Ok(Forwarded::Failed(response)) = self else { return false };
        ran_out_of_time(response)
    }

    fn bytes(&self) -> usize {
        match self {
            Ok(Forwarded::Answered(answer)) => answer.body.len(),
            _ => 0,
        }
    }
}

/// Why no answer came.
fn refusal(failure: &Failure, reason: String) -> Problem {
    // The client's own words.
    let reason = if failure.kind == ErrorKind::RateLimited { in_entries(&reason) } else { reason };
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
