//! A call's time in line: how long it may wait, how long it has waited, and what it tells of it.

use std::pin::{Pin, pin};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::line::Rank;

/// A freeze with more to go is the caller's to know, unless the call has a bound that allows it.
pub(crate) const LONGEST_UNASKED: Duration = Duration::from_secs(120);
/// A call that waits longer than this says so.
const NOTICE: Duration = Duration::from_secs(1);

/// Hears how long a call has waited, and how long it is expected to wait yet.
pub(crate) type Notice<'a> = &'a (dyn Fn(Duration, Duration) + Sync);

/// A call's place in line, kept over its retries, and the time it has spent there.
pub(crate) struct Turn<'a> {
    pub(super) ticket: Option<u64>,
    /// Before whom it goes.
    pub(crate) rank: Rank,
    max_wait: Option<Duration>,
    pub(super) waited: Duration,
    /// How long the next attempt may take.
    pub(crate) attempt: Duration,
    notice: Option<Notice<'a>>,
}

impl<'a> Turn<'a> {
    /// A turn that may wait so long in all, and tells once when its waiting passes a second. Without a
    /// bound it stands in line however long it is, but sits out no long freeze.
    pub(crate) fn new(max_wait: Option<Duration>, notice: Option<Notice<'a>>) -> Self {
        Self {
            ticket: None,
            rank: Rank::default(),
            max_wait,
            waited: Duration::ZERO,
            attempt: Duration::ZERO,
            notice,
        }
    }

    /// How long the call has waited in all.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    /// The longest freeze that the call sits out.
    pub(crate) fn longest_freeze(&self) -> Duration {
        self.max_wait.map_or(LONGEST_UNASKED, |bound| bound.saturating_sub(self.waited))
    }

    /// Waits for the service's own time to come back.
    pub(crate) async fn rest(&mut self, pause: Duration) {
        let start = Instant::now();
        self.tell_when_long(start, pin!(sleep(pause)), |now| (start + pause).saturating_duration_since(now))
            .await;
        self.waited += start.elapsed();
    }

    pub(super) fn patience(&self, now: Instant, deadline: Option<Instant>) -> Patience {
        // A bound too far away for the clock is none.
        let of_wait = self.max_wait.and_then(|bound| now.checked_add(bound.saturating_sub(self.waited)));
        let bound = [of_wait, deadline].into_iter().flatten().min();
        Patience { bound, sits_out_any: self.max_wait.is_some() }
    }

    /// Waits, and gives notice once when the call's waiting passes a second.
    pub(super) async fn tell_when_long<T>(
        &mut self,
        start: Instant,
        mut wait: Pin<&mut impl Future<Output = T>>,
        expected: impl Fn(Instant) -> Duration,
    ) -> T {
        let Some(notice) = self.notice else { return wait.await };
        if let Ok(outcome) = timeout(NOTICE.saturating_sub(self.waited), wait.as_mut()).await {
            return outcome;
        }
        self.notice = None;
        let now = Instant::now();
        notice(self.waited + (now - start), expected(now));
        wait.await
    }
}

/// How long a call waits for its next slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) bound: Option<Instant>,
    sits_out_any: bool,
}

impl Patience {
    /// Whether the call waits for what comes then.
    pub(super) fn lasts_until(&self, time: Instant) -> bool {
        self.bound.is_none_or(|bound| time <= bound)
    }

    /// Whether the call waits out a freeze that ends then.
    pub(super) fn sits_out(&self, freeze: Instant, now: Instant) -> bool {
        let long = freeze.saturating_duration_since(now) > LONGEST_UNASKED;
        self.lasts_until(freeze) && (self.sits_out_any || !long)
    }
}
