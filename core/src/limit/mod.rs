//! Never more than N requests in any 60 seconds, and each free slot used at once.
//!
//! Per credential and operation there is a [`Window`]: its rules stand in `ledger.rs`, who keeps them
//! for a process in `window.rs`, the queue before it in `queue.rs`, its order in `line.rs`, how long a
//! call stands there in `turn.rs`. This file says which windows there are and when they are forgotten. Nothing in here
//! knows of anything above it, and all times are monotonic.
//!
//! Where processes share their slots, `shared.rs` has what they know together, with their own line.
//! `keeper.rs` is a process's way there: to a file of the machine (`machine.rs`, behind a lock: `locked.rs`), or
//! to a server, which has the same rules as scripts (`served.rs`). `sharing.rs` is how a window asks for its
//! slots, `fallback.rs` what it does while there is no answer, and `circle.rs` what all windows of a credential know of
//! the place where they are kept.

mod circle;
mod fallback;
mod keeper;
mod ledger;
mod line;
mod locked;
mod machine;
mod queue;
mod report;
mod served;
mod shared;
mod sharing;
mod turn;
mod window;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::warning::Hook;
use circle::Circle;
pub(crate) use circle::{Files, OnServer, Place, Sharing};
pub use line::Priority;
pub(crate) use line::Rank;
pub use report::{RateLimitState, Waiting};
pub(crate) use served::{Promise, Reply, Wire};
pub(crate) use turn::{LONGEST_UNASKED, Notice, Turn};
#[cfg(test)]
pub(crate) use window::Alone;
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
    /// With whom it is shared beyond the process, and what its windows are called there.
    beyond: Option<(Arc<Circle>, NameOf)>,
    /// Some client counts by it, as those do not whose rate limit is off.
    counts: AtomicBool,
}

/// The name of the window at a place.
pub(crate) type NameOf = fn(usize) -> &'static str;

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

    /// The process's limiter for a credential that is shared beyond the process, at a place that is made where
    /// there is none yet. The hook hears of trouble, also of what began before.
    pub(crate) fn beyond<E>(
        base: &str,
        key: &str,
        length: Duration,
        sharing: &Sharing,
        names: NameOf,
        hook: &Hook,
        place: impl FnOnce() -> Result<Box<dyn Place>, E>,
    ) -> Result<Arc<Self>, E> {
        let mut is_new = false;
        let limiter = lock(registry()).find(base, key, length, sharing, || {
            is_new = true;
            Ok((Arc::new(Circle::new(sharing.clone(), place()?, member())), names))
        })?;
        // Once nobody waits for the registry: files take their time, and hooks do what they want.
        if let Some((circle, _)) = &limiter.beyond {
            circle.hearers.join(hook);
            if is_new {
                circle.try_out(Instant::now());
            }
        }
        Ok(limiter)
    }

    fn new(now: Instant, length: Duration) -> Self {
        Self::with(now, length, None)
    }

    fn with(now: Instant, length: Duration, beyond: Option<(Arc<Circle>, NameOf)>) -> Self {
        let keys = Mutex::new(Keys { windows: Vec::new(), next_sweep: now + WINDOW });
        Self { length, keys, beyond, counts: AtomicBool::new(false) }
    }

    /// A client counts by it. Says, once for a credential, whether another of the same one counts elsewhere.
    pub(crate) fn counts_apart(self: &Arc<Self>, base: &str, key: &str) -> bool {
        self.counts.store(true, Ordering::Relaxed);
        lock(registry()).counts_apart(self, base, key)
    }

    /// Whether both count the same requests.
    fn counts_with(&self, other: &Self) -> bool {
        let place = |limiter: &Self| limiter.beyond.as_ref().map(|(circle, _)| circle.sharing.place.clone());
        self.length == other.length && place(self) == place(other)
    }

    /// The window at a place, which stands for what the service counts together.
    pub(crate) fn window(&self, place: usize) -> Arc<Window> {
        let now = Instant::now();
        let mut keys = lock(&self.keys);
        keys.sweep(now);
        let index = match keys.find(place) {
            Ok(index) => index,
            Err(index) => {
                let beyond = self.beyond.as_ref();
                let link = beyond.map(|(circle, names)| circle.link(names(place), now, self.length));
                keys.windows.insert(index, (place, Arc::new(Window::new(now, self.length, link))));
                index
            }
        };
        Arc::clone(&keys.windows[index].1)
    }

    /// The state of the window at a place. Asking makes none, but where others know it.
    pub(crate) fn state(&self, place: usize, ceiling: u32) -> RateLimitState {
        if self.beyond.is_some() {
            return self.window(place).report(ceiling);
        }
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
type Scope = (u32, String, u64, Duration, Option<Sharing>);

/// The limiters of a process: one for each credential, shared by all of its clients.
#[derive(Debug)]
struct Registry {
    hashes: RandomState,
    limiters: HashMap<Scope, Arc<Limiter>>,
    /// The credentials, and addresses, of which was told that clients of theirs count apart.
    apart: HashSet<(u32, String, u64)>,
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
        let (limiters, apart) = (HashMap::new(), HashSet::new());
        Self { hashes: RandomState::new(), limiters, apart, next_sweep: Instant::now() + WINDOW }
    }

    fn counts_apart(&mut self, limiter: &Arc<Limiter>, base: &str, key: &str) -> bool {
        let (process, key) = (std::process::id(), self.hashes.hash_one(key));
        let apart = self.limiters.iter().any(|((its_process, its_base, its_key, ..), other)| {
            let is_anothers = *its_key == key && *its_process == process && its_base == base;
            // One without clients is yet to be forgotten.
            let has_clients = Arc::strong_count(other) > 1 && other.counts.load(Ordering::Relaxed);
            is_anothers && has_clients && !limiter.counts_with(other)
        });
        apart && self.apart.insert((process, base.to_owned(), key))
    }

    fn limiter(&mut self, base: &str, key: &str, length: Duration) -> Arc<Limiter> {
        let now = Instant::now();
        self.sweep(now);
        let scope = (std::process::id(), base.to_owned(), self.hashes.hash_one(key), length, None);
        Arc::clone(self.limiters.entry(scope).or_insert_with(|| Arc::new(Limiter::new(now, length))))
    }

    /// The one that is shared beyond the process, as it is made when there is none yet.
    fn find<E>(
        &mut self,
        base: &str,
        key: &str,
        length: Duration,
        sharing: &Sharing,
        beyond: impl FnOnce() -> Result<(Arc<Circle>, NameOf), E>,
    ) -> Result<Arc<Limiter>, E> {
        let now = Instant::now();
        self.sweep(now);
        let scope =
            (std::process::id(), base.to_owned(), self.hashes.hash_one(key), length, Some(sharing.clone()));
        Ok(match self.limiters.entry(scope) {
            Entry::Occupied(limiter) => Arc::clone(limiter.get()),
            Entry::Vacant(empty) => {
                Arc::clone(empty.insert(Arc::new(Limiter::with(now, length, Some(beyond()?)))))
            }
        })
    }

    fn sweep(&mut self, now: Instant) {
        if now >= self.next_sweep {
            self.next_sweep = now + WINDOW;
            self.limiters.retain(|_, limiter| limiter.sweep(now) || Arc::strong_count(limiter) > 1);
        }
    }
}

/// What this process is called among others. Two are never called alike, nor are the slots they count from there.
fn member() -> u64 {
    let mut bytes = [0; 8];
    let random = ring::rand::SystemRandom::new();
    if ring::rand::SecureRandom::fill(&random, &mut bytes).is_err() {
        return RandomState::new().hash_one(std::process::id());
    }
    u64::from_le_bytes(bytes)
}

/// A panic elsewhere does not stop the limiter: its state is whole after each change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod key_tests;
#[cfg(test)]
mod line_tests;
#[cfg(test)]
mod outage_tests;
#[cfg(test)]
mod report_tests;
#[cfg(test)]
mod sharing_tests;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wait_tests;
