//! The line before a window: calls of a higher priority stand before others, and those of one priority in the order in which
//! they came. None is passed over for ever: a priority that had no slot for a window has the next one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::turn::Patience;

/// Which calls go first where slots are short. All of one priority are first come, first served.
///
/// A priority that has to let others go before it has a slot at least each window, so that nothing waits for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Before all others: somebody stands at the door.
    High,
    /// As ever.
    #[default]
    Normal,
    /// After all others, and [a part of each ceiling](crate::Options::reserve) is left to them.
    Low,
}

/// What a call's priority means for its slots.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Rank {
    pub(crate) priority: Priority,
    /// The part of the ceiling that low ones leave to others.
    pub(crate) reserve: f64,
}

impl Rank {
    /// How many slots it may use of those that there are; one at least.
    pub(super) fn part(self, ceiling: u32) -> u32 {
        if self.priority < Priority::Low || self.reserve <= 0.0 {
            return ceiling;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of the ceiling")]
        let reserved = (f64::from(ceiling) * self.reserve).ceil() as u32;
        ceiling.saturating_sub(reserved).max(1)
    }
}

/// A waiting call's place.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) notify: Arc<Notify>,
    pub(super) patience: Patience,
}

/// A ticket begins with its priority: the lowest one is next.
const OF_PRIORITY: u32 = 62;

#[derive(Debug)]
pub(super) struct Line {
    places: BTreeMap<u64, Place>,
    drawn: u64,
    /// Since when those of each priority had no slot, while they waited.
    without: [Instant; 3],
    /// For how long at most.
    longest: Duration,
}

impl Line {
    pub(super) fn new(now: Instant, longest: Duration) -> Self {
        Self { places: BTreeMap::new(), drawn: 0, without: [now; 3], longest }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }

    pub(super) fn draw(&mut self, priority: Priority) -> u64 {
        self.drawn += 1;
        self.newcomer(priority)
    }

    /// The ticket that stands behind all others of this priority.
    pub(super) fn newcomer(&self, priority: Priority) -> u64 {
        self.drawn + ((priority as u64) << OF_PRIORITY)
    }

    pub(super) fn join(&mut self, ticket: u64, place: Place, now: Instant) {
        let priority = priority_of(ticket);
        if self.head(priority).is_none() {
            self.without[priority] = now;
        }
        self.places.insert(ticket, place);
    }

    pub(super) fn leave(&mut self, ticket: u64) {
        self.places.remove(&ticket);
    }

    /// One that waited has its slot.
    pub(super) fn served(&mut self, ticket: u64, now: Instant) {
        self.without[priority_of(ticket)] = now;
    }

    /// Who is next.
    pub(super) fn first(&self, now: Instant) -> Option<(u64, &Place)> {
        let (first, place) = self.places.first_key_value()?;
        match self.passed_over(now) {
            Some(ticket) => self.places.get(&ticket).map(|place| (ticket, place)),
            None => Some((*first, place)),
        }
    }

    /// How many are before this ticket. Newcomers, the usual case, stand behind everybody.
    pub(super) fn ahead_of(&self, ticket: u64, now: Instant) -> usize {
        match self.places.last_key_value() {
            Some((last, _)) if *last >= ticket => {
                let passed_over = self.passed_over(now).is_some_and(|passed_over| passed_over > ticket);
                self.places.range(..ticket).count() + usize::from(passed_over)
            }
            _ => self.places.len(),
        }
    }

    /// Who goes before those who would be next, having waited for a window while others went.
    pub(super) fn passed_over(&self, now: Instant) -> Option<u64> {
        let (first, _) = self.places.first_key_value()?;
        let (last, _) = self.places.last_key_value()?;
        // All have one priority, as they mostly have.
        if priority_of(*first) == priority_of(*last) && *last >> OF_PRIORITY != Priority::Low as u64 {
            return None;
        }
        let heads = [Priority::Normal, Priority::Low].into_iter().filter_map(|priority| {
            let ticket = self.head(priority as usize)?;
            let since = self.without[priority as usize];
            (now >= since + self.longest).then_some((since, ticket))
        });
        heads.min().map(|(_, ticket)| ticket)
    }

    /// When this ticket's priority is passed over for too long.
    pub(super) fn limit_of(&self, ticket: u64) -> Instant {
        self.without[priority_of(ticket)] + self.longest
    }

    fn head(&self, priority: usize) -> Option<u64> {
        let start = (priority as u64) << OF_PRIORITY;
        let end = start + (1 << OF_PRIORITY);
        self.places.range(start..end).next().map(|(ticket, _)| *ticket)
    }
}

fn priority_of(ticket: u64) -> usize {
    usize::try_from(ticket >> OF_PRIORITY).unwrap_or_default().min(2)
}
