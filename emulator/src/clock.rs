//! The clock that a test can move.

use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::lock::hold;
use crate::time::Timestamp;

/// What the emulator takes for the time: for `Date` headers, `meta`, rows, and the rate limits' windows.
///
/// Its count of milliseconds only ever grows, so that a rate window never sees time run backwards; setting an
/// earlier date moves the date alone.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    reading: Mutex<Reading>,
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    /// Added to the count: what was advanced, less what passed while frozen.
    advanced: i64,
    /// The date at count zero.
    epoch: i64,
    frozen_at: Option<i64>,
}

impl Clock {
    /// A running clock that shows the system's time.
    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            reading: Mutex::new(Reading { advanced: 0, epoch: system_time(), frozen_at: None }),
        }
    }

    /// The count of milliseconds and the date, read together.
    pub(crate) fn read(&self) -> (i64, Timestamp) {
        let reading = hold(&self.reading);
        let count = self.count(&reading);
        (count, Timestamp::from_milliseconds(reading.epoch.saturating_add(count)))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.read().1
    }

    pub(crate) fn frozen(&self) -> bool {
        hold(&self.reading).frozen_at.is_some()
    }

    pub(crate) fn advance(&self, milliseconds: u64) {
        let mut reading = hold(&self.reading);
        advance(&mut reading, i64::try_from(milliseconds).unwrap_or(i64::MAX));
    }

    /// Shows `date` from now on. A later date lets the time between pass; an earlier one does not bring it back.
    pub(crate) fn set(&self, date: Timestamp) {
        let mut reading = hold(&self.reading);
        let now = reading.epoch.saturating_add(self.count(&reading));
        let difference = date.milliseconds().saturating_sub(now);
        if difference > 0 {
            advance(&mut reading, difference);
        } else {
            reading.epoch = reading.epoch.saturating_add(difference);
        }
    }

    pub(crate) fn freeze(&self, freeze: bool) {
        let mut reading = hold(&self.reading);
        let count = self.count(&reading);
        match (freeze, reading.frozen_at) {
            (true, None) => reading.frozen_at = Some(count),
            (false, Some(_)) => {
                reading.advanced = count.saturating_sub(self.elapsed());
                reading.frozen_at = None;
            }
            _ => {}
        }
    }

    /// Runs again and shows the system's time. The count goes on, for the windows' sake.
    pub(crate) fn reset(&self) {
        self.freeze(false);
        let mut reading = hold(&self.reading);
        reading.epoch = system_time().saturating_sub(self.count(&reading));
    }

    fn count(&self, reading: &Reading) -> i64 {
        reading.frozen_at.unwrap_or_else(|| self.elapsed().saturating_add(reading.advanced))
    }

    fn elapsed(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// The longest count: the years 0 to 9999 several times over, far from an overflow.
const FURTHEST: i64 = 1 << 50;

fn advance(reading: &mut Reading, milliseconds: i64) {
    match &mut reading.frozen_at {
        Some(count) => *count = count.saturating_add(milliseconds).min(FURTHEST),
        None => reading.advanced = reading.advanced.saturating_add(milliseconds).min(FURTHEST),
    }
}

fn system_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_still_when_frozen_and_moves_when_told() {
        let clock = Clock::new();
        clock.freeze(true);
        let before = clock.read();
        std::thread::sleep(std::time::Duration::from_millis(3));
        assert_eq!(clock.read(), before);
        clock.advance(60_000);
        assert_eq!(clock.read().0, before.0 + 60_000);
        clock.freeze(false);
        assert!(clock.read().0 >= before.0 + 60_000);
        assert!(clock.read().0 < before.0 + 61_000);
    }

    #[test]
    fn an_earlier_date_does_not_turn_the_count_back() {
        let clock = Clock::new();
        clock.freeze(true);
        let count = clock.read().0;
        clock.set(Timestamp::parse("2020-01-01").unwrap());
        assert_eq!(clock.read().0, count);
        assert_eq!(clock.now().to_string(), "2020-01-01T00:00:00.000Z");
        clock.set(Timestamp::parse("2020-01-02").unwrap());
        assert_eq!(clock.read().0, count + 86_400_000);
    }

    #[test]
    fn reset_shows_the_system_time_again() {
        let clock = Clock::new();
        clock.set(Timestamp::parse("2050-01-01").unwrap());
        clock.freeze(true);
        clock.reset();
        assert!((clock.now().milliseconds() - system_time()).abs() < 1000);
        assert!(!clock.frozen());
    }
}
