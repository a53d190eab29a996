//! The rules of one window: when a request may be sent, and for how long it holds its slot.
//!
//! A slot is held while its request is under way and for 60 s after the answer was *received*. The
//! service counted the request before it answered, so by then its own window has moved on too,
//! whatever the latency. Slots stamped at sending, and token buckets, overrun.
//!
//! What the service says it leaves is believed where it is less: others may use the key.
//!
//! After a 429 nobody goes before its time is over. From then on requests go one at a time, each
//! when the one before is answered, until one is answered a window after the 429: the service
//! counts others who use the key, and how many slots they left is not known before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::log::Log;
use super::turn::Patience;
use super::{FORGOTTEN, RateLimitState, lock};

/// A request given up may reach the service so long afterwards: its bytes were on their way.
pub(super) const LATEST_ARRIVAL: Duration = Duration::from_secs(5);
/// However long a 429 says, after an hour one probe asks again.
pub(super) const LONGEST_FREEZE: Duration = Duration::from_secs(3600);
/// When to come back where a request under way decides, which may be answered at any time: coming
/// back at once would be spinning.
pub(super) const A_MOMENT: Duration = Duration::from_secs(1);

/// No slot in time, and when to come back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) retry_after: Duration,
}

impl Refused {
    pub(super) fn until(opens: Instant, now: Instant) -> Self {
        let wait = opens.saturating_duration_since(now);
        Self { retry_after: if wait.is_zero() { A_MOMENT } else { wait } }
    }
}

/// The slots of one credential and operation.
#[derive(Debug)]
pub(crate) struct Window {
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    /// For how long the service counts.
    length: Duration,
    /// The slots of answered requests.
    log: Log,
    /// Requests under way.
    in_flight: usize,
    freeze: Option<Freeze>,
    /// Waiting calls by ticket: the first one is next.
    pub(super) queue: BTreeMap<u64, Place>,
    next_ticket: u64,
    /// When a slot was last taken, or a freeze is over.
    used: Instant,
}

/// A waiting call's place.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) notify: Arc<Notify>,
    pub(super) patience: Patience,
}

/// After a 429.
#[derive(Debug)]
struct Freeze {
    /// Nobody goes before.
    until: Instant,
    /// Requests go one at a time until one is answered after this.
    cautious: Instant,
    /// That one is under way.
    probing: bool,
}

/// When the first in the queue can go.
pub(super) enum Opening {
    Now,
    At(Instant),
    /// Once a request under way is answered.
    Later,
}

impl Window {
    pub(super) fn new(now: Instant, length: Duration) -> Self {
        let state = State {
            length,
            log: Log::new(now),
            in_flight: 0,
            freeze: None,
            queue: BTreeMap::new(),
            next_ticket: 0,
            used: now,
        };
        Self { state: Mutex::new(state) }
    }

    pub(super) fn state(&self, now: Instant) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        state.log.expire(now);
        state
    }

    /// A slot at once, or how long one will take.
    pub(crate) fn acquire_now(self: &Arc<Self>, ceiling: u32) -> Result<Slot, Refused> {
        let now = Instant::now();
        let mut state = self.state(now);
        let ahead = state.queue.len();
        if ahead == 0 && matches!(state.opening(ceiling, now), Opening::Now) {
            return Ok(self.take(&mut state, ceiling, now));
        }
        Err(Refused::until(state.earliest(ceiling, ahead, now), now))
    }

    /// Takes the slot that is open now.
    pub(super) fn take(self: &Arc<Self>, state: &mut State, ceiling: u32, now: Instant) -> Slot {
        let probe = state.freeze.as_mut().map(|freeze| freeze.probing = true).is_some();
        state.log.reserve(ceiling);
        state.in_flight += 1;
        state.used = now;
        Slot { window: Arc::clone(self), ceiling, probe, settled: false }
    }

    /// The state of the window, for those who ask.
    pub(super) fn report(&self, ceiling: u32) -> RateLimitState {
        let now = Instant::now();
        let state = self.state(now);
        let frozen = state.freeze.as_ref().is_some_and(|freeze| freeze.until > now || freeze.probing);
        let at_once = match &state.freeze {
            _ if frozen => 0,
            Some(_) => 1,
            None => u32::MAX,
        };
        let held = u32::try_from(state.held()).unwrap_or(u32::MAX);
        let free = ceiling.saturating_sub(held).min(at_once);
        RateLimitState {
            limit: ceiling,
            free,
            waiting: u32::try_from(state.queue.len()).unwrap_or(u32::MAX),
            next_free_in: (free == 0).then(|| state.earliest(ceiling, 0, now) - now),
            frozen,
        }
    }

    /// Whether it was not used for so long that a new one would say the same.
    pub(super) fn is_forgotten(&self, now: Instant) -> bool {
        let state = self.state(now);
        now >= state.used + FORGOTTEN && state.held() == 0 && state.queue.is_empty()
    }
}

impl State {
    pub(super) fn draw_ticket(&mut self) -> u64 {
        self.next_ticket += 1;
        self.next_ticket
    }

    /// How many wait before this ticket. Newcomers, the usual case, stand behind everybody.
    pub(super) fn ahead_of(&self, ticket: u64) -> usize {
        match self.queue.last_key_value() {
            Some((last, _)) if *last >= ticket => self.queue.range(..ticket).count(),
            _ => self.queue.len(),
        }
    }

    fn held(&self) -> usize {
        self.log.len() + self.in_flight
    }

    pub(super) fn opening(&self, ceiling: u32, now: Instant) -> Opening {
        match &self.freeze {
            Some(freeze) if freeze.until > now => return Opening::At(freeze.until),
            Some(freeze) if freeze.probing => return Opening::Later,
            _ => {}
        }
        match self.held().checked_sub(ceiling as usize) {
            None => Opening::Now,
            // So many slots must come free first, beyond the one that is needed.
            Some(excess) => self.log.get(excess).map_or(Opening::Later, Opening::At),
        }
    }

    /// The earliest time at which a call with so many ahead of it can go. Requests under way and
    /// those still to be sent hold their slots for a window at least.
    pub(super) fn earliest(&self, ceiling: u32, ahead: usize, now: Instant) -> Instant {
        let start = self.freeze.as_ref().map_or(now, |freeze| freeze.until.max(now));
        let (held, ceiling) = (self.held(), ceiling as usize);
        // So many releases come before the one that makes room.
        let Some(needed) = (held + ahead).checked_sub(ceiling) else { return start };
        if needed < held {
            return self.release(needed, ahead, now).max(start);
        }
        // It is a release of one ahead, who goes when so many others have come free before.
        let rounds = (needed - held) / ceiling + 1;
        let first = match needed.checked_sub(rounds * ceiling) {
            Some(needed) => self.release(needed, ahead, now).max(start),
            None => start,
        };
        first + self.length.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
    }

    /// The earliest time of the release that has so many before it.
    fn release(&self, index: usize, ahead: usize, now: Instant) -> Instant {
        let others = self.in_flight + ahead > 0;
        match self.log.get(index) {
            // Beyond a window from now stand those given up: what others send is free before.
            Some(release) if !others || release <= now + self.length => release,
            _ => now + self.length,
        }
    }

    /// A probe that told nothing lets the next one go.
    fn end_probe(&mut self, probe: bool) {
        if let Some(freeze) = self.freeze.as_mut().filter(|_| probe) {
            freeze.probing = false;
        }
    }

    pub(super) fn wake_first(&self) {
        if let Some((_, place)) = self.queue.first_key_value() {
            place.notify.notify_one();
        }
    }

    /// The end of the freeze, where a call with such patience does not wait for it.
    pub(super) fn freeze_beyond(&self, patience: Patience, now: Instant) -> Option<Instant> {
        let end = self.freeze.as_ref()?.until;
        (end > now && !patience.sits_out(end, now)).then_some(end)
    }

    /// Who does not wait out the freeze is told now, and not when it would be their turn.
    fn wake_impatient(&self, now: Instant) {
        for place in self.queue.values().filter(|place| self.freeze_beyond(place.patience, now).is_some()) {
            place.notify.notify_one();
        }
    }
}

/// A taken slot. Dropped without a word (the call was cancelled, the answer lost), it is held for
/// a window from when the service may still get the request.
#[derive(Debug)]
pub(crate) struct Slot {
    window: Arc<Window>,
    ceiling: u32,
    probe: bool,
    settled: bool,
}

impl Slot {
    /// The service says how many requests it leaves, and until when. Where that is less than is known
    /// here, others use the key: as many slots are theirs, for a window at most.
    pub(crate) fn believe(&self, remaining: u32, reset: Duration) {
        let now = Instant::now();
        let mut state = self.window.state(now);
        let free = (self.ceiling as usize).saturating_sub(state.held());
        let theirs = free.saturating_sub(remaining as usize);
        let until = now + reset.min(state.length);
        (0..theirs).for_each(|_| state.log.add(until));
    }

    /// The answer is here, and it is no 429.
    pub(crate) fn answered(mut self) {
        let probe = self.probe;
        self.settle(|state, now| {
            state.log.add(now + state.length);
            state.end_probe(probe);
            if probe && state.freeze.as_ref().is_some_and(|freeze| freeze.cautious <= now) {
                state.freeze = None;
            }
        });
    }

    /// The service said 429: nobody goes for so long.
    pub(crate) fn throttled(mut self, retry_after: Duration) {
        let probe = self.probe;
        self.settle(|state, now| {
            state.log.add(now + state.length);
            state.end_probe(probe);
            let until = now + retry_after.min(LONGEST_FREEZE);
            let freeze = state.freeze.get_or_insert(Freeze { until, cautious: now, probing: false });
            freeze.until = freeze.until.max(until);
            freeze.cautious = now + state.length;
            state.used = state.used.max(freeze.until);
            state.wake_impatient(now);
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
            state.log.add(now + LATEST_ARRIVAL + state.length);
            state.end_probe(probe);
        });
    }
}
