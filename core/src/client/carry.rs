//! The way of a request through limit, retry and transport, and who is told of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::time::Duration;

use tokio::time::Instant;

use super::Client;
use crate::attempt::Attempt;
use crate::limit::{Notice, Rank, Refused, Slot, Turn};
use crate::options::AttemptHook;
use crate::request::Request;
use crate::response::Course;
use crate::retry::{Bounds, Next, Retries};
use crate::{Attempted, CallOptions, Operation, RateLimit, Waiting, spans};

/// What a request on its way came to.
pub(super) enum End<C> {
    /// Its last attempt is over.
    Attempt(Attempt),
    /// The rate limit left no slot in time.
    NoSlot(Refused),
    /// It was called off, by this.
    CalledOff(C),
}

impl Client {
    /// Carries a request through limit, retry and transport, until its last attempt is over.
    pub(super) async fn carry<C>(
        &self,
        operation: &'static Operation,
        options: &CallOptions,
        request: &Request,
        mut called_off: Pin<&mut impl Future<Output = C>>,
    ) -> (End<C>, Course) {
        let mut retries = Retries::new(operation, self.bounds(options), &self.0.quota);
        let notice = |waited, expected| self.tell_wait(operation, waited, expected);
        let heard = self.0.options.debug || self.0.options.on_wait.is_some();
        let max_wait = options.max_wait.or(self.0.options.max_wait);
        let mode = options.rate_limit.unwrap_or(self.0.options.rate_limit);
        let mut turn = Turn::new(max_wait, heard.then_some(&notice as Notice<'_>));
        turn.rank = Rank { priority: options.priority, reserve: self.0.options.reserve };
        loop {
            let slot = tokio::select! {
                biased;
                by = called_off.as_mut() => return (End::CalledOff(by), course(&retries, &turn)),
                slot = self.slot(operation, mode, &mut turn, &retries) => slot,
            };
            let slot = match slot {
                Ok(slot) => slot,
                Err(refused) => return (End::NoSlot(refused), course(&retries, &turn)),
            };
            if let Some(hook) = &self.0.options.on_send {
                // The caller's code, as that of `on_wait` is.
                let _ = catch_unwind(AssertUnwindSafe(|| hook(operation.name)));
            }
            let sent = Instant::now();
            let attempt = pin!(self.0.transport.send(request, retries.time_left(sent)));
            let attempt =
                spans::attempt(operation, retries.attempts() + 1, self.caller().api_key, attempt).await;
            let now = Instant::now();
            settle(operation, slot, &attempt);
            let longest_freeze = match mode {
                RateLimit::Wait => Some(turn.longest_freeze()),
                RateLimit::Error => Some(Duration::ZERO),
                RateLimit::Off => None,
            };
            let next = retries.after(&attempt, now - sent, now, longest_freeze);
            self.tell_attempt(operation, &attempt, retries.attempts(), now - sent, &next);
            match next {
                Next::Return => return (End::Attempt(attempt), course(&retries, &turn)),
                Next::RetryAfter(pause) => tokio::time::sleep(pause).await,
                Next::Wait(pause) => turn.rest(pause).await,
            }
        }
    }

    fn bounds(&self, call: &CallOptions) -> Bounds {
        let options = &self.0.options;
        let deadline = call.deadline.or(options.deadline);
        Bounds {
            retries: call.retries.unwrap_or(options.retries),
            timeout: call.timeout.unwrap_or(options.timeout),
            // One too far away for the clock is none.
            deadline: deadline.and_then(|deadline| Instant::now().checked_add(deadline)),
        }
    }

    /// Waits for a slot of the operation's rate limit, as the mode says.
    async fn slot(
        &self,
        operation: &'static Operation,
        mode: RateLimit,
        turn: &mut Turn<'_>,
        retries: &Retries<'_>,
    ) -> Result<Option<Slot>, Refused> {
        let window = || self.0.limiter.window(operation.window());
        let ceiling = self.ceiling(operation);
        turn.attempt = retries.time_left(Instant::now()).0;
        match mode {
            RateLimit::Off => Ok(None),
            RateLimit::Error => window().slot_at_once(ceiling, turn.rank, turn.attempt).await.map(Some),
            RateLimit::Wait => window().acquire(ceiling, turn, retries.deadline()).await.map(Some),
        }
    }

    fn tell_wait(&self, operation: &Operation, waited: Duration, expected: Duration) {
        let options = &self.0.options;
        if options.debug {
            eprintln!(
                "sonoran: {} waits for its rate limit, {} ms so far, about {} ms to go",
                operation.name,
                waited.as_millis(),
                expected.as_millis()
            );
        }
        if let Some(hook) = &options.on_wait {
            let waiting = Waiting { operation: operation.name, waited, expected };
            // The caller's code: a panic in it is theirs, and the call goes on.
            let _ = catch_unwind(AssertUnwindSafe(|| hook(&waiting)));
        }
    }

    fn tell_attempt(
        &self,
        operation: &Operation,
        attempt: &Attempt,
        number: u32,
        elapsed: Duration,
        next: &Next,
    ) {
        let options = &self.0.options;
        // The caller's code, as that of `on_wait` is.
        let listens =
            |hook: &&AttemptHook| catch_unwind(AssertUnwindSafe(|| (hook.listens)())).unwrap_or(false);
        let hook = options.on_attempt.as_ref().filter(listens);
        if !options.debug && hook.is_none() {
            return;
        }
        let told = Attempted::new(operation, attempt, number, elapsed, next, self.caller().api_key);
        if options.debug {
            eprintln!("sonoran: {told}");
        }
        if let Some(hook) = hook {
            let _ = catch_unwind(AssertUnwindSafe(|| (hook.tell)(&told)));
        }
    }
}

fn course(retries: &Retries<'_>, turn: &Turn<'_>) -> Course {
    Course { attempts: retries.attempts(), waited: turn.waited(), outcome_unknown: retries.outcome_unknown() }
}

/// Tells the limiter what became of a request that took a slot.
fn settle(operation: &Operation, slot: Option<Slot>, attempt: &Attempt) {
    let Some(mut slot) = slot else { return };
    match attempt {
        Attempt::Lost(loss) if !loss.written => slot.refund(),
        Attempt::Answered(reply) if reply.status == 429 => slot.throttled(reply.freeze(&operation.wire)),
        Attempt::Answered(reply) => {
            if let Some((remaining, reset)) = reply.left {
                slot.believe(remaining, reset);
            }
            slot.answered();
        }
        // The answer was lost: the slot is held from now on, which its drop does.
        Attempt::Lost(_) => drop(slot),
    }
}
