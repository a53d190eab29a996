//! What the simulation can drive: the limiter, and two others that are known to overrun.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::limit::{Limiter, Refused, Registry, Slot, Turn, WINDOW, Window};

/// Whose slot, and under what bounds.
pub(super) struct Wish {
    pub(super) credential: usize,
    pub(super) operation: usize,
    pub(super) ceiling: u32,
    pub(super) at_once: bool,
    pub(super) deadline: Option<Instant>,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settlement {
    Answered,
    Throttled(Duration),
    GivenUp,
    Unsent,
}

pub(super) trait Strategy: Send + Sync + 'static {
    type Slot: Send;

    fn new() -> Self;

    fn acquire(
        &self,
        wish: &Wish,
        turn: &mut Turn<'static>,
    ) -> impl Future<Output = Result<Self::Slot, Refused>> + Send;

    fn settle(slot: Self::Slot, settlement: Settlement);
}

/// The limiter as the client drives it.
pub(super) struct Real(Mutex<Registry>);

impl Real {
    fn window(&self, wish: &Wish) -> Arc<Window> {
        let key = wish.credential.to_string();
        let limiter: Arc<Limiter> = self.0.lock().unwrap().limiter("https://service", &key, WINDOW);
        limiter.window(wish.operation)
    }
}

impl Strategy for Real {
    type Slot = Slot;

    fn new() -> Self {
        Self(Mutex::new(Registry::new()))
    }

    async fn acquire(&self, wish: &Wish, turn: &mut Turn<'static>) -> Result<Slot, Refused> {
        let window = self.window(wish);
        if wish.at_once {
            return window.acquire_now(wish.ceiling);
        }
        window.acquire(wish.ceiling, turn, wish.deadline).await
    }

    fn settle(slot: Slot, settlement: Settlement) {
        match settlement {
            Settlement::Answered => slot.answered(),
            Settlement::Throttled(after) => slot.throttled(after),
            Settlement::GivenUp => drop(slot),
            Settlement::Unsent => slot.refund(),
        }
    }
}

/// The same queue, but a slot's minute begins as its request is sent.
pub(super) struct StampedAtSending(Real);

impl Strategy for StampedAtSending {
    type Slot = ();

    fn new() -> Self {
        Self(Real::new())
    }

    async fn acquire(&self, wish: &Wish, turn: &mut Turn<'static>) -> Result<(), Refused> {
        self.0.acquire(wish, turn).await.map(Slot::answered)
    }

    fn settle((): (), _: Settlement) {}
}

/// A token bucket that holds a window's worth: the theoretical arrival time of GCRA, by credential
/// and operation.
pub(super) struct Bucket(Mutex<std::collections::HashMap<(usize, usize), Instant>>);

impl Strategy for Bucket {
    type Slot = ();

    fn new() -> Self {
        Self(Mutex::default())
    }

    async fn acquire(&self, wish: &Wish, _: &mut Turn<'static>) -> Result<(), Refused> {
        let goes = {
            let now = Instant::now();
            let interval = WINDOW / wish.ceiling;
            let mut buckets = self.0.lock().unwrap();
            let due = buckets.entry((wish.credential, wish.operation)).or_insert(now);
            let goes = (*due).checked_sub(interval * (wish.ceiling - 1)).map_or(now, |time| time.max(now));
            *due = (*due).max(now) + interval;
            goes
        };
        sleep_until(goes).await;
        Ok(())
    }

    fn settle((): (), _: Settlement) {}
}
