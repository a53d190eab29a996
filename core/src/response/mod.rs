//! From an answer, or its loss, to the response that every language hands out.

mod outcome;
mod refusal;
mod surrogates;
mod v1;
mod v2;

use std::time::Duration;

pub use self::outcome::Response;
use crate::attempt::{Attempt, Loss};
use crate::{ErrorKind, Failure, Operation, Wire};

/// What the caller is told, from the last attempt and the number of them.
pub(crate) fn decode(
    operation: &'static Operation,
    attempt: Attempt,
    attempts: u32,
    outcome_unknown: bool,
) -> Response {
    let mut failure = Failure::new(ErrorKind::Api, operation.name, attempts);
    failure.outcome_unknown = outcome_unknown;
    match attempt {
        Attempt::Lost(Loss { kind, reason, request_id, .. }) => {
            failure.kind = kind;
            failure.request_id = request_id;
            Response::failed(None, reason, failure)
        }
        Attempt::Answered(mut reply) => {
            reply.body = surrogates::mended(reply.body);
            failure.request_id.clone_from(&reply.request_id);
            failure.retry_after = reply.retry_after;
            if (300..400).contains(&reply.status) {
                return refusal::redirected(&reply, failure);
            }
            match &operation.wire {
                Wire::V2 => v2::answered(operation, &reply, failure),
                Wire::V1(wire) => v1::answered(operation, wire, &reply, failure),
            }
        }
    }
}

/// The failure of a call that got no slot of its rate limit in time.
pub(crate) fn limited(
    operation: &'static Operation,
    retry_after: Option<Duration>,
    attempts: u32,
    outcome_unknown: bool,
) -> Response {
    let mut failure = Failure::new(ErrorKind::RateLimited, operation.name, attempts);
    failure.retry_after = retry_after;
    failure.outcome_unknown = outcome_unknown;
    let reason = match retry_after {
        Some(wait) => format!(
            "The rate limit of {} leaves no slot in time; the next one is free in {:.1} s.",
            operation.name,
            wait.as_secs_f64()
        ),
        None => format!("The rate limit of {} left no slot in time.", operation.name),
    };
    Response::failed(None, reason, failure)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod v1_tests;
