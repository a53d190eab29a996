//! The ceilings per credential and operation: never more than N answers in any window.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use serde::Serialize;

use crate::lock::hold;
use crate::route::routes;

/// How the ceilings are applied.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) enabled: bool,
    pub(crate) window_seconds: u32,
    /// Ceilings that replace the documented ones, by the operation's index in the route table or [`version_1`].
    pub(crate) overrides: HashMap<usize, u32>,
}

/// The number that stands for all operations of version 1 together, as their indexes do for those of version 2.
pub(crate) fn version_1() -> usize {
    routes().len()
}

/// What is counted: names and documented ceilings, by the number.
pub(crate) fn counters() -> Vec<(&'static str, u32)> {
    let first = routes().iter().find(|route| route.version == 1);
    let shared = ("v1", first.map_or(0, |route| route.limit));
    routes().iter().map(|route| (route.operation_id, route.limit)).chain([shared]).collect()
}

/// A sliding-window log for each credential and operation.
#[derive(Debug)]
pub(crate) struct Limits {
    initial: Settings,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: Settings,
    logs: HashMap<(u64, usize), Log>,
}

/// The stamps of one key. Equal ones are stored once with their number, so that a log has at most one entry for
/// each millisecond of the window, however high the ceiling.
#[derive(Debug, Default)]
struct Log {
    stamps: VecDeque<(i64, u32)>,
    total: u64,
}

impl Log {
    fn forget_until(&mut self, time: i64) {
        while let Some((_, number)) = self.stamps.front().copied().filter(|(stamp, _)| *stamp <= time) {
            self.stamps.pop_front();
            self.total -= u64::from(number);
        }
    }

    fn add(&mut self, now: i64) {
        match self.stamps.back_mut() {
            Some((stamp, number)) if *stamp == now => *number += 1,
            _ => self.stamps.push_back((now, 1)),
        }
        self.total += 1;
    }
}

/// One key's use, for the admin side.
#[derive(Debug, Serialize)]
pub(crate) struct Usage {
    pub(crate) credential: String,
    pub(crate) operation: &'static str,
    pub(crate) used: u64,
    pub(crate) ceiling: u32,
}

impl Limits {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { initial: settings.clone(), inner: Mutex::new(Inner { settings, logs: HashMap::new() }) }
    }

    /// Takes a slot, or says how many whole seconds must pass before one is free.
    pub(crate) fn take(&self, credential: u64, operation: usize, ceiling: u32, now: i64) -> Result<(), u64> {
        let mut inner = hold(&self.inner);
        let Inner { settings, logs } = &mut *inner;
        if !settings.enabled {
            return Ok(());
        }
        let window = i64::from(settings.window_seconds) * 1000;
        let ceiling = settings.overrides.get(&operation).copied().unwrap_or(ceiling);
        let log = logs.entry((credential, operation)).or_default();
        log.forget_until(now - window);
        if log.total < u64::from(ceiling) {
            log.add(now);
            return Ok(());
        }
        let oldest = log.stamps.front().map_or(now, |(stamp, _)| *stamp);
        let wait = u64::try_from(oldest + window - now).unwrap_or(0);
        Err(wait.div_ceil(1000).max(1))
    }

    pub(crate) fn settings(&self) -> Settings {
        hold(&self.inner).settings.clone()
    }

    pub(crate) fn configure(&self, settings: Settings) {
        hold(&self.inner).settings = settings;
    }

    /// Empties every window.
    pub(crate) fn clear(&self) {
        hold(&self.inner).logs.clear();
    }

    /// Back to the settings of the start, with empty windows.
    pub(crate) fn reset(&self) {
        let mut inner = hold(&self.inner);
        inner.settings = self.initial.clone();
        inner.logs.clear();
    }

    /// Who has used what in the present window.
    pub(crate) fn usage(&self, now: i64, operations: &[(&'static str, u32)]) -> Vec<Usage> {
        let mut inner = hold(&self.inner);
        let Inner { settings, logs } = &mut *inner;
        let window = i64::from(settings.window_seconds) * 1000;
        let mut keys: Vec<_> = logs.keys().copied().collect();
        keys.sort_unstable();
        let used = keys.into_iter().filter_map(|key| {
            let log = logs.get_mut(&key)?;
            log.forget_until(now - window);
            let (operation, documented) = *operations.get(key.1)?;
            let ceiling = settings.overrides.get(&key.1).copied().unwrap_or(documented);
            Some(Usage { credential: crate::credential::name(key.0), operation, used: log.total, ceiling })
        });
        used.filter(|usage| usage.used > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::new(Settings { enabled: true, window_seconds: 60, overrides: HashMap::new() })
    }

    #[test]
    fn the_window_slides() {
        let limits = limits();
        for at in [0, 10_000, 20_000] {
            assert_eq!(limits.take(1, 0, 3, at), Ok(()));
        }
        assert_eq!(limits.take(1, 0, 3, 30_001), Err(30), "whole seconds, rounded up");
        assert_eq!(limits.take(1, 0, 3, 59_999), Err(1));
        assert_eq!(limits.take(1, 0, 3, 60_000), Ok(()), "the first stamp is 60 s old");
        assert_eq!(limits.take(1, 0, 3, 60_000), Err(10));
    }

    #[test]
    fn a_refused_request_does_not_count() {
        let limits = limits();
        assert_eq!(limits.take(1, 0, 1, 0), Ok(()));
        for at in 1..1000 {
            assert!(limits.take(1, 0, 1, at).is_err());
        }
        assert_eq!(limits.take(1, 0, 1, 60_000), Ok(()));
    }

    #[test]
    fn credentials_and_operations_are_counted_apart() {
        let limits = limits();
        assert_eq!(limits.take(1, 0, 1, 0), Ok(()));
        assert_eq!(limits.take(2, 0, 1, 0), Ok(()));
        assert_eq!(limits.take(1, 1, 1, 0), Ok(()));
        assert_eq!(limits.take(1, 0, 1, 0), Err(60));
    }

    #[test]
    fn never_more_than_the_ceiling_in_any_window() {
        let limits = limits();
        let mut admitted = Vec::new();
        let mut random = 7_u64;
        let mut now = 0;
        while now < 1_000_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now += i64::try_from(random >> 54).unwrap();
            if limits.take(1, 0, 18, now).is_ok() {
                admitted.push(now);
            }
        }
        assert!(admitted.windows(19).all(|stamps| stamps[18] - stamps[0] >= 60_000));
        assert!(admitted.len() >= 16 * 18, "and hardly fewer");
    }

    #[test]
    fn a_high_ceiling_keeps_one_entry_a_millisecond() {
        let limits = limits();
        for _ in 0..100_000 {
            assert_eq!(limits.take(1, 0, u32::MAX, 5), Ok(()));
        }
        let inner = hold(&limits.inner);
        let log = &inner.logs[&(1, 0)];
        assert_eq!((log.stamps.len(), log.total), (1, 100_000));
    }

    #[test]
    fn settings_come_back_with_reset() {
        let limits = limits();
        limits.configure(Settings { enabled: true, window_seconds: 5, overrides: HashMap::from([(0, 1)]) });
        assert_eq!(limits.take(1, 0, 10, 0), Ok(()));
        assert_eq!(limits.take(1, 0, 10, 0), Err(5));
        limits.reset();
        assert_eq!(limits.take(1, 0, 10, 0), Ok(()));
        assert_eq!(limits.settings().window_seconds, 60);
    }
}
