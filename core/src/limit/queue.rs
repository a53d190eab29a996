//! Waiting for a slot: in the order of the tickets, no longer than allowed, and never by polling.
//!
//! Only the first in the queue watches the clock; whoever leaves the front wakes the next.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::window::{Opening, State};
use super::{Refused, Slot, Window};

/// Thirty days: more than any wait, and safe to add to a clock.
const LONGEST_WAIT: Duration = Duration::from_secs(2_592_000);
/// A call that waits longer than this says so.
const NOTICE: Duration = Duration::from_secs(1);

/// Hears how long a call has waited, and how long it is expected to wait yet.
pub(crate) type Notice<'a> = &'a (dyn Fn(Duration, Duration) + Sync);

/// A call's place in the queue, kept over its retries, and how long it has waited.
pub(crate) struct Turn<'a> {
    ticket: Option<u64>,
    max_wait: Duration,
    pub(super) waited: Duration,
    notice: Option<Notice<'a>>,
}

impl<'a> Turn<'a> {
    /// A turn that may wait so long in all, and tells once when its waiting passes a second.
    pub(crate) fn new(max_wait: Duration, notice: Option<Notice<'a>>) -> Self {
        Self { ticket: None, max_wait: max_wait.min(LONGEST_WAIT), waited: Duration::ZERO, notice }
    }

    /// How long the call has waited in all.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    fn bound(&self, now: Instant, deadline: Option<Instant>) -> Instant {
        let bound = now + self.max_wait.saturating_sub(self.waited);
        deadline.map_or(bound, |deadline| deadline.min(bound))
    }

    /// Waits, and gives notice once when the call's waiting passes a second.
    async fn tell_when_long<T>(
        &mut self,
        start: Instant,
        mut slot: Pin<&mut impl Future<Output = T>>,
        expected: impl Fn(Instant) -> Duration,
    ) -> T {
        let Some(notice) = self.notice else { return slot.await };
        if let Ok(outcome) = timeout(NOTICE.saturating_sub(self.waited), slot.as_mut()).await {
            return outcome;
        }
        self.notice = None;
        let now = Instant::now();
        notice(self.waited + (now - start), expected(now));
        slot.await
    }
}

enum Entry<'a> {
    Slot(Slot),
    Queue(Waiter<'a>),
}

impl Window {
    /// Waits for a slot, no longer than the turn and the deadline allow. As the wait is known
    /// beforehand, a call that can't make it is refused at once.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        ceiling: u32,
        turn: &mut Turn<'_>,
        deadline: Option<Instant>,
    ) -> Result<Slot, Refused> {
        let start = Instant::now();
        let bound = turn.bound(start, deadline);
        let waiter = match self.enter(ceiling, turn, start, bound)? {
            Entry::Slot(slot) => return Ok(slot),
            Entry::Queue(waiter) => waiter,
        };
        let ticket = waiter.ticket;
        let slot = pin!(timeout_at(bound, waiter.slot(ceiling)));
        let expected = |now| self.opens(ceiling, ticket, now) - now;
        let outcome = turn.tell_when_long(start, slot, expected).await;
        turn.waited += start.elapsed();
        outcome.map_err(|_| {
            let now = Instant::now();
            Refused::until(self.opens(ceiling, ticket, now), now)
        })
    }

    /// A slot where nobody waits and one is free, else a place in the queue, where it leads to a
    /// slot in time.
    fn enter<'a>(
        self: &'a Arc<Self>,
        ceiling: u32,
        turn: &mut Turn<'_>,
        now: Instant,
        bound: Instant,
    ) -> Result<Entry<'a>, Refused> {
        let mut state = self.state(now);
        let ticket = *turn.ticket.get_or_insert_with(|| state.draw_ticket());
        let ahead = state.ahead_of(ticket);
        if ahead == 0 && matches!(state.opening(ceiling, now), Opening::Now) {
            return Ok(Entry::Slot(self.take(&mut state, ceiling, now)));
        }
        let opens = state.earliest(ceiling, ahead, now);
        if opens > bound {
            return Err(Refused::until(opens, now));
        }
        Ok(Entry::Queue(Waiter::join(self, &mut state, ticket)))
    }

    /// When this ticket can go at the earliest.
    fn opens(&self, ceiling: u32, ticket: u64, now: Instant) -> Instant {
        let state = self.state(now);
        state.earliest(ceiling, state.ahead_of(ticket), now)
    }
}

/// A place in the queue. Leaving its front, by a slot or by cancellation, wakes the next.
struct Waiter<'a> {
    window: &'a Arc<Window>,
    ticket: u64,
    notify: Arc<Notify>,
}

impl<'a> Waiter<'a> {
    fn join(window: &'a Arc<Window>, state: &mut State, ticket: u64) -> Self {
        let notify = Arc::new(Notify::new());
        state.queue.insert(ticket, Arc::clone(&notify));
        Self { window, ticket, notify }
    }

    async fn slot(self, ceiling: u32) -> Slot {
        loop {
            let opens = {
                let now = Instant::now();
                let mut state = self.window.state(now);
                match state.opening(ceiling, now) {
                    _ if !self.is_first(&state) => None,
                    Opening::Now => return self.window.take(&mut state, ceiling, now),
                    Opening::At(time) => Some(time),
                    Opening::Later => None,
                }
            };
            match opens {
                // A change, such as a longer freeze, is looked at before the clock is waited out.
                Some(time) => {
                    tokio::select! {
                        biased;
                        () = self.notify.notified() => {}
                        () = sleep_until(time) => {}
                    }
                }
                None => self.notify.notified().await,
            }
        }
    }

    fn is_first(&self, state: &State) -> bool {
        state.queue.first_key_value().is_some_and(|(ticket, _)| *ticket == self.ticket)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut state = self.window.state(Instant::now());
        let was_first = self.is_first(&state);
        state.queue.remove(&self.ticket);
        if was_first {
            state.wake_first();
        }
    }
}
