//! A model of the service: counts what arrives in a true sliding window.

use std::collections::VecDeque;

const MINUTE: u64 = 60_000;

/// What the service has seen with one credential and operation.
#[derive(Debug)]
pub(super) struct Counter {
    ceiling: usize,
    /// Our requests of the last minute, whatever became of them.
    ours: VecDeque<u64>,
    /// What the service has let in within the last minute, strangers' requests too.
    admitted: VecDeque<u64>,
    strangers: VecDeque<u64>,
}

#[derive(Debug)]
pub(super) struct Verdict {
    /// More of ours within a minute than the ceiling.
    pub(super) overrun: bool,
    /// Refused, with the seconds until there is room again.
    pub(super) refused: Option<u64>,
}

impl Counter {
    pub(super) fn new(ceiling: u32, strangers: &[u64]) -> Self {
        Self {
            ceiling: ceiling as usize,
            ours: VecDeque::new(),
            admitted: VecDeque::new(),
            strangers: strangers.iter().copied().collect(),
        }
    }

    /// One of our requests arrives.
    pub(super) fn arrive(&mut self, now: u64) -> Verdict {
        while let Some(stranger) = self.strangers.front().copied().filter(|time| *time <= now) {
            self.strangers.pop_front();
            self.admit(stranger);
        }
        self.ours.push_back(now);
        forget(&mut self.ours, now);
        let refused = if self.admit(now) {
            None
        } else {
            self.admitted.front().map(|oldest| (oldest + MINUTE - now).div_ceil(1000))
        };
        Verdict { overrun: self.ours.len() > self.ceiling, refused }
    }

    fn admit(&mut self, now: u64) -> bool {
        forget(&mut self.admitted, now);
        let room = self.admitted.len() < self.ceiling;
        if room {
            self.admitted.push_back(now);
        }
        room
    }
}

fn forget(times: &mut VecDeque<u64>, now: u64) {
    while times.front().is_some_and(|time| time + MINUTE <= now) {
        times.pop_front();
    }
}
