//! What several processes know together of one window: its ledger, the requests under way, and the
//! line of the processes. Pure, as the ledger is.
//!
//! A request under way carries a lease, after which its slot is free whatever became of it: a
//! process that died settles nothing. The lease lasts as long as its request may still count.
//!
//! Between processes slots go by fair queueing: each has a turn that grows with every slot it gets,
//! and those whose turn is behind mine may first catch up with me. Who comes back after a while
//! begins at the turn of those who went last. Who does not come back soon is not waited for.

use std::time::Duration;

use super::ledger::{Ledger, Opening, Outcome, Time, nanos};

/// How long nobody asks again at the latest, as parts of a window and within bounds. Only this tells a
/// process of what others gave back, and of their 429s.
const GLANCES: u64 = 60;
const GLANCE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));
/// How long the slots of a process that is due are kept for it, within the same parts.
const GRACE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// One window as the processes share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) ledger: Ledger,
    pub(super) leases: Vec<Lease>,
    pub(super) line: Vec<Member>,
    /// The turn of who went last.
    pub(super) turn: u64,
    /// Until then some may have sent what is not noted here, each within its part of the ceiling.
    pub(super) parted_until: Time,
}

/// A request under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) slot: u64,
    pub(super) until: Time,
    pub(super) probe: bool,
}

/// A process that takes slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) id: u64,
    pub(super) turn: u64,
    /// When it asks again, as it was told to.
    pub(super) back_at: Time,
    /// It stands in line; else it has just got a slot, and may want another.
    pub(super) waits: bool,
}

/// A process that wants a slot.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) member: u64,
    /// What it will call the slot.
    pub(super) slot: u64,
    pub(super) ceiling: u32,
    /// How long the slot is held if nothing is heard of it any more.
    pub(super) lease: Duration,
    /// Whether it comes back when told, or goes without.
    pub(super) waits: bool,
    /// Whether it keeps to its part of the ceiling.
    pub(super) parted: bool,
    /// Whether it had an answer before.
    pub(super) known: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reserved {
    Taken,
    Denied(Denied),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Denied {
    /// When to ask again.
    pub(super) look_in: Duration,
    /// When a slot is free at the earliest.
    pub(super) opens_in: Duration,
    /// How long nothing is sent because of a 429.
    pub(super) frozen_for: Duration,
    /// How long it has to keep to its part of the ceiling, and does not yet.
    pub(super) parted_for: Duration,
}

/// What became of a slot.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub(super) slot: u64,
    pub(super) ceiling: u32,
    pub(super) outcome: Outcome,
    /// How many requests the service says it leaves, and for how long.
    pub(super) left: Option<(u32, Duration)>,
}

impl Shared {
    pub(super) fn new(length: Duration) -> Self {
        let ledger = Ledger::new(length);
        Self { ledger, leases: Vec::new(), line: Vec::new(), turn: 0, parted_until: 0 }
    }

    /// Removes what is free by now.
    pub(super) fn expire(&mut self, now: Time) {
        self.ledger.expire(now);
        let ledger = &mut self.ledger;
        self.leases.retain(|lease| {
            let lasts = lease.until > now;
            if !lasts {
                ledger.settle(lease.probe, Outcome::Refunded, now);
            }
            lasts
        });
    }

    /// A slot, where one is free and nobody's turn comes before.
    pub(super) fn reserve(&mut self, ask: &Ask, now: Time) -> Reserved {
        self.expire(now);
        let parted_for = if ask.parted { 0 } else { self.parted_until.saturating_sub(now) };
        let grace = self.part(GRACE);
        self.line.retain(|member| member.id == ask.member || member.back_at.saturating_add(grace) > now);
        let turn =
            self.line.iter().find(|member| member.id == ask.member).map_or(self.turn, |mine| mine.turn);
        // Who comes once, and does not wait, leaves nothing to those who may not come.
        let comes_before = |member: &&Member| ask.waits || member.waits;
        let before = self.line.iter().filter(comes_before);
        let ahead: u64 = before.map(|member| turn.saturating_sub(member.turn)).sum();
        let due = u32::try_from(ahead).unwrap_or(u32::MAX);
        let opening = match self.ledger.opening(ask.ceiling.saturating_sub(due), now) {
            // One goes at a time, and it is another's turn.
            Opening::Now if due > 0 && self.ledger.is_cautious() => Opening::Later,
            opening => opening,
        };
        if opening == Opening::Now && parted_for == 0 {
            let probe = self.ledger.take(ask.ceiling);
            let until = now.saturating_add(nanos(ask.lease));
            self.leases.push(Lease { slot: ask.slot, until, probe });
            self.turn = self.turn.max(turn);
            self.note(Member { id: ask.member, turn: turn + 1, back_at: now, waits: false });
            return Reserved::Taken;
        }
        // Whoever is late by then is not waited for any more.
        let late = self.line.iter().filter(|member| member.turn < turn).map(|member| member.back_at + grace);
        let mut look = late.min().unwrap_or(Time::MAX).min(now + self.part(GLANCE));
        if let Opening::At(time) = opening {
            look = look.min(time);
        }
        let look = look.max(now + 1);
        if ask.waits {
            self.note(Member { id: ask.member, turn, back_at: look, waits: true });
        }
        // Those whose turn comes before may not come.
        let opens = self.ledger.earliest(ask.ceiling, 0, now);
        let frozen = self.ledger.frozen_until().unwrap_or(0);
        let until = |time: Time| Duration::from_nanos(time.saturating_sub(now));
        Reserved::Denied(Denied {
            look_in: until(look),
            opens_in: until(opens),
            frozen_for: until(frozen),
            parted_for: Duration::from_nanos(parted_for),
        })
    }

    /// A request is under way no more. One that nobody knows any more is held all the same.
    pub(super) fn settle(&mut self, settled: &Settled, now: Time) {
        self.expire(now);
        if let Some((remaining, reset)) = settled.left {
            self.ledger.believe(settled.ceiling, remaining, reset, now);
        }
        match self.leases.iter().position(|lease| lease.slot == settled.slot) {
            Some(index) => {
                let lease = self.leases.swap_remove(index);
                self.ledger.settle(lease.probe, settled.outcome, now);
            }
            None if settled.outcome == Outcome::Refunded => {}
            None => {
                self.ledger.under_way += 1;
                self.ledger.settle(false, settled.outcome, now);
            }
        }
    }

    fn note(&mut self, member: Member) {
        match self.line.iter_mut().find(|known| known.id == member.id) {
            Some(known) => *known = member,
            None => self.line.push(member),
        }
    }

    /// How long nobody asks again at the latest, and for how long the slots of one that is due are kept.
    pub(super) fn pauses(&self) -> [Time; 2] {
        [self.part(GLANCE), self.part(GRACE)]
    }

    fn part(&self, (least, most): (Duration, Duration)) -> Time {
        (self.ledger.length / GLANCES).clamp(nanos(least), nanos(most))
    }
}
