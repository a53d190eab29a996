//! Waiting for a slot: in the order of the tickets, no longer than allowed, and never by polling.
//!
//! Only the first in the queue watches the clock; whoever leaves the front wakes the next.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::sharing::Asked;
use super::turn::{Patience, Turn};
use super::window::{Place, State};
use super::{Refused, Slot, Window};

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
        let patience = turn.patience(start, deadline);
        let waiter = match self.enter(ceiling, turn, start, patience)? {
            Entry::Slot(slot) => return Ok(slot),
            Entry::Queue(waiter) => waiter,
        };
        let (ticket, attempt) = (waiter.ticket, turn.attempt);
        let in_time = async {
            let slot = waiter.slot(ceiling, attempt);
            match patience.bound {
                Some(bound) => timeout_at(bound, slot).await.ok(),
                None => Some(slot.await),
            }
        };
        let expected = |now| self.opens(ceiling, ticket, now) - now;
        let slot = turn.tell_when_long(start, pin!(in_time), expected).await;
        turn.waited += start.elapsed();
        slot.unwrap_or_else(|| {
            let now = Instant::now();
            Err(Refused::until(self.opens(ceiling, ticket, now), now))
        })
    }

    /// A slot where nobody waits and one is free, else a place in the queue, where it leads to a
    /// slot in time.
    fn enter<'a>(
        self: &'a Arc<Self>,
        ceiling: u32,
        turn: &mut Turn<'_>,
        now: Instant,
        patience: Patience,
    ) -> Result<Entry<'a>, Refused> {
        let mut state = self.state(now);
        let ticket = *turn.ticket.get_or_insert_with(|| state.draw_ticket());
        let ahead = state.ahead_of(ticket);
        // Where others have to be asked, each stands in line meanwhile.
        if ahead == 0 && self.link.is_none() && state.is_open(ceiling, now) {
            return Ok(Entry::Slot(self.take(&mut state, ceiling, now, 0)));
        }
        let opens = state.earliest(ceiling, ahead, now);
        if !patience.lasts_until(opens) || state.freeze_beyond(patience, now).is_some() {
            return Err(Refused::until(opens, now));
        }
        Ok(Entry::Queue(Waiter::join(self, &mut state, ticket, patience)))
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
    patience: Patience,
    notify: Arc<Notify>,
}

impl<'a> Waiter<'a> {
    fn join(window: &'a Arc<Window>, state: &mut State, ticket: u64, patience: Patience) -> Self {
        let notify = Arc::new(Notify::new());
        state.queue.insert(ticket, Place { notify: Arc::clone(&notify), patience });
        Self { window, ticket, patience, notify }
    }

    /// The slot, unless a freeze comes that is not waited out. Whoever is ahead is told of it too.
    async fn slot(self, ceiling: u32, attempt: Duration) -> Result<Slot, Refused> {
        loop {
            let mut opens = {
                let now = Instant::now();
                let mut state = self.window.state(now);
                if let Some(end) = state.freeze_beyond(self.patience, now) {
                    return Err(Refused::until(end, now));
                }
                if !self.is_first(&state) {
                    None
                } else if self.window.link.is_some() {
                    Some(now)
                } else if state.is_open(ceiling, now) {
                    return Ok(self.window.take(&mut state, ceiling, now, 0));
                } else {
                    state.opens(ceiling, now)
                }
            };
            if let (Some(_), Some(link)) = (opens, &self.window.link) {
                match self.window.ask(link, ceiling, attempt, true).await? {
                    Asked::Slot(slot) => return Ok(slot),
                    Asked::Denied { opens, .. } if !self.patience.lasts_until(opens) => {
                        return Err(Refused::until(opens, Instant::now()));
                    }
                    Asked::Denied { look, .. } => opens = Some(look),
                }
                let now = Instant::now();
                if let Some(end) = self.window.state(now).freeze_beyond(self.patience, now) {
                    return Err(Refused::until(end, now));
                }
            }
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
