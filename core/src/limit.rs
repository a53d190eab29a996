//! Never more than N requests in any 60 seconds, and each free slot used at once.
//!
//! Per credential and operation there is a window: a log of the times at which its slots are free
//! again. A slot is held while its request is under way and for 60 s after the answer was
//! *received*. The service counted the request before it answered, so by then its own window has
//! moved on too, whatever the latency. Slots stamped at sending, and token buckets, overrun.
//!
//! Waiters are served in the order of their tickets. Only the first of them watches the clock;
//! whoever leaves wakes the next.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::operation::operations;

/// The service counts over a minute.
const WINDOW: Duration = Duration::from_secs(60);
/// However long a 429 says, after an hour one probe asks again.
const LONGEST_FREEZE: Duration = Duration::from_secs(3600);
/// More than any wait, and safe to add to a clock.
const LONGEST_WAIT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The windows of one credential.
#[derive(Debug)]
pub(crate) struct Limiter {
    windows: Box<[OnceLock<Arc<Window>>]>,
}

/// Whose requests the service counts together. The process id keeps a forked child from waiting
/// for slots that only its parent can give back.
type Scope = (u32, String, u64);

impl Limiter {
    /// The process's limiter for a credential. The key itself is not kept, only its hash.
    pub(crate) fn shared(base: &str, key: &str) -> Arc<Self> {
        static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        static LIMITERS: LazyLock<Mutex<HashMap<Scope, Arc<Limiter>>>> = LazyLock::new(Mutex::default);
        let scope = (std::process::id(), base.to_owned(), KEYS.hash_one(key));
        let mut limiters = lock(&LIMITERS);
        limiters.retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.is_idle());
        Arc::clone(limiters.entry(scope).or_insert_with(|| Arc::new(Self::new())))
    }

    fn new() -> Self {
        // One for each operation, and one for version 1 as a whole.
        Self { windows: (0..=operations().len()).map(|_| OnceLock::new()).collect() }
    }

    /// The window at this place, see [`Operation::window`](crate::Operation::window).
    pub(crate) fn window(&self, place: usize) -> &Arc<Window> {
        self.windows[place].get_or_init(Arc::default)
    }

    fn is_idle(&self) -> bool {
        let now = Instant::now();
        self.windows.iter().filter_map(OnceLock::get).all(|window| window.state(now).is_idle(now))
    }
}

/// No slot in time, and when one is expected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) retry_after: Option<Duration>,
}

/// A call's place in the queue, kept over its retries, and how long it may still wait.
#[derive(Debug)]
pub(crate) struct Turn {
    ticket: Option<u64>,
    wait_left: Duration,
}

impl Turn {
    pub(crate) fn new(max_wait: Duration) -> Self {
        Self { ticket: None, wait_left: max_wait.min(LONGEST_WAIT) }
    }
}

/// The slots of one credential and operation.
#[derive(Debug, Default)]
pub(crate) struct Window {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the slots of answered requests are free again, in order.
    releases: VecDeque<Instant>,
    /// Requests under way.
    in_flight: usize,
    freeze: Option<Freeze>,
    /// Waiting calls by ticket: the first one is next.
    waiters: BTreeMap<u64, Arc<Notify>>,
    next_ticket: u64,
}

/// After a 429: nobody goes before `until`, then one probe, and the others once it is answered.
#[derive(Debug)]
struct Freeze {
    until: Instant,
    probing: bool,
}

/// When the first in the queue can go.
enum Opening {
    Now,
    At(Instant),
    /// Once a request under way is answered.
    Later,
}

impl Window {
    fn state(&self, now: Instant) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        while state.releases.front().is_some_and(|release| *release <= now) {
            state.releases.pop_front();
        }
        state
    }

    /// A slot at once, or how long one will take.
    pub(crate) fn acquire_now(self: &Arc<Self>, ceiling: u32) -> Result<Slot, Refused> {
        let now = Instant::now();
        let mut state = self.state(now);
        if state.waiters.is_empty() && matches!(state.opening(ceiling, now), Opening::Now) {
            return Ok(self.take(&mut state));
        }
        let opens = state.earliest(ceiling, state.waiters.len(), now);
        Err(Refused { retry_after: Some(opens - now) })
    }

    /// Waits for a slot, no longer than the turn and the deadline allow. As the wait is known
    /// beforehand, a call that can't make it is refused at once.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        ceiling: u32,
        turn: &mut Turn,
        deadline: Option<Instant>,
    ) -> Result<Slot, Refused> {
        let start = Instant::now();
        let bound = deadline.map_or(start + turn.wait_left, |at| at.min(start + turn.wait_left));
        let waiter = {
            let mut state = self.state(start);
            let ticket = *turn.ticket.get_or_insert_with(|| state.draw_ticket());
            let ahead = state.ahead_of(ticket);
            if ahead == 0 && matches!(state.opening(ceiling, start), Opening::Now) {
                return Ok(self.take(&mut state));
            }
            let opens = state.earliest(ceiling, ahead, start);
            if opens > bound {
                return Err(Refused { retry_after: Some(opens - start) });
            }
            Waiter::join(self, &mut state, ticket)
        };
        let outcome = timeout_at(bound, waiter.turn(ceiling)).await;
        turn.wait_left = turn.wait_left.saturating_sub(start.elapsed());
        outcome.map_err(|_| {
            let now = Instant::now();
            let opens = self.state(now).earliest(ceiling, 0, now);
            Refused { retry_after: Some(opens - now) }
        })
    }

    fn take(self: &Arc<Self>, state: &mut State) -> Slot {
        let probe = state.freeze.as_mut().map(|freeze| freeze.probing = true).is_some();
        state.in_flight += 1;
        Slot { window: Arc::clone(self), probe, settled: false }
    }
}

impl State {
    fn draw_ticket(&mut self) -> u64 {
        self.next_ticket += 1;
        self.next_ticket
    }

    /// How many wait before this ticket. Newcomers, the usual case, stand behind everybody.
    fn ahead_of(&self, ticket: u64) -> usize {
        match self.waiters.last_key_value() {
            Some((last, _)) if *last > ticket => self.waiters.range(..ticket).count(),
            _ => self.waiters.len(),
        }
    }

    fn is_idle(&self, now: Instant) -> bool {
        let frozen = self.freeze.as_ref().is_some_and(|freeze| freeze.until > now);
        self.releases.is_empty() && self.in_flight == 0 && !frozen && self.waiters.is_empty()
    }

    fn opening(&self, ceiling: u32, now: Instant) -> Opening {
        match &self.freeze {
            Some(freeze) if freeze.until > now => return Opening::At(freeze.until),
            Some(freeze) if freeze.probing => return Opening::Later,
            _ => {}
        }
        let held = self.releases.len() + self.in_flight;
        match held.checked_sub(ceiling as usize) {
            None => Opening::Now,
            // So many slots must come free first, beyond the one that is needed.
            Some(excess) => self.releases.get(excess).map_or(Opening::Later, |release| Opening::At(*release)),
        }
    }

    /// The earliest time at which a call with so many ahead of it can go: requests under way and
    /// those still to be sent hold their slots for a window at least.
    fn earliest(&self, ceiling: u32, ahead: usize, now: Instant) -> Instant {
        let start = self.freeze.as_ref().map_or(now, |freeze| freeze.until.max(now));
        let ceiling = ceiling as usize;
        let held = self.releases.len() + self.in_flight;
        let Some(needed) = (held + ahead).checked_sub(ceiling) else { return start };
        let rounds = u32::try_from(needed / ceiling).unwrap_or(u32::MAX);
        let first = self.releases.get(needed % ceiling).copied().unwrap_or(start + WINDOW);
        (first + WINDOW.saturating_mul(rounds)).max(start)
    }

    /// A probe that told nothing lets the next one go.
    fn end_probe(&mut self, probe: bool) {
        if let Some(freeze) = self.freeze.as_mut().filter(|_| probe) {
            freeze.probing = false;
        }
    }

    fn wake_first(&self) {
        if let Some((_, notify)) = self.waiters.first_key_value() {
            notify.notify_one();
        }
    }
}

/// A place in the queue. Leaving it, by a slot or by cancellation, wakes the next.
struct Waiter<'a> {
    window: &'a Arc<Window>,
    ticket: u64,
    notify: Arc<Notify>,
}

impl<'a> Waiter<'a> {
    fn join(window: &'a Arc<Window>, state: &mut State, ticket: u64) -> Self {
        let notify = Arc::new(Notify::new());
        state.waiters.insert(ticket, Arc::clone(&notify));
        Self { window, ticket, notify }
    }

    async fn turn(self, ceiling: u32) -> Slot {
        loop {
            let opens = {
                let now = Instant::now();
                let mut state = self.window.state(now);
                let first = state.waiters.first_key_value().is_some_and(|(ticket, _)| *ticket == self.ticket);
                match state.opening(ceiling, now) {
                    _ if !first => None,
                    Opening::Now => return self.window.take(&mut state),
                    Opening::At(time) => Some(time),
                    Opening::Later => None,
                }
            };
            match opens {
                // A change, such as a longer freeze, is looked at before the clock is waited out.
                Some(time) => {
                    tokio::select! {
                        () = sleep_until(time) => {}
                        () = self.notify.notified() => {}
                    }
                }
                None => self.notify.notified().await,
            }
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.window.state);
        state.waiters.remove(&self.ticket);
        state.wake_first();
    }
}

/// A taken slot. Dropped without a word (the call was cancelled, the answer lost), it is held for
/// a window from then, since the service may have counted the request.
#[derive(Debug)]
pub(crate) struct Slot {
    window: Arc<Window>,
    probe: bool,
    settled: bool,
}

impl Slot {
    /// The answer is here, and it is no 429.
    pub(crate) fn answered(mut self) {
        let probe = self.probe;
        self.settle(|state, now| {
            state.releases.push_back(now + WINDOW);
            if probe {
                state.freeze = None;
            }
        });
    }

    /// The service said 429: nobody goes for so long.
    pub(crate) fn throttled(mut self, retry_after: Duration) {
        let probe = self.probe;
        self.settle(|state, now| {
            state.releases.push_back(now + WINDOW);
            let until = now + retry_after.min(LONGEST_FREEZE);
            let freeze = state.freeze.get_or_insert(Freeze { until, probing: false });
            freeze.until = freeze.until.max(until);
            freeze.probing &= !probe;
        });
    }

    /// No byte of the request was written.
    pub(crate) fn refund(mut self) {
        let probe = self.probe;
        self.settle(|state, _| state.end_probe(probe));
    }

    fn settle(&mut self, change: impl FnOnce(&mut State, Instant)) {
        self.settled = true;
        let now = Instant::now();
        let mut state = self.window.state(now);
        state.in_flight -= 1;
        change(&mut state, now);
        state.wake_first();
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let probe = self.probe;
        self.settle(|state, now| {
            state.releases.push_back(now + WINDOW);
            state.end_probe(probe);
        });
    }
}

/// A panic elsewhere does not stop the limiter: its state is whole after each change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "limit_tests.rs"]
mod tests;
