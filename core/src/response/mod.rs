//! From an answer, or its loss, to the response that every language hands out.

mod failed;
mod lenient;
mod outcome;
mod page;
mod problem;
mod refusal;
mod unread;
mod v1;
mod v2;

use std::time::Duration;

use bytes::Bytes;

pub(crate) use self::failed::kind_of;
use self::lenient::without_mark;
pub(crate) use self::lenient::{object_of_list, or_default};
pub use self::outcome::Response;
pub use self::refusal::Refusal;
use self::unread::Unread;

use crate::attempt::{Attempt, Loss};
use crate::limit::Refused;
use crate::surrogates::mended;
use crate::{ErrorKind, Failure, Operation, Wire};

/// How a call went until its last attempt was over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course {
    pub(crate) attempts: u32,
    /// For slots of the rate limit.
    pub(crate) waited: Duration,
    pub(crate) outcome_unknown: bool,
}

impl Course {
    fn failure(self, kind: ErrorKind, operation: &'static Operation) -> Failure {
        let mut failure = Failure::new(kind, operation.name, self.attempts);
        failure.outcome_unknown = self.outcome_unknown;
        failure
    }

    fn told(self, mut response: Response) -> Response {
        response.attempts = self.attempts;
        response.waited = self.waited;
        response
    }
}

/// What the caller is told, from the last attempt and the way to it.
pub(crate) fn decode(operation: &'static Operation, attempt: Attempt, course: Course) -> Response {
    let request_id = attempt.request_id().map(str::to_owned);
    let mut response = read(operation, attempt, course.failure(ErrorKind::Api, operation));
    response.request_id = response.request_id.or(request_id);
    course.told(response)
}

/// The same, but for an envelope that the caller reads.
pub(crate) fn left_unread(operation: &'static Operation, attempt: Attempt, course: Course) -> Response {
    match attempt {
        Attempt::Answered(mut reply) if Unread::fits(operation, &reply) => {
            reply.body = text_of(reply.body);
            Unread::response(operation, reply, course)
        }
        attempt => decode(operation, attempt, course),
    }
}

/// A body without what would keep its text from being read.
fn text_of(body: Bytes) -> Bytes {
    mended(without_mark(body))
}

fn read(operation: &'static Operation, attempt: Attempt, mut failure: Failure) -> Response {
    match attempt {
        Attempt::Lost(Loss { kind, reason, request_id, .. }) => {
            failure.kind = kind;
            failure.request_id = request_id;
            Response::failed(None, reason, failure)
        }
        Attempt::Answered(mut reply) => {
            reply.body = text_of(reply.body);
            failure.request_id.clone_from(&reply.request_id);
            failure.retry_after = reply.retry_after;
            if (300..400).contains(&reply.status) {
                return failed::redirected(&reply, failure);
            }
            match &operation.wire {
                Wire::V2 => v2::answered(operation, &reply, failure),
                Wire::V1(wire) => v1::answered(operation, wire, &reply, failure),
            }
        }
    }
}

/// The failure of a call that got no slot of its rate limit in time.
pub(crate) fn limited(operation: &'static Operation, refused: &Refused, course: Course) -> Response {
    let mut failure = course.failure(ErrorKind::RateLimited, operation);
    failure.retry_after = refused.told();
    let name = operation.name;
    let reason = if let Some(alone) = &refused.alone {
        format!("The rate limit of {name} can't be shared with other processes: {}.", alone.why)
    } else {
        let seconds = refused.retry_after.as_secs_f64();
        format!("The rate limit of {name} leaves no slot in time; the next one is free in {seconds:.1} s.")
    };
    let mut response = Response::failed(None, reason, failure);
    response.waited = course.waited;
    response
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod v1_tests;
