//! The generic door: a call by its method's name, for languages that have no package. Arguments come and the response
//! goes as JSON, in the form that every package has.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State as Shared};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::value::RawValue;
use sonoran::{ArgumentError, Call, CallOptions, ErrorKind, Forward, Operation, Payload, RateLimit};

use crate::body::{self, Bounds};
use crate::config::Settings;
use crate::credential::bearer;
use crate::headers::{WITH_A_CALL, tell_limit, tell_source};
use crate::heartbeat;
use crate::leaving::{Gone, write};
use crate::log::Line;
use crate::problem::{Problem, sentence};
use crate::reads::{Key, Outcome, Read, Source};
use crate::route::LONGEST_SHOWN;
use crate::state::State;
use crate::timeout::timeout;

/// What a call's body may hold. Texts are kept as they are, so that no number loses digits.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Asked<'a> {
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
    #[serde(borrow)]
    options: Option<&'a RawValue>,
    server_id: Option<i64>,
}

pub(crate) async fn call(
    Shared(state): Shared<Arc<State>>,
    Path(method): Path<String>,
    Extension(line): Extension<Line>,
    request: Request,
) -> Response {
    let every = match heartbeat::asked(request.headers()) {
        Ok(every) => every,
        Err(problem) => return problem.into_response(),
    };
    let answer =
        async move { carry_out(&state, &method, line, request).await.unwrap_or_else(Problem::into_response) };
    heartbeat::beating(every, answer).await
}

async fn carry_out(state: &State, method: &str, line: Line, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let operation = find(method)?;
    line.asks_for(operation.name);
    let deadline = timeout(&parts.headers)?;
    let settings = &state.settings;
    let bounds = Bounds { most: settings.max_body, time: settings.body_timeout, room: &state.bodies };
    state.access.allow(operation, bearer(&parts.headers), &line)?;
    let held = body::read(body, bounds).await?;
    let client = state.keys.client_of_call(operation, &parts.headers)?;
    let (mut call, form) = read(operation, &held.bytes, |options| bounded(options, deadline, settings))?;
    for name in WITH_A_CALL {
        if let Some(value) = parts.headers.get(&name).and_then(|value| value.to_str().ok()) {
            call.header(name.as_str(), value).map_err(|error| Problem::argument(&error))?;
        }
    }
    let send = {
        let (client, line) = (client.clone(), line.clone());
        move |gone: Gone| async move {
            let outcome = client.execute_unless(call, gone.wait()).await;
            if let Ok(Some(response)) = &outcome {
                let id = response.request_id.as_deref();
                line.forwarded(response.status, id, response.attempts, response.waited);
            }
            drop(held);
            outcome
        }
    };
    let read = if operation.reads() {
        let plan = settings.plan(operation, &parts.headers, form.is_plain && deadline.is_none());
        let key = Key::of([
            operation.name.as_bytes(),
            form.arguments.as_bytes(),
            form.payload.as_deref().unwrap_or_default().as_bytes(),
            form.server.as_deref().unwrap_or_default().as_bytes(),
            bearer(&parts.headers).filter(|_| state.keys.held().is_none()).unwrap_or_default().as_bytes(),
        ]);
        state.called.read(key, plan, send(Gone::never())).await
    } else {
        Read { outcome: Arc::new(write(state, send).await?), source: Source::Sent }
    };
    let Some(response) = read.outcome.as_ref().as_ref().map_err(Problem::argument)? else {
        // Nobody is there to read it.
        return Err(Problem::new(503, format!("{} was called off.", operation.name)));
    };
    line.saved(read.source, response.status);
    let mut answer = Response::new(Body::from(response.to_json()));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    tell_source(answer.headers_mut(), read.source);
    if let Ok(limit) = client.rate_limit(operation.name) {
        tell_limit(answer.headers_mut(), &limit);
    }
    Ok(answer)
}

fn find(method: &str) -> Result<&'static Operation, Problem> {
    // A longer one is none of the API's, and is not compared or repeated.
    if method.len() > LONGEST_SHOWN {
        return Err(Problem::new(404, "The API has no such method."));
    }
    let found = Forward::new(method).map(|forward| forward.operation);
    found.map_err(|error| Problem::new(404, sentence(&error)))
}

/// What makes two calls the same.
struct Form {
    arguments: String,
    payload: Option<String>,
    server: Option<String>,
    /// Whether it has no options of its own.
    is_plain: bool,
}

impl Outcome for Result<Option<sonoran::Response>, ArgumentError> {
    fn is_good(&self) -> bool {
        matches!(self, Ok(Some(response)) if response.success)
    }

    fn is_unknown(&self) -> bool {
        let Ok(Some(response)) = self else { return false };
        let kind = response.error.as_ref().map(|failure| failure.kind);
        kind.is_some_and(|kind| !matches!(kind, ErrorKind::Api | ErrorKind::Auth | ErrorKind::NotFound))
    }

    fn bytes(&self) -> usize {
        let data = self.as_ref().ok().and_then(|response| response.as_ref()?.data.as_ref());
        data.map_or(0, |data| data.get().len())
    }
}

/// The call that a body asks for.
fn read(
    operation: &'static Operation,
    body: &[u8],
    bounded: impl FnOnce(CallOptions) -> Result<CallOptions, Problem>,
) -> Result<(Call, Form), Problem> {
    let asked = asked(body)?;
    let refuse = |error| Problem::argument(&error);
    let mut arguments: Vec<&RawValue> = match given(asked.arguments) {
        Some(list) => serde_json::from_str(list.get())
            .map_err(|_| misuse("arguments", "must be a list, in the order of the documentation"))?,
        None => Vec::new(),
    };
    let mut payload = match operation.payload {
        Payload::None => given(asked.payload),
        _ => asked.payload.filter(|payload| payload.get() != "null"),
    };
    if payload.is_none() {
        payload = place_of_payload(operation, &arguments).map(|place| arguments.remove(place));
    }
    let arguments: Vec<&str> = arguments.into_iter().map(RawValue::get).collect();
    let arguments = format!("[{}]", arguments.join(","));
    let payload = payload.map(|payload| match operation.payload {
        Payload::List if is_nothing(payload.get().as_bytes()) => "[]".to_owned(),
        _ if is_nothing(payload.get().as_bytes()) => "{}".to_owned(),
        _ => payload.get().to_owned(),
    });
    let options = given(asked.options);
    let is_plain = options.is_none();
    let options = CallOptions::from_json(options.map(RawValue::get)).map_err(refuse)?;
    let mut call = Call::from_json(operation.name, &arguments, payload.clone(), None).map_err(refuse)?;
    call.set_options(bounded(options)?);
    if let Some(server) = asked.server_id {
        call.set_default_server(server);
    }
    let server = asked.server_id.map(|server| server.to_string());
    Ok((call, Form { arguments, payload, server, is_plain }))
}

/// Where the payload stands among the arguments as the documentation lists them: it alone is an object or a list, and
/// where it is neither, there is one argument too many without it.
fn place_of_payload(operation: &Operation, arguments: &[&RawValue]) -> Option<usize> {
    if matches!(operation.payload, Payload::None) {
        return None;
    }
    let documented = || {
        let name = operation.payload_name();
        operation.arguments.iter().position(|argument| *argument == name)
    };
    let is_structured = |argument: &&RawValue| argument.get().starts_with(['{', '[']);
    arguments
        .iter()
        .position(is_structured)
        .or_else(|| documented().filter(|_| arguments.len() > operation.parameters.len()))
}

fn asked(body: &[u8]) -> Result<Asked<'_>, Problem> {
    let body = body.trim_ascii();
    if body.is_empty() || is_nothing(body) {
        return Ok(Asked::default());
    }
    let form = r#"{"arguments": [...], "payload": {...}, "options": {...}, "serverId": 1}"#;
    let refuse = |problem: String| Problem::new(400, format!("The body must be {form}: {problem}."));
    if !body.starts_with(b"{") {
        return Err(refuse("it is no JSON object".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| refuse(error.to_string()))
}

/// What is there: encoders of Lua write an empty table as an empty list or an empty object, whatever it stands for.
fn given(value: Option<&RawValue>) -> Option<&RawValue> {
    value.filter(|value| value.get() != "null" && !is_nothing(value.get().as_bytes()))
}

fn is_nothing(text: &[u8]) -> bool {
    let signs = text.iter().copied().filter(|sign| !sign.is_ascii_whitespace());
    matches!(signs.take(3).collect::<Vec<_>>()[..], [b'[', b']'] | [b'{', b'}'])
}

/// The options of one caller, within those that hold for all.
fn bounded(
    mut options: CallOptions,
    deadline: Option<Duration>,
    settings: &Settings,
) -> Result<CallOptions, Problem> {
    if options.rate_limit == Some(RateLimit::Off) {
        return Err(misuse(
            "rateLimit",
            "must be \"wait\" or \"error\": the gateway keeps the limit for all callers",
        ));
    }
    options.deadline = [options.deadline, deadline].into_iter().flatten().min();
    options.max_wait = options.max_wait.map(|wait| wait.min(settings.max_wait));
    options.timeout = options.timeout.map(|timeout| timeout.min(settings.timeout));
    Ok(options)
}

fn misuse(argument: &str, problem: &str) -> Problem {
    Problem::misuse(argument, format!("{argument} {problem}."))
}
