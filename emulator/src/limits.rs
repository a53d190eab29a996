//! The ceilings per credential and operation: never more than N answers in any window.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::lock::hold;
use crate::route::routes;

/// How the ceilings are applied.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) enabled: bool,
    pub(crate) window_seconds: u32,
    pub(crate) style: Style,
    /// Ceilings that replace the documented ones, by the operation's index in the route table or [`version_1`].
    pub(crate) overrides: HashMap<usize, u32>,
}

/// Whose words a full window is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Style {
    /// The gateway's message.
    Gateway,
    /// A problem document, as the service's own refusals are.
    Problem,
}

/// What is left of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) limit: u32,
    pub(crate) remaining: u64,
    /// In how many whole seconds the next slot comes free.
    pub(crate) reset: u64,
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

    /// What is left, `now`.
    fn quota(&self, limit: u32, window: i64, now: i64) -> Quota {
        let oldest = self.stamps.front().map_or(now, |(stamp, _)| *stamp);
        let wait = u64::try_from(oldest + window - now).unwrap_or(0);
        let reset = wait.div_ceil(1000).max(1);
        Quota { limit, remaining: u64::from(limit).saturating_sub(self.total), reset }
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

    /// Takes a slot and says what is left, if anything is counted. An error when there was none to take.
    pub(crate) fn take(
        &self,
        credential: u64,
        operation: usize,
        ceiling: u32,
        now: i64,
    ) -> Result<Option<Quota>, Quota> {
        let mut inner = hold(&self.inner);
        let Inner { settings, logs } = &mut *inner;
        if !settings.enabled {
            return Ok(None);
        }
        let window = i64::from(settings.window_seconds) * 1000;
        let ceiling = settings.overrides.get(&operation).copied().unwrap_or(ceiling);
        let log = logs.entry((credential, operation)).or_default();
        log.forget_until(now - window);
        if log.total >= u64::from(ceiling) {
            return Err(log.quota(ceiling, window, now));
        }
        log.add(now);
        Ok(Some(log.quota(ceiling, window, now)))
    }

    pub(crate) fn style(&self) -> Style {
        hold(&self.inner).settings.style
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
        Limits::new(settings())
    }

    fn settings() -> Settings {
        Settings { enabled: true, window_seconds: 60, style: Style::Gateway, overrides: HashMap::new() }
    }

    /// Takes a slot, or says in how many seconds there is one.
    fn take(limits: &Limits, credential: u64, operation: usize, ceiling: u32, now: i64) -> Result<(), u64> {
        limits.take(credential, operation, ceiling, now).map(drop).map_err(|quota| quota.reset)
    }

    #[test]
    fn the_window_slides() {
        let limits = limits();
        for at in [0, 10_000, 20_000] {
            assert_eq!(take(&limits, 1, 0, 3, at), Ok(()));
        }
        assert_eq!(take(&limits, 1, 0, 3, 30_001), Err(30), "whole seconds, rounded up");
        assert_eq!(take(&limits, 1, 0, 3, 59_999), Err(1));
        assert_eq!(take(&limits, 1, 0, 3, 60_000), Ok(()), "the first stamp is 60 s old");
        assert_eq!(take(&limits, 1, 0, 3, 60_000), Err(10));
    }

    #[test]
    fn what_is_left_is_told() {
        let limits = limits();
        let told = |now| limits.take(1, 0, 2, now);
        assert_eq!(told(0), Ok(Some(Quota { limit: 2, remaining: 1, reset: 60 })));
        assert_eq!(told(10_500), Ok(Some(Quota { limit: 2, remaining: 0, reset: 50 })));
        assert_eq!(told(20_000), Err(Quota { limit: 2, remaining: 0, reset: 40 }));
        limits.configure(Settings { enabled: false, ..settings() });
        assert_eq!(told(20_000), Ok(None));
    }

    #[test]
    fn a_refused_request_does_not_count() {
        let limits = limits();
        assert_eq!(take(&limits, 1, 0, 1, 0), Ok(()));
        for at in 1..1000 {
            assert!(take(&limits, 1, 0, 1, at).is_err());
        }
        assert_eq!(take(&limits, 1, 0, 1, 60_000), Ok(()));
    }

    #[test]
    fn credentials_and_operations_are_counted_apart() {
        let limits = limits();
        assert_eq!(take(&limits, 1, 0, 1, 0), Ok(()));
        assert_eq!(take(&limits, 2, 0, 1, 0), Ok(()));
        assert_eq!(take(&limits, 1, 1, 1, 0), Ok(()));
        assert_eq!(take(&limits, 1, 0, 1, 0), Err(60));
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
            if take(&limits, 1, 0, 18, now).is_ok() {
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
            assert_eq!(take(&limits, 1, 0, u32::MAX, 5), Ok(()));
        }
        let inner = hold(&limits.inner);
        let log = &inner.logs[&(1, 0)];
        assert_eq!((log.stamps.len(), log.total), (1, 100_000));
    }

    #[test]
    fn settings_come_back_with_reset() {
        let limits = limits();
        limits.configure(Settings { window_seconds: 5, overrides: HashMap::from([(0, 1)]), ..settings() });
        assert_eq!(take(&limits, 1, 0, 10, 0), Ok(()));
        assert_eq!(take(&limits, 1, 0, 10, 0), Err(5));
        limits.reset();
        assert_eq!(take(&limits, 1, 0, 10, 0), Ok(()));
        assert_eq!(limits.settings().window_seconds, 60);
    }
}
