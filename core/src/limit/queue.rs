//! Waiting for a slot: in the order of the line, no longer than allowed, and never by polling.
//!
//! Only the first in the queue watches the clock; whoever leaves the front wakes the next.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::line::{Place, Rank};
use super::sharing::Asked;
use super::turn::{Patience, Turn};
use super::window::State;
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
        let (ticket, rank, attempt) = (waiter.ticket, turn.rank, turn.attempt);
        let in_time = async {
            let slot = waiter.slot(ceiling, rank, attempt);
            match patience.bound {
                Some(bound) => timeout_at(bound, slot).await.ok(),
                None => Some(slot.await),
            }
        };
        let expected = |now| self.opens(rank.part(ceiling), ticket, now) - now;
        let slot = turn.tell_when_long(start, pin!(in_time), expected).await;
        turn.waited += start.elapsed();
        slot.unwrap_or_else(|| {
            let now = Instant::now();
            let part = rank.part(ceiling);
            Err(self.refused(part, self.opens(part, ticket, now), now))
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
        let ceiling = turn.rank.part(ceiling);
        let ticket = *turn.ticket.get_or_insert_with(|| state.line.draw(turn.rank.priority));
        let ahead = state.line.ahead_of(ticket, now);
        // Where others have to be asked, each stands in line meanwhile.
        if ahead == 0 && self.link.is_none() && state.is_open(ceiling, now) {
            return Ok(Entry::Slot(self.take(&mut state, ceiling, now, 0)));
        }
        let opens = state.earliest(ceiling, ahead, now);
        if !patience.lasts_until(opens) || state.freeze_beyond(patience, now).is_some() {
            return Err(Refused::until(opens, now));
        }
        Ok(Entry::Queue(Waiter::join(self, &mut state, ticket, patience, now)))
    }

    /// When this ticket can go at the earliest.
    fn opens(&self, ceiling: u32, ticket: u64, now: Instant) -> Instant {
        let silent = self.silent_until(ceiling, now);
        let members = self.link.as_ref().and_then(|link| link.divides_by(now));
        let state = self.state(now);
        let ahead = state.line.ahead_of(ticket, now);
        // Of a part that is no slot none opens at any time, which `silent` tells of.
        let part = members.map_or(ceiling, |members| (ceiling / members).max(1));
        let opens = state.earliest(part, ahead, now);
        silent.map_or(opens, |until| until.max(opens))
    }
}

/// A place in the queue. Leaving its front, by a slot or by cancellation, wakes the next.
struct Waiter<'a> {
    window: &'a Arc<Window>,
    ticket: u64,
    patience: Patience,
    notify: Arc<Notify>,
    /// Whether it was next when it last looked.
    leads: bool,
}

/// What one who waits can do.
enum Look {
    Take(Slot),
    /// Ask those who share the slots, of which it may use so many.
    Ask(u32),
    /// Look again then, or when it is told.
    Again(Option<Instant>),
}

impl<'a> Waiter<'a> {
    fn join(
        window: &'a Arc<Window>,
        state: &mut State,
        ticket: u64,
        patience: Patience,
        now: Instant,
    ) -> Self {
        let notify = Arc::new(Notify::new());
        state.line.join(ticket, Place { notify: Arc::clone(&notify), patience }, now);
        Self { window, ticket, patience, notify, leads: false }
    }

    /// The slot, unless a freeze comes that is not waited out. Whoever is ahead is told of it too.
    async fn slot(mut self, ceiling: u32, rank: Rank, attempt: Duration) -> Result<Slot, Refused> {
        loop {
            let opens = match self.look(ceiling, rank)? {
                Look::Take(slot) => return Ok(slot),
                Look::Again(opens) => opens,
                Look::Ask(part) => {
                    let Some(link) = &self.window.link else { continue };
                    let look = match self.window.ask(link, part, attempt, true).await? {
                        Asked::Slot(slot) => {
                            let now = Instant::now();
                            self.window.state(now).line.served(self.ticket, now);
                            return Ok(slot);
                        }
                        Asked::Denied { opens, .. } if !self.patience.lasts_until(opens) => {
                            return Err(self.window.refused(part, opens, Instant::now()));
                        }
                        Asked::Denied { look, .. } => look,
                    };
                    let now = Instant::now();
                    let state = self.window.state(now);
                    if let Some(end) = state.freeze_beyond(self.patience, now) {
                        return Err(Refused::until(end, now));
                    }
                    let limit = state.line.limit_of(self.ticket);
                    Some(if part < ceiling { look.min(limit) } else { look })
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

    fn look(&mut self, ceiling: u32, rank: Rank) -> Result<Look, Refused> {
        let now = Instant::now();
        let mut state = self.window.state(now);
        if let Some(end) = state.freeze_beyond(self.patience, now) {
            return Err(Refused::until(end, now));
        }
        self.leads = state.line.first(now).is_some_and(|(first, _)| first == self.ticket);
        if !self.leads {
            // Whoever was passed over for long enough may not know that it is next.
            if state.line.passed_over(now).is_some() {
                state.wake_first(now);
            }
            return Ok(Look::Again(None));
        }
        let limit = state.line.limit_of(self.ticket);
        let part = if now >= limit { ceiling } else { rank.part(ceiling) };
        if self.window.link.is_some() {
            return Ok(Look::Ask(part));
        }
        if state.is_open(part, now) {
            state.line.served(self.ticket, now);
            return Ok(Look::Take(self.window.take(&mut state, ceiling, now, 0)));
        }
        let opens = state.opens(part, now);
        if part == ceiling {
            return Ok(Look::Again(opens));
        }
        // It need not leave anything to others once it was passed over for long enough.
        let all = state.opens(ceiling, now).map(|opens| opens.max(limit));
        Ok(Look::Again(opens.into_iter().chain(all).min()))
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut state = self.window.state(now);
        // It may have become the first since it last looked.
        let leads = self.leads || state.line.first(now).is_some_and(|(first, _)| first == self.ticket);
        state.line.leave(self.ticket);
        if leads {
            state.wake_first(now);
        }
    }
}
