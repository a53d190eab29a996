//! Whether a failed attempt is repeated, and after what pause. No clock and no network in here:
//! the client asks, waits and sends.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::attempt::{Attempt, Loss};
use crate::limit::LONGEST_UNASKED;
use crate::{ErrorKind, Operation};

/// Ceiling of the backoff.
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);
/// First backoff after a failure, and after the service said 429.
const FAILURE_BASE: Duration = Duration::from_millis(50);
const THROTTLE_BASE: Duration = Duration::from_secs(1);

/// A retry quota per client, so that a failing service is not stormed: each retry takes from it,
/// success gives back.
#[derive(Debug)]
pub(crate) struct Quota(AtomicU32);

impl Quota {
    const FULL: u32 = 500;
    const FAILURE_COST: u32 = 14;
    const THROTTLE_COST: u32 = 5;

    pub(crate) fn full() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    fn take(&self, cost: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    fn give_back(&self, amount: u32) {
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some((left + amount).min(Self::FULL)));
    }
}

/// The bounds of one call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) retries: u32,
    /// For all attempts and pauses; waiting for slots is not counted, nor is what a 429 asks for.
    pub(crate) timeout: Duration,
    /// For everything.
    pub(crate) deadline: Option<Instant>,
}

/// What to do after an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Hand the outcome to the caller.
    Return,
    /// Try again after this pause, which spends the timeout.
    RetryAfter(Duration),
    /// Try again after this pause, which is waiting for a slot: the service said 429.
    Wait(Duration),
}

/// The retries of one call.
#[derive(Debug)]
pub(crate) struct Retries<'a> {
    operation: &'static Operation,
    bounds: Bounds,
    quota: &'a Quota,
    spent: Duration,
    attempts: u32,
    last_cost: u32,
    outcome_unknown: bool,
}

impl<'a> Retries<'a> {
    pub(crate) fn new(operation: &'static Operation, bounds: Bounds, quota: &'a Quota) -> Self {
        Self {
            operation,
            bounds,
            quota,
            spent: Duration::ZERO,
            attempts: 0,
            last_cost: 0,
            outcome_unknown: false,
        }
    }

    /// How many attempts were made.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether an attempt may have been carried out without its answer reaching us.
    pub(crate) fn outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }

    /// The call's deadline, which waiting for slots keeps too.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.bounds.deadline
    }

    /// What is left for the next attempt, and the name of the bound that it ends by.
    pub(crate) fn time_left(&self, now: Instant) -> (Duration, &'static str) {
        let of_timeout = self.bounds.timeout.saturating_sub(self.spent);
        let of_deadline = self.bounds.deadline.map(|deadline| deadline.saturating_duration_since(now));
        match of_deadline {
            Some(left) if left < of_timeout => (left, "deadline"),
            _ => (of_timeout, "timeout"),
        }
    }

    /// Takes note of an attempt that took `elapsed`, and says what to do next. `longest_freeze` is as long
    /// as the call stands in line because of a 429; without a line, the pause is one like any other.
    pub(crate) fn after(
        &mut self,
        attempt: &Attempt,
        elapsed: Duration,
        now: Instant,
        longest_freeze: Option<Duration>,
    ) -> Next {
        self.attempts += 1;
        self.spent += elapsed;
        self.remember_outcome(attempt);
        if attempt.is_success() {
            self.quota.give_back(self.last_cost.max(1));
            return Next::Return;
        }
        if self.attempts > self.bounds.retries || !self.may_repeat(attempt) {
            return Next::Return;
        }
        let next = self.next(attempt, longest_freeze);
        let cost = if attempt.is_throttled() { Quota::THROTTLE_COST } else { Quota::FAILURE_COST };
        if !self.is_in_time(&next, now) || !self.quota.take(cost) {
            return Next::Return;
        }
        self.last_cost = cost;
        if let Next::RetryAfter(pause) = next {
            self.spent += pause;
        }
        next
    }

    /// Whether time is left for another attempt after it.
    fn is_in_time(&self, next: &Next, now: Instant) -> bool {
        match *next {
            Next::Return => false,
            Next::RetryAfter(pause) => pause < self.time_left(now).0,
            Next::Wait(pause) => {
                let deadline = self.bounds.deadline;
                self.spent < self.bounds.timeout
                    && deadline.is_none_or(|deadline| pause < deadline.saturating_duration_since(now))
            }
        }
    }

    fn remember_outcome(&mut self, attempt: &Attempt) {
        let reads = self.operation.reads();
        match attempt {
            Attempt::Lost(loss) => self.outcome_unknown |= loss.written && !reads,
            // A success settles what earlier attempts left open, whatever they did.
            Attempt::Answered(_) if attempt.is_success() => self.outcome_unknown = false,
            // A gateway lost the answer of what stands behind it (RFC 9110 sections 15.6.3 and 15.6.5), or
            // the edge network did (520 and 524).
            Attempt::Answered(reply) => {
                self.outcome_unknown |= matches!(reply.status, 502 | 504 | 520 | 524) && !reads;
            }
        }
    }

    fn may_repeat(&self, attempt: &Attempt) -> bool {
        match attempt {
            Attempt::Answered(reply) => match reply.status {
                // Where a block does not say how long it is, asking again would not help.
                429 => !reply.blocks(&self.operation.wire),
                408 => self.operation.repeatable,
                _ => reply.is_outage() && self.operation.repeatable,
            },
            Attempt::Lost(Loss { kind, written, .. }) => {
                is_transient(*kind) && (!written || self.operation.repeatable)
            }
        }
    }

    /// The service's `Retry-After` with jitter added, else full jitter below the backoff. What is longer than
    /// anybody wants to wait is the caller's to know.
    fn next(&self, attempt: &Attempt, longest_freeze: Option<Duration>) -> Next {
        let throttled = attempt.is_throttled();
        let base = if throttled { THROTTLE_BASE } else { FAILURE_BASE };
        let backoff = base.saturating_mul(1 << (self.attempts - 1).min(16)).min(LONGEST_BACKOFF);
        let pause = match attempt.retry_after() {
            Some(wait) => wait + base.mul_f64(fastrand::f64() * 0.1),
            None => backoff.mul_f64(fastrand::f64()),
        };
        match (attempt, longest_freeze) {
            (Attempt::Answered(reply), Some(longest)) if throttled => {
                if reply.freeze(&self.operation.wire) > longest { Next::Return } else { Next::Wait(pause) }
            }
            _ if attempt.retry_after().is_some_and(|wait| wait > LONGEST_UNASKED) => Next::Return,
            _ => Next::RetryAfter(pause),
        }
    }
}

/// Whether a lost attempt may do better next time: a certificate won't, nor will a server that
/// does not speak HTTP.
fn is_transient(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Connect | ErrorKind::Dns | ErrorKind::Timeout)
}

#[cfg(test)]
#[path = "retry_tests.rs"]
mod tests;
