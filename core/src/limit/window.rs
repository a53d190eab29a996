//! One window of a process: its ledger, the calls that wait before it, and the slots it hands out.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use super::ledger::{Ledger, Opening, Outcome, Time, nanos};
use super::line::{Line, Rank};
use super::shared::Settled;
use super::sharing::Link;
use super::turn::Patience;
use super::{FORGOTTEN, RateLimitState, lock};

/// When to come back where a request under way decides, which may be answered at any time: coming
/// back at once would be spinning.
pub(super) const A_MOMENT: Duration = Duration::from_secs(1);

/// No slot in time, and when to come back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) retry_after: Duration,
    /// The slots are shared, and with whom is out of reach.
    pub(crate) alone: Option<Alone>,
}

/// What a call is told that is refused as slots can't be shared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Alone {
    /// What happened and what helps, which goes on as a sentence.
    pub(crate) why: String,
    /// Whether coming back then helps; else nothing but mending what happened.
    pub(crate) is_known: bool,
}

impl Refused {
    pub(super) fn until(opens: Instant, now: Instant) -> Self {
        let wait = opens.saturating_duration_since(now);
        Self { retry_after: if wait.is_zero() { A_MOMENT } else { wait }, alone: None }
    }

    pub(super) fn alone(until: Instant, now: Instant, alone: Alone) -> Self {
        Self { alone: Some(alone), ..Self::until(until, now) }
    }

    /// When to come back, where that is known.
    pub(crate) fn told(&self) -> Option<Duration> {
        self.alone.as_ref().is_none_or(|alone| alone.is_known).then_some(self.retry_after)
    }
}

/// The window of one credential and operation.
#[derive(Debug)]
pub(crate) struct Window {
    state: Mutex<State>,
    /// To the same window of other processes. The ledger here has this process's own slots then.
    pub(super) link: Option<Link>,
}

#[derive(Debug)]
pub(super) struct State {
    /// From when the ledger's times count.
    epoch: Instant,
    ledger: Ledger,
    /// The calls that wait.
    pub(super) line: Line,
    /// When a slot was last taken, or a freeze is over.
    used: Instant,
    /// No slot is free before, and nothing is sent before, as others know.
    heard: (Option<Instant>, Option<Instant>),
}

impl Window {
    pub(super) fn new(now: Instant, length: Duration, link: Option<Link>) -> Self {
        let state = State {
            epoch: now,
            ledger: Ledger::new(length),
            line: Line::new(now, length),
            used: now,
            heard: (None, None),
        };
        Self { state: Mutex::new(state), link }
    }

    pub(super) fn state(&self, now: Instant) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        let time = state.time(now);
        state.ledger.expire(time);
        state
    }

    /// A slot at once, or how long one will take.
    pub(super) fn slot_now(self: &Arc<Self>, ceiling: u32, rank: Rank) -> Result<Slot, Refused> {
        let now = Instant::now();
        let mut state = self.state(now);
        let (ahead, ceiling) = (state.ahead_of_newcomer(rank, now), rank.part(ceiling));
        if ahead == 0 && state.is_open(ceiling, now) {
            return Ok(self.take(&mut state, ceiling, now, 0));
        }
        Err(Refused::until(state.earliest(ceiling, ahead, now), now))
    }

    /// The refusal where a slot opens then, unless with whom it is shared is out of reach for longer.
    pub(super) fn refused(&self, ceiling: u32, opens: Instant, now: Instant) -> Refused {
        let silent = self.silence(ceiling, now);
        silent
            .map_or(Refused::until(opens, now), |(link, until)| link.refuses(ceiling, until.max(opens), now))
    }

    /// Until when nothing is sent at the latest, as with whom slots are shared is out of reach.
    pub(super) fn silent_until(&self, ceiling: u32, now: Instant) -> Option<Instant> {
        self.silence(ceiling, now).map(|(_, until)| until)
    }

    fn silence(&self, ceiling: u32, now: Instant) -> Option<(&Link, Instant)> {
        let link = self.link.as_ref()?;
        Some((link, link.silent_until(ceiling, now)?))
    }

    /// Takes the slot that is open now. Others know it by its name, if they do.
    pub(super) fn take(self: &Arc<Self>, state: &mut State, ceiling: u32, now: Instant, name: u64) -> Slot {
        state.used = now;
        let probe = state.ledger.take(ceiling);
        Slot { window: Arc::clone(self), ceiling, name, probe, left: None, settled: false }
    }

    /// The state of the window, for those who ask.
    pub(super) fn report(&self, ceiling: u32) -> RateLimitState {
        let looked = self.link.as_ref().and_then(|link| link.keeper.look());
        let now = Instant::now();
        let alone = self.link.as_ref().and_then(|link| link.divides_by(now));
        let silent = self.silent_until(ceiling, now).map(|until| until - now);
        let state = self.state(now);
        let own = (&state.ledger, state.time(now));
        let (ledger, time) = looked.as_ref().map_or(own, |(shared, time)| (&shared.ledger, *time));
        let part = alone.map_or(u32::MAX, |members| state.part_free(ceiling, members, now));
        let free = if silent.is_some() { 0 } else { ledger.free(ceiling, time).min(part) };
        let of_part = alone.and_then(|members| state.part_opens(ceiling, members, now));
        let opens = Duration::from_nanos(ledger.earliest(ceiling, 0, time) - time)
            .max(of_part.map_or(Duration::ZERO, |opens| opens - now));
        RateLimitState {
            limit: alone.map_or(ceiling, |members| ceiling / members),
            free,
            waiting: u32::try_from(state.line.len()).unwrap_or(u32::MAX),
            next_free_in: (free == 0).then_some(opens.max(silent.unwrap_or_default())),
            frozen: ledger.is_frozen(time),
        }
    }

    /// Whether it was not used for so long that a new one would say the same.
    pub(super) fn is_forgotten(&self, now: Instant) -> bool {
        let state = self.state(now);
        now >= state.used + FORGOTTEN && state.ledger.held() == 0 && state.line.is_empty()
    }
}

impl State {
    /// The ledger's time.
    fn time(&self, now: Instant) -> Time {
        nanos(now.saturating_duration_since(self.epoch))
    }

    fn instant(&self, time: Time) -> Instant {
        self.epoch + Duration::from_nanos(time)
    }

    /// How many wait before one who comes now.
    pub(super) fn ahead_of_newcomer(&self, rank: Rank, now: Instant) -> usize {
        self.line.ahead_of(self.line.newcomer(rank.priority) + 1, now)
    }

    pub(super) fn is_open(&self, ceiling: u32, now: Instant) -> bool {
        self.ledger.opening(ceiling, self.time(now)) == Opening::Now
    }

    /// When to look again, where the clock alone decides.
    pub(super) fn opens(&self, ceiling: u32, now: Instant) -> Option<Instant> {
        match self.ledger.opening(ceiling, self.time(now)) {
            Opening::At(time) => Some(self.instant(time)),
            Opening::Now => Some(now),
            Opening::Later => None,
        }
    }

    /// The earliest time at which a call with so many ahead of it can go.
    pub(super) fn earliest(&self, ceiling: u32, ahead: usize, now: Instant) -> Instant {
        let earliest = self.instant(self.ledger.earliest(ceiling, ahead, self.time(now)));
        self.heard.0.map_or(earliest, |opens| opens.max(earliest))
    }

    /// When this process's part of the ceiling has room; nothing where it has room now.
    pub(super) fn part_opens(&self, ceiling: u32, members: u32, now: Instant) -> Option<Instant> {
        let opens = match self.ledger.opening(ceiling / members, self.time(now)) {
            Opening::Now => None,
            Opening::At(time) => Some(self.instant(time)),
            Opening::Later => Some(now + Duration::from_nanos(self.ledger.length).min(A_MOMENT)),
        };
        opens.max(self.heard.1).filter(|time| *time > now)
    }

    /// How many slots of this process's part are free.
    fn part_free(&self, ceiling: u32, members: u32, now: Instant) -> u32 {
        match self.part_opens(ceiling, members, now) {
            Some(_) => 0,
            None => self.ledger.free(ceiling / members, self.time(now)),
        }
    }

    /// Others say when a slot is free at the earliest, and until when nothing is sent.
    pub(super) fn hear(&mut self, opens: Instant, frozen: Instant, now: Instant) {
        self.heard = (Some(opens), Some(frozen));
        self.used = self.used.max(frozen);
        self.wake_impatient(now);
    }

    pub(super) fn wake_first(&self, now: Instant) {
        if let Some((_, place)) = self.line.first(now) {
            place.notify.notify_one();
        }
    }

    /// The end of the freeze, where a call with such patience does not wait for it.
    pub(super) fn freeze_beyond(&self, patience: Patience, now: Instant) -> Option<Instant> {
        let own = self.ledger.frozen_until().map(|end| self.instant(end));
        let end = own.max(self.heard.1)?;
        (end > now && !patience.sits_out(end, now)).then_some(end)
    }

    /// Who does not wait out the freeze is told now, and not when it would be their turn.
    fn wake_impatient(&self, now: Instant) {
        for place in self.line.places().filter(|place| self.freeze_beyond(place.patience, now).is_some()) {
            place.notify.notify_one();
        }
    }

    fn settle(&mut self, probe: bool, outcome: Outcome, now: Instant) {
        self.ledger.settle(probe, outcome, self.time(now));
        if let Outcome::Throttled(_) = outcome {
            let end = self.ledger.frozen_until().map(|end| self.instant(end));
            self.used = end.map_or(self.used, |end| end.max(self.used));
            self.wake_impatient(now);
        }
        self.wake_first(now);
    }
}

/// A taken slot. Dropped without a word (the call was cancelled, the answer lost), it is held for
/// a window from when the service may still get the request.
#[derive(Debug)]
pub(crate) struct Slot {
    window: Arc<Window>,
    ceiling: u32,
    /// What other processes know it by.
    name: u64,
    probe: bool,
    /// What the service says it leaves, for them.
    left: Option<(u32, Duration)>,
    settled: bool,
}

impl Slot {
    /// The service says how many requests it leaves, and for how long.
    pub(crate) fn believe(&mut self, remaining: u32, reset: Duration) {
        if self.window.link.is_some() {
            // It counts all who share the slots.
            self.left = Some((remaining, reset));
            return;
        }
        let now = Instant::now();
        let mut state = self.window.state(now);
        let time = state.time(now);
        state.ledger.believe(self.ceiling, remaining, reset, time);
    }

    /// The answer is here, and it is no 429.
    pub(crate) fn answered(mut self) {
        self.settle(Outcome::Answered);
    }

    /// The service said 429: nobody goes for so long.
    pub(crate) fn throttled(mut self, retry_after: Duration) {
        self.settle(Outcome::Throttled(retry_after));
    }

    /// No byte of the request was written.
    pub(crate) fn refund(mut self) {
        self.settle(Outcome::Refunded);
    }

    fn settle(&mut self, outcome: Outcome) {
        self.settled = true;
        if let Some(link) = &self.window.link {
            let settled = Settled { slot: self.name, ceiling: self.ceiling, outcome, left: self.left };
            link.keeper.settle(settled);
        }
        let now = Instant::now();
        self.window.state(now).settle(self.probe, outcome, now);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.settled {
            self.settle(Outcome::Lost);
        }
    }
}
