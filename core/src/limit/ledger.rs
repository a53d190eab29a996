//! The rules of one window: when a request may be sent, and for how long it holds its slot. Pure: it
//! has no clock, and its times are nanoseconds on whatever clock its keeper has.
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

use std::collections::VecDeque;
use std::time::Duration;

/// A request given up may reach the service so long afterwards: its bytes were on their way.
pub(super) const LATEST_ARRIVAL: Duration = Duration::from_secs(5);
/// However long a 429 says, after an hour one probe asks again.
pub(super) const LONGEST_FREEZE: Duration = Duration::from_secs(3600);
/// Room is made at once for as many slots as any documented ceiling has, and beyond only as needed.
const ROOM: usize = 64;

/// Nanoseconds since an instant that the keeper of the ledger knows.
pub(super) type Time = u64;

pub(super) fn nanos(duration: Duration) -> Time {
    Time::try_from(duration.as_nanos()).unwrap_or(Time::MAX)
}

/// The slots of one credential and operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ledger {
    /// For how long the service counts.
    pub(super) length: Time,
    /// When the slots of answered requests are free again, in order.
    pub(super) releases: VecDeque<Time>,
    /// Requests under way.
    pub(super) under_way: usize,
    pub(super) freeze: Option<Freeze>,
}

/// After a 429.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Freeze {
    /// Nobody goes before.
    pub(super) until: Time,
    /// Requests go one at a time until one is answered after this.
    pub(super) cautious: Time,
    /// That one is under way.
    pub(super) probing: bool,
}

/// When the next request can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    Now,
    At(Time),
    /// Once a request under way is answered.
    Later,
}

/// What became of a request that took a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The answer is here, and it is no 429.
    Answered,
    /// The service said 429: nobody goes for so long.
    Throttled(Duration),
    /// No byte of the request was written.
    Refunded,
    /// Given up, or its answer was lost: the service may still get it.
    Lost,
}

impl Ledger {
    pub(super) fn new(length: Duration) -> Self {
        Self { length: nanos(length), releases: VecDeque::new(), under_way: 0, freeze: None }
    }

    /// Removes what is free by now. Whatever else is asked or done supposes it.
    pub(super) fn expire(&mut self, now: Time) {
        while self.releases.front().is_some_and(|release| *release <= now) {
            self.releases.pop_front();
        }
    }

    /// How many slots are not free.
    pub(super) fn held(&self) -> usize {
        self.releases.len() + self.under_way
    }

    pub(super) fn opening(&self, ceiling: u32, now: Time) -> Opening {
        match &self.freeze {
            Some(freeze) if freeze.until > now => return Opening::At(freeze.until),
            Some(freeze) if freeze.probing => return Opening::Later,
            _ => {}
        }
        match self.held().checked_sub(ceiling as usize) {
            None => Opening::Now,
            // So many slots must come free first, beyond the one that is needed.
            Some(excess) => self.releases.get(excess).copied().map_or(Opening::Later, Opening::At),
        }
    }

    /// Takes the slot that is open now, and says whether its request is a probe.
    pub(super) fn take(&mut self, ceiling: u32) -> bool {
        // Makes room for a ceiling's slots, so that noting them allocates nothing.
        let room = ROOM.min(ceiling as usize);
        self.releases.reserve_exact(room.saturating_sub(self.releases.len()));
        self.under_way += 1;
        self.freeze.as_mut().map(|freeze| freeze.probing = true).is_some()
    }

    /// A request that took a slot, as a probe or not, is under way no more.
    pub(super) fn settle(&mut self, probe: bool, outcome: Outcome, now: Time) {
        self.under_way -= 1;
        match outcome {
            Outcome::Answered | Outcome::Throttled(_) => self.hold(now + self.length),
            Outcome::Lost => self.hold(now + nanos(LATEST_ARRIVAL) + self.length),
            Outcome::Refunded => {}
        }
        // A probe that told nothing lets the next one go.
        if let Some(freeze) = self.freeze.as_mut().filter(|_| probe) {
            freeze.probing = false;
        }
        match outcome {
            Outcome::Answered if probe => {
                self.freeze.take_if(|freeze| freeze.cautious <= now);
            }
            Outcome::Throttled(retry_after) => {
                let until = now + nanos(retry_after.min(LONGEST_FREEZE));
                let freeze = self.freeze.get_or_insert(Freeze { until, cautious: now, probing: false });
                freeze.until = freeze.until.max(until);
                freeze.cautious = now + self.length;
            }
            _ => {}
        }
    }

    /// The service says how many requests it leaves, and for how long. Where that is less than is
    /// known here, others use the key: as many slots are theirs, for a window at most.
    pub(super) fn believe(&mut self, ceiling: u32, remaining: u32, reset: Duration, now: Time) {
        let free = (ceiling as usize).saturating_sub(self.held());
        let theirs = free.saturating_sub(remaining as usize);
        let until = now + nanos(reset).min(self.length);
        (0..theirs).for_each(|_| self.hold(until));
    }

    /// A slot is free again then. Most come in order.
    fn hold(&mut self, until: Time) {
        let index = self.releases.partition_point(|earlier| *earlier <= until);
        self.releases.insert(index, until);
    }

    /// The earliest time at which a call with so many ahead of it can go. Requests under way and
    /// those still to be sent hold their slots for a window at least.
    pub(super) fn earliest(&self, ceiling: u32, ahead: usize, now: Time) -> Time {
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
        first.saturating_add(self.length.saturating_mul(rounds as Time))
    }

    /// The earliest time of the release that has so many before it.
    fn release(&self, index: usize, ahead: usize, now: Time) -> Time {
        let others = self.under_way + ahead > 0;
        match self.releases.get(index) {
            // Beyond a window from now stand those given up: what others send is free before.
            Some(release) if !others || *release <= now + self.length => *release,
            _ => now + self.length,
        }
    }

    /// Whether requests go one at a time.
    pub(super) fn is_cautious(&self) -> bool {
        self.freeze.is_some()
    }

    /// When the time of the last 429 is over.
    pub(super) fn frozen_until(&self) -> Option<Time> {
        self.freeze.as_ref().map(|freeze| freeze.until)
    }

    /// Whether nothing is sent now, whatever is free, because of a 429.
    pub(super) fn is_frozen(&self, now: Time) -> bool {
        self.freeze.as_ref().is_some_and(|freeze| freeze.until > now || freeze.probing)
    }

    /// Requests that could be sent now.
    pub(super) fn free(&self, ceiling: u32, now: Time) -> u32 {
        let at_once = match &self.freeze {
            _ if self.is_frozen(now) => 0,
            Some(_) => 1,
            None => u32::MAX,
        };
        let held = u32::try_from(self.held()).unwrap_or(u32::MAX);
        ceiling.saturating_sub(held).min(at_once)
    }
}
