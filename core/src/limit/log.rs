//! When the slots of sent requests are free again.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Room is made at once for as many slots as any documented ceiling has, and beyond only as needed.
const ROOM: usize = 64;

/// Release times in order, kept as nanoseconds since the log was made: half the size of an instant.
#[derive(Debug)]
pub(super) struct Log {
    epoch: Instant,
    releases: VecDeque<u64>,
}

impl Log {
    pub(super) fn new(now: Instant) -> Self {
        Self { epoch: now, releases: VecDeque::new() }
    }

    /// Makes room for a ceiling's slots, so that noting them allocates nothing.
    pub(super) fn reserve(&mut self, ceiling: u32) {
        let room = ROOM.min(ceiling as usize);
        self.releases.reserve_exact(room.saturating_sub(self.releases.len()));
    }

    /// Notes a release. Most come in order.
    pub(super) fn add(&mut self, release: Instant) {
        let since = release.saturating_duration_since(self.epoch).as_nanos();
        let release = u64::try_from(since).unwrap_or(u64::MAX);
        let index = self.releases.partition_point(|earlier| *earlier <= release);
        self.releases.insert(index, release);
    }

    /// Removes what is free by now.
    pub(super) fn expire(&mut self, now: Instant) {
        while self.get(0).is_some_and(|release| release <= now) {
            self.releases.pop_front();
        }
    }

    /// How many slots are not free yet.
    pub(super) fn len(&self) -> usize {
        self.releases.len()
    }

    /// The release that has so many before it.
    pub(super) fn get(&self, index: usize) -> Option<Instant> {
        self.releases.get(index).map(|release| self.epoch + Duration::from_nanos(*release))
    }
}
