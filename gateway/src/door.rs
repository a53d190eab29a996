//! The generic door: a call by its method's name, for languages that have no package. Arguments come and the response
//! goes as JSON, in the form that every package has. `asked` reads what a body asks for.

mod asked;

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State as Shared};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sonoran::{ArgumentError, Call, Client, ErrorKind, Forward, Operation};

use self::asked::AskedFor;
#[cfg(any(test, fuzzing))]
pub(crate) use self::asked::read;
use crate::course::{
    Asked, Course, Form, Ready, Sendable, Terms, Token, carry, out_of_time, ran_out_of_time,
};
use crate::credential::{Sender, bearer};
use crate::headers::WITH_A_CALL;
use crate::heartbeat;
use crate::log::Line;
use crate::problem::{Problem, sentence};
use crate::reads::{Key, Outcome, Reads, has_failed, refuses};
use crate::route::LONGEST_SHOWN;
use crate::state::State;

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
    let (parts, body) = request.into_parts();
    let answer = async move {
        let called = async {
            let operation = find(&method)?;
            carry(&state, Asked { operation, parts, body, line }, Method(operation)).await
        };
        called.await.unwrap_or_else(Problem::into_response)
    };
    heartbeat::beating(every, answer).await
}

fn find(method: &str) -> Result<&'static Operation, Problem> {
    // A longer one is none of the API's, and is not compared or repeated.
    if method.len() > LONGEST_SHOWN {
        return Err(Problem::new(404, "The API has no such method."));
    }
    let found = Forward::new(method).map(|forward| forward.operation);
    found.map_err(|error| Problem::new(404, sentence(&error)))
}

/// A call by this method's name.
struct Method(&'static Operation);

impl Form for Method {
    type Sent = Call;

    fn token<'a>(&self, parts: &'a Parts) -> Token<'a> {
        Token::Head(bearer(&parts.headers))
    }

    fn token_in_body(&self, _: &[u8]) -> Option<String> {
        None
    }

    fn sender(&self, state: &State, parts: &Parts, _: &[u8]) -> Result<Sender, Problem> {
        state.keys.sender_of_call(self.0, &parts.headers)
    }

    fn read(self, state: &State, parts: &Parts, body: &Bytes, terms: &Terms) -> Result<Ready<Call>, Problem> {
        let AskedFor { arguments, payload, options, is_plain } = asked::read(self.0, body)?;
        let refuse = |error| Problem::argument(&error);
        let mut call = Call::from_json(self.0.name, &arguments, payload.clone(), None).map_err(refuse)?;
        if let Some(server) = options.server {
            call.set_default_server(server);
        }
        let within = options.within(terms, &state.settings)?;
        let bound = within.deadline;
        call.set_options(within);
        for name in WITH_A_CALL {
            if let Some(value) = parts.headers.get(&name).and_then(|value| value.to_str().ok()) {
                call.header(name.as_str(), value).map_err(refuse)?;
            }
        }
        let key = Key::of([
            self.0.name.as_bytes(),
            arguments.as_bytes(),
            payload.as_deref().unwrap_or_default().as_bytes(),
            &options.server.map(i64::to_le_bytes).unwrap_or_default(),
            bearer(&parts.headers).filter(|_| state.keys.held().is_none()).unwrap_or_default().as_bytes(),
        ]);
        Ok(Ready { sent: call, key, is_plain, bound })
    }
}

impl Sendable for Call {
    type Outcome = Option<sonoran::Response>;

    fn reads(state: &State) -> &Reads<Result<Self::Outcome, ArgumentError>> {
        &state.called
    }

    async fn send(
        self,
        client: Client,
        called_off: impl Future<Output = ()> + Send,
    ) -> Result<Self::Outcome, ArgumentError> {
        client.execute_unless(self, called_off).await
    }

    fn late(operation: &'static Operation) -> Self::Outcome {
        Some(out_of_time(operation))
    }

    fn course(outcome: &Self::Outcome) -> Option<Course<'_>> {
        outcome.as_ref().map(Course::of)
    }

    fn answer(outcome: &Self::Outcome) -> Option<Response> {
        let mut answer = Response::new(Body::from(outcome.as_ref()?.to_json()));
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Some(answer)
    }
}

impl Outcome for Result<Option<sonoran::Response>, ArgumentError> {
    fn is_good(&self) -> bool {
        matches!(self, Ok(Some(response)) if response.success)
    }

    fn is_refusal(&self) -> bool {
        matches!(self, Ok(Some(response)) if response.status.is_some_and(refuses))
    }

    fn is_unknown(&self) -> bool {
        match self {
            Ok(Some(response)) => match (response.status, &response.error) {
                (_, None) => false,
                (Some(status), _) => has_failed(status),
                // No slot in time says nothing of the service.
                (None, Some(failure)) => failure.kind != ErrorKind::RateLimited,
            },
            // A read is called off where nothing is sent for a while.
            Ok(None) => true,
            Err(_) => false,
        }
    }

    fn is_out_of_time(&self) -> bool {
        matches!(self, Ok(Some(response)) if ran_out_of_time(response))
    }

    fn bytes(&self) -> usize {
        let data = self.as_ref().ok().and_then(|response| response.as_ref()?.data.as_ref());
        data.map_or(0, |data| data.get().len())
    }
}
