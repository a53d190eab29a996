//! Reads under way, each sent for all who ask for the same meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::timeout_at;

use super::{Key, Outcome, Source};

/// So many reads under way are looked through for those that are over.
const MANY: usize = 1024;

/// A key, after how many writes, and a priority.
pub(super) type Lane = (Key, u64, u8);
type Coming<T> = Shared<BoxFuture<'static, Arc<T>>>;

/// By key, after how many writes, and priority: what a caller has written, its next read shall see.
pub(super) struct Shares<T>(Mutex<HashMap<Lane, UnderWay<T>>>);

impl<T> Default for Shares<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

struct UnderWay<T> {
    coming: WeakShared<BoxFuture<'static, Arc<T>>>,
    /// When it gives up, where the caller who began it has a bound.
    end: Option<Instant>,
}

impl<T> UnderWay<T> {
    /// What is to come; nothing where it is over, and would be as old as it is.
    fn coming(&self) -> Option<Coming<T>> {
        self.coming.upgrade().filter(|coming| coming.peek().is_none())
    }
}

/// How a caller comes to an answer.
enum Way<T, F> {
    /// With one who asked for the same; what it would have sent is left.
    Joined(Coming<T>, Option<Instant>, F),
    Begun(Coming<T>),
}

impl<T: Outcome> Shares<T> {
    /// Waits for the same that is under way, no longer than its caller does, else sends it. What is sent ends with the last
    /// one who waits for it.
    pub(super) async fn share<F>(
        &self,
        key: Lane,
        bound: Option<Duration>,
        mut fetch: F,
        late: impl FnOnce() -> T,
    ) -> (Arc<T>, Source)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mine = bound.and_then(|bound| Instant::now().checked_add(bound));
        let mut waited = false;
        loop {
            match self.way(&key, mine, fetch) {
                Way::Begun(coming) => {
                    // What is sent at once keeps the bound itself, and says more of it.
                    let outcome = self.outcome(&key, coming, mine.filter(|_| waited)).await;
                    return (outcome.unwrap_or_else(|| Arc::new(late())), Source::Sent);
                }
                Way::Joined(coming, theirs, left) => {
                    let Some(outcome) = self.outcome(&key, coming, mine).await else {
                        return (Arc::new(late()), Source::Shared);
                    };
                    let sooner = theirs.is_some_and(|theirs| mine.is_none_or(|mine| theirs < mine));
                    if !(sooner && outcome.is_out_of_time()) {
                        return (outcome, Source::Shared);
                    }
                    // The other had less time, and this caller asks anew.
                    (fetch, waited) = (left, true);
                }
            }
        }
    }

    fn way<F>(&self, key: &Lane, end: Option<Instant>, fetch: F) -> Way<T, F>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(other) = under_way.get(key)
            && let Some(coming) = other.coming()
        {
            return Way::Joined(coming, other.end, fetch);
        }
        if under_way.len() >= MANY {
            under_way.retain(|_, other| other.coming().is_some());
        }
        let coming = fetch.map(Arc::new).boxed().shared();
        under_way.extend(coming.downgrade().map(|coming| (key.clone(), UnderWay { coming, end })));
        Way::Begun(coming)
    }

    /// What comes; nothing where it does not in time.
    async fn outcome(&self, key: &Lane, coming: Coming<T>, end: Option<Instant>) -> Option<Arc<T>> {
        let outcome = match end {
            Some(end) => timeout_at(end.into(), coming).await.ok(),
            None => Some(coming.await),
        };
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.get(key).is_some_and(|other| other.coming().is_none()) {
            under_way.remove(key);
        }
        outcome
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}
