//! The book kept over one credential and operation, and what must hold in it.

use std::collections::BTreeMap;

use super::service::{Counter, Verdict};
use super::strategy::Settlement;
use crate::limit::ledger::{LATEST_ARRIVAL, LONGEST_FREEZE};
use crate::limit::window::A_MOMENT;
use crate::limit::{FORGOTTEN, LONGEST_UNASKED, WINDOW};

#[allow(clippy::cast_possible_truncation)] // Seconds to an hour.
const fn millis(duration: std::time::Duration) -> u64 {
    duration.as_millis() as u64
}

const MINUTE: u64 = millis(WINDOW);

/// How long a call waits for its next slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    pub(super) at_once: bool,
    /// The time after which it does not want to go any more.
    pub(super) bound: Option<u64>,
    /// Whether it waits out a freeze of any length, within its bound.
    pub(super) sits_out_any: bool,
}

impl Wait {
    fn lasts_until(&self, time: u64) -> bool {
        self.bound.is_none_or(|bound| time <= bound)
    }

    fn sits_out(&self, now: u64, freeze: u64) -> bool {
        let long = freeze.saturating_sub(now) > millis(LONGEST_UNASKED);
        freeze <= now || (self.lasts_until(freeze) && (self.sits_out_any || !long))
    }
}
/// What a grant may come too late, beside the round trips of earlier windows.
const SLACK: u64 = 5;

pub(super) struct Ledger {
    ceiling: u64,
    service: Counter,
    numbers: u64,
    waiting: BTreeMap<u64, Wait>,
    /// Who was in line as a freeze began that they don't wait out: to be told at that very time.
    unaware: BTreeMap<u64, u64>,
    grants: Vec<Grant>,
    refusals: Vec<Refusal>,
    block: Option<Block>,
    waits: u64,
    polls: u64,
    /// What may wake a waiter: settled requests, and calls that come back after a 429.
    pub(super) events: u64,
    throttled: bool,
    /// Somebody left the queue without a slot, or gave one back: waits come out shorter than told.
    disturbed: bool,
    pub(super) overruns: usize,
    pub(super) faults: Vec<String>,
}

struct Grant {
    number: u64,
    begun: u64,
    granted: u64,
    /// How much longer than a minute it held its slot.
    held: u64,
    probe: bool,
}

struct Refusal {
    number: u64,
    /// How many had gone by then.
    gone: usize,
    until: u64,
}

/// After a 429.
struct Block {
    received: u64,
    until: u64,
    probes: u32,
}

impl Ledger {
    pub(super) fn new(ceiling: u32, strangers: &[u64]) -> Self {
        Self {
            ceiling: ceiling.into(),
            service: Counter::new(ceiling, strangers),
            numbers: 0,
            waiting: BTreeMap::new(),
            unaware: BTreeMap::new(),
            grants: Vec::new(),
            refusals: Vec::new(),
            block: None,
            waits: 0,
            polls: 0,
            events: 0,
            throttled: false,
            disturbed: false,
            overruns: 0,
            faults: Vec::new(),
        }
    }

    pub(super) fn fault(&mut self, now: u64, what: impl std::fmt::Display) {
        self.faults.push(format!("at {now} ms: {what}"));
    }

    /// A call gets in line, behind all others unless it was there before.
    pub(super) fn join(&mut self, number: &mut Option<u64>, wait: Wait) {
        if number.is_some() {
            self.events += 1;
        }
        self.waits += 1;
        let number = *number.get_or_insert(self.numbers);
        self.numbers = self.numbers.max(number + 1);
        if !wait.at_once {
            self.waiting.insert(number, wait);
        }
    }

    /// A call leaves the line, slot or not.
    pub(super) fn leave(&mut self, number: u64, granted: bool) {
        self.disturbed |= self.waiting.remove(&number).is_some() && !granted;
        if granted && self.unaware.remove(&number).is_some() {
            self.faults.push(format!("number {number} waited out a freeze unasked"));
        }
    }

    /// Notes how often a call was polled while so much happened: nothing may spin.
    pub(super) fn polled(&mut self, now: u64, polls: u64, events: u64) {
        self.polls += polls;
        if polls > 4 + 2 * events {
            self.fault(now, format!("polled {polls} times over {events} events"));
        }
    }

    pub(super) fn grant(&mut self, now: u64, number: u64, begun: u64) -> usize {
        self.leave(number, true);
        if let Some(first) = self.waiting.keys().next().filter(|first| **first < number) {
            self.fault(now, format!("number {number} went before number {first}"));
        }
        // After long without a request, what the service said is forgotten.
        let used = self.grants.last().map_or(0, |last| last.granted);
        let remembered = |block: &Block| now < used.max(block.until) + millis(FORGOTTEN);
        self.block = self.block.take().filter(remembered);
        let probe = self.block.is_some();
        if let Some(block) = &mut self.block {
            block.probes += 1;
            let (early, crowd) = (now < block.until, block.probes > 1);
            if early || crowd {
                self.fault(now, if early { "sent while frozen" } else { "two probes at once" });
            }
        }
        self.grants.push(Grant { number, begun, granted: now, held: 0, probe });
        self.grants.len() - 1
    }

    /// A refusal is true when the call could not have gone within its bound, or does not wait out a freeze.
    pub(super) fn refuse(&mut self, now: u64, number: u64, wait: Wait, in_line: bool, retry_after: u64) {
        let frozen = self.block.as_ref().is_some_and(|block| !wait.sits_out(now, block.until));
        let could_wait = wait.bound.is_none_or(|bound| now < bound) && wait.lasts_until(now + retry_after);
        if could_wait && !wait.at_once && !frozen {
            self.fault(now, format!("refused with {retry_after} ms, though it could wait that long"));
        }
        if self.unaware.remove(&number).is_some_and(|frozen| frozen != now) {
            self.fault(now, format!("number {number} was told late of a freeze"));
        }
        if !in_line {
            self.waiting.remove(&number);
        }
        if retry_after != millis(A_MOMENT) {
            // Who wanted a slot at once stood behind everybody.
            let number = if wait.at_once { self.numbers - 1 } else { number };
            self.refusals.push(Refusal { number, gone: self.grants.len(), until: now + retry_after });
        }
    }

    pub(super) fn arrive(&mut self, now: u64) -> Verdict {
        let verdict = self.service.arrive(now);
        if verdict.overrun {
            self.overruns += 1;
            self.fault(now, "more arrivals within a minute than the ceiling");
        }
        verdict
    }

    pub(super) fn settle(&mut self, now: u64, grant: usize, settlement: Settlement) {
        self.events += 1;
        let grant = &mut self.grants[grant];
        grant.held = now - grant.granted;
        if grant.probe
            && let Some(block) = &mut self.block
        {
            block.probes = block.probes.saturating_sub(1);
        }
        match settlement {
            Settlement::Answered => {
                let probe = grant.probe;
                self.block = self.block.take().filter(|block| !probe || now < block.received + MINUTE);
            }
            Settlement::Throttled(after) => {
                self.throttled = true;
                let until = now + millis(after.min(LONGEST_FREEZE));
                let block = self.block.get_or_insert(Block { received: now, until, probes: 0 });
                block.received = now;
                block.until = block.until.max(until);
                let until = block.until;
                let unaware = self.waiting.iter().filter(|(_, wait)| !wait.sits_out(now, until));
                self.unaware.extend(unaware.map(|(number, _)| (*number, now)));
            }
            Settlement::GivenUp => grant.held += millis(LATEST_ARRIVAL),
            Settlement::Unsent => self.disturbed = true,
        }
    }

    /// What can only be said when all is over.
    pub(super) fn close(&mut self, now: u64) {
        if self.polls > 4 * self.waits + 2 * self.events {
            self.fault(now, format!("{} polls for {} waits", self.polls, self.waits));
        }
        if !self.throttled {
            self.check_pace();
        }
        if !self.disturbed {
            self.check_refusals();
        }
    }

    /// Each call went as soon as one who needs no time for the way would have sent it, but for one
    /// round trip a window: the makespan, for every call.
    fn check_pace(&mut self) {
        let longest = self.grants.iter().map(|grant| grant.held).max().unwrap_or_default();
        let mut ideal: Vec<u64> = Vec::with_capacity(self.grants.len());
        let mut late = None;
        for (index, grant) in (0_u64..).zip(&self.grants) {
            let before = ideal.last().copied().unwrap_or_default();
            let freed =
                index.checked_sub(self.ceiling).and_then(|index| ideal.get(usize::try_from(index).ok()?));
            let time = grant.begun.max(before).max(freed.map_or(0, |time| time + MINUTE));
            ideal.push(time);
            if grant.granted > time + index / self.ceiling * longest + SLACK {
                late = Some((grant.granted, format!("could have gone at {time} ms")));
            }
        }
        if let Some((now, what)) = late {
            self.fault(now, what);
        }
    }

    /// Nobody who came after a refused call went before the time that it was told.
    fn check_refusals(&mut self) {
        let mut lies = Vec::new();
        for (index, grant) in self.grants.iter().enumerate() {
            let told = |refusal: &&Refusal| {
                index >= refusal.gone && grant.number > refusal.number && grant.granted < refusal.until
            };
            if let Some(refusal) = self.refusals.iter().find(told) {
                lies.push((
                    grant.granted,
                    format!("went before {} ms, as a refused call was told", refusal.until),
                ));
            }
        }
        for (granted, lie) in lies {
            self.fault(granted, lie);
        }
    }
}
