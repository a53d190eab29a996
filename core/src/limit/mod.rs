//! Never more than N requests in any 60 seconds, and each free slot used at once.
//!
//! Per credential and operation there is a [`Window`]: its rules stand in `ledger.rs`, who keeps them
//! for a process in `window.rs`, the queue before it in `queue.rs`, how long a call stands there in
//! `turn.rs`. This file says which windows there are and when they are forgotten. Nothing in here
//! knows of anything above it, and all times are monotonic.

mod ledger;
mod queue;
mod report;
mod turn;
mod window;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

pub use report::{RateLimitState, Waiting};
pub(crate) use turn::{LONGEST_UNASKED, Notice, Turn};
pub(crate) use window::{Refused, Slot, Window};

/// The service counts over a minute, where no other time is asked for.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);
/// What was not used for so long is forgotten: its log has long been empty.
const FORGOTTEN: Duration = Duration::from_secs(2 * WINDOW.as_secs());

/// The windows of one credential, made as they are first used.
#[derive(Debug)]
pub(crate) struct Limiter {
    /// For how long the service counts.
    length: Duration,
    keys: Mutex<Keys>,
}

#[derive(Debug)]
struct Keys {
    /// By place, in order: few of them are used by one program.
    windows: Vec<(usize, Arc<Window>)>,
    next_sweep: Instant,
}

impl Limiter {
    /// The process's limiter for a credential. The key itself is not kept, only its hash.
    pub(crate) fn shared(base: &str, key: &str, length: Duration) -> Arc<Self> {
        lock(registry()).limiter(base, key, length)
    }

    fn new(now: Instant, length: Duration) -> Self {
        Self { length, keys: Mutex::new(Keys { windows: Vec::new(), next_sweep: now + WINDOW }) }
    }

    /// The window at a place, which stands for what the service counts together.
    pub(crate) fn window(&self, place: usize) -> Arc<Window> {
        let now = Instant::now();
        let mut keys = lock(&self.keys);
        keys.sweep(now);
        let index = match keys.find(place) {
            Ok(index) => index,
            Err(index) => {
                keys.windows.insert(index, (place, Arc::new(Window::new(now, self.length))));
                index
            }
        };
        Arc::clone(&keys.windows[index].1)
    }

    /// The state of the window at a place. Asking makes none.
    pub(crate) fn state(&self, place: usize, ceiling: u32) -> RateLimitState {
        let keys = lock(&self.keys);
        match keys.find(place) {
            Ok(index) => keys.windows[index].1.report(ceiling),
            Err(_) => RateLimitState::unused(ceiling),
        }
    }

    /// Forgets what was not used lately, and says whether anything is left.
    fn sweep(&self, now: Instant) -> bool {
        let mut keys = lock(&self.keys);
        keys.sweep(now);
        !keys.windows.is_empty()
    }
}

impl Keys {
    fn find(&self, place: usize) -> Result<usize, usize> {
        self.windows.binary_search_by_key(&place, |(place, _)| *place)
    }

    fn sweep(&mut self, now: Instant) {
        if now >= self.next_sweep {
            self.next_sweep = now + WINDOW;
            self.windows.retain(|(_, window)| Arc::strong_count(window) > 1 || !window.is_forgotten(now));
        }
    }
}

/// Whose requests the service counts together. The process id keeps a forked child from waiting
/// for slots that only its parent can give back.
type Scope = (u32, String, u64, Duration);

/// The limiters of a process: one for each credential, shared by all of its clients.
#[derive(Debug)]
struct Registry {
    hashes: RandomState,
    limiters: HashMap<Scope, Arc<Limiter>>,
    next_sweep: Instant,
}

#[cfg(not(test))]
fn registry() -> &'static Mutex<Registry> {
    static REGISTRY: std::sync::LazyLock<Mutex<Registry>> =
        std::sync::LazyLock::new(|| Mutex::new(Registry::new()));
    &REGISTRY
}

/// Each test has a thread and a clock of its own, by which another test's windows would be forgotten.
#[cfg(test)]
fn registry() -> &'static Mutex<Registry> {
    thread_local! {
        static REGISTRY: &'static Mutex<Registry> = Box::leak(Box::new(Mutex::new(Registry::new())));
    }
    REGISTRY.with(|registry| *registry)
}

impl Registry {
    fn new() -> Self {
        Self { hashes: RandomState::new(), limiters: HashMap::new(), next_sweep: Instant::now() + WINDOW }
    }

    fn limiter(&mut self, base: &str, key: &str, length: Duration) -> Arc<Limiter> {
        let now = Instant::now();
        self.sweep(now);
        let scope = (std::process::id(), base.to_owned(), self.hashes.hash_one(key), length);
        Arc::clone(self.limiters.entry(scope).or_insert_with(|| Arc::new(Limiter::new(now, length))))
    }

    fn sweep(&mut self, now: Instant) {
        if now >= self.next_sweep {
            self.next_sweep = now + WINDOW;
            self.limiters.retain(|_, limiter| limiter.sweep(now) || Arc::strong_count(limiter) > 1);
        }
    }
}

/// A panic elsewhere does not stop the limiter: its state is whole after each change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod key_tests;
#[cfg(test)]
mod report_tests;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wait_tests;
