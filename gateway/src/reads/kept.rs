//! Answers that stand for the next, or for one that can't be had.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use quick_cache::Weighter;
use quick_cache::unsync::Cache;

use super::{Key, Outcome};

/// So many answers are expected; there may be more or fewer.
const EXPECTED: usize = 256;
/// What an answer takes beside its body, about.
const BESIDE: u64 = 2048;

pub(super) struct Keeping<T> {
    answers: Mutex<Cache<Key, Kept<T>, Weight>>,
    /// How many refusals have come: what was asked for before one is not kept after it.
    refusals: AtomicU64,
}

pub(super) struct Kept<T> {
    pub(super) outcome: Arc<T>,
    pub(super) at: Instant,
    /// After how many writes it was asked for.
    pub(super) writes: u64,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { outcome: Arc::clone(&self.outcome), ..*self }
    }
}

#[derive(Clone)]
struct Weight;

impl<T: Outcome> Weighter<Key, Kept<T>> for Weight {
    fn weight(&self, _: &Key, kept: &Kept<T>) -> u64 {
        BESIDE + kept.outcome.bytes() as u64
    }
}

impl<T: Outcome> Keeping<T> {
    pub(super) fn new(bytes: usize) -> Self {
        let answers = Mutex::new(Cache::with_weighter(EXPECTED, bytes as u64, Weight));
        Self { answers, refusals: AtomicU64::new(0) }
    }

    /// How many refusals have come so far.
    pub(super) fn refusals(&self) -> u64 {
        self.refusals.load(Ordering::Acquire)
    }

    /// Keeps a good answer; a refusal ends what was kept.
    pub(super) fn keep(&self, key: Key, outcome: &Arc<T>, writes: u64, refusals: u64) {
        let mut all = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if outcome.is_refusal() {
            self.refusals.fetch_add(1, Ordering::Release);
            all.remove(&key);
        } else if outcome.is_good() && refusals == self.refusals() {
            all.insert(key, Kept { outcome: Arc::clone(outcome), at: Instant::now(), writes });
        }
    }

    /// What is kept, however old.
    pub(super) fn get(&self, key: &Key) -> Option<Kept<T>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
}
