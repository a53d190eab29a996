//! A process's way to a window that is kept behind a lock: tries that are bounded in time, and what
//! became of slots, which is kept until it can be written down.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::keeper::{PATIENCE, Trouble};
use super::ledger::{LATEST_ARRIVAL, Time};
use super::lock;
use super::shared::{Ask, Reserved, Settled, Shared};

const BETWEEN_TRIES: Duration = Duration::from_millis(1);
/// How long what could not be written down waits before it is tried again.
const BETWEEN_WRITES: Duration = Duration::from_millis(50);

/// Where several processes keep a window together.
pub(super) trait Store: fmt::Debug + Send + Sync {
    /// Reads, changes and writes, if nobody else is at it.
    fn change(&self, change: &mut dyn FnMut(&mut Shared, Time)) -> Result<(), Trouble>;

    /// Notes, without a look at anything else, that this process takes its part for so long, unseen by
    /// others. It works where `change` does not, or there is nobody who could know.
    fn part(&self, lasts: Duration);

    /// Reads alone.
    fn look(&self) -> Result<(Shared, Time), Trouble>;
}

#[derive(Debug)]
pub(crate) struct Locked {
    store: Box<dyn Store>,
    length: Duration,
    unwritten: Mutex<Unwritten>,
}

/// Does it until it is done, on a thread of its own: between two calls no runtime may be at work.
#[cfg(not(test))]
fn again_and_again(mut work: impl FnMut() -> bool + Send + 'static) -> bool {
    let work = move || {
        while !work() {
            std::thread::sleep(BETWEEN_WRITES);
        }
    };
    std::thread::Builder::new().name("sonoran-limits".to_owned()).spawn(work).is_ok()
}

/// The same on the test's own clock.
#[cfg(test)]
fn again_and_again(mut work: impl FnMut() -> bool + Send + 'static) -> bool {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return false };
    runtime.spawn(async move {
        while !work() {
            sleep(BETWEEN_WRITES).await;
        }
    });
    true
}

#[derive(Debug, Default)]
struct Unwritten {
    settled: Vec<(Instant, Settled)>,
    /// A thread is at it.
    at_work: bool,
}

impl Locked {
    pub(super) fn new(store: Box<dyn Store>, length: Duration) -> Self {
        Self { store, length, unwritten: Mutex::default() }
    }

    /// Asks for a slot. Nothing is lost where the future is dropped: the slot is there or it is not.
    pub(super) async fn reserve(&self, ask: &Ask) -> Result<Reserved, Trouble> {
        let end = Instant::now() + PATIENCE;
        loop {
            let mut reserved = None;
            match self.write(|shared, now| reserved = Some(shared.reserve(ask, now))) {
                Ok(()) => return reserved.ok_or(Trouble::Busy),
                Err(Trouble::Busy) if Instant::now() < end => sleep(BETWEEN_TRIES).await,
                Err(trouble) => return Err(trouble),
            }
        }
    }

    /// Writes down what became of a slot, now or as soon as it can be.
    pub(super) fn settle(self: &Arc<Self>, settled: Settled) {
        lock(&self.unwritten).settled.push((Instant::now(), settled));
        if self.write(|_, _| {}).is_ok() {
            return;
        }
        let mut unwritten = lock(&self.unwritten);
        if !std::mem::replace(&mut unwritten.at_work, true) {
            let locked = Arc::clone(self);
            // Where there is no thread to be had, whoever asks next writes it down, or the lease ends.
            unwritten.at_work = again_and_again(move || locked.write_rest());
        }
    }

    /// Writes down what had to wait, and says whether all is done.
    fn write_rest(&self) -> bool {
        let _ = self.write(|_, _| {});
        let mut unwritten = lock(&self.unwritten);
        // By then the slot would be free.
        unwritten.settled.retain(|(since, _)| since.elapsed() < self.length + LATEST_ARRIVAL);
        unwritten.at_work = !unwritten.settled.is_empty();
        !unwritten.at_work
    }

    pub(super) fn part(&self, lasts: Duration) {
        self.store.part(lasts);
    }

    pub(super) fn look(&self) -> Option<(Shared, Time)> {
        self.store.look().ok()
    }

    /// Changes the window, after what had to wait.
    fn write(&self, mut change: impl FnMut(&mut Shared, Time)) -> Result<(), Trouble> {
        let mut unwritten = lock(&self.unwritten);
        self.store.change(&mut |shared, now| {
            for (_, settled) in &unwritten.settled {
                shared.settle(settled, now);
            }
            change(shared, now);
        })?;
        unwritten.settled.clear();
        Ok(())
    }
}
