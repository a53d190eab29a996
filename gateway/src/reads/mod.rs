//! Reads that are asked for more than once: at the same time they are sent once (`shared`), and where it is wanted they are
//! answered from what is kept (`kept`).

mod kept;
mod shared;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::HeaderMap;
use ring::digest::{Context, SHA256};
use sonoran::{Operation, Priority};

use self::kept::Keeping;
use self::shared::Shares;
use crate::config::Settings;
use crate::headers::wants_anew;

/// What is asked for, by whom: a hash, so that no key is kept in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut digest = Context::new(&SHA256);
        for part in parts {
            digest.update(&part.len().to_le_bytes());
            digest.update(part);
        }
        Self(digest.finish().as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

/// What holds for a read.
#[derive(Clone, Copy, Default)]
pub(crate) struct Plan {
    /// Whether it may be sent together with those that ask for the same.
    pub(crate) share: bool,
    /// Only with those of the same priority: it would wait as long as the first does.
    pub(crate) lane: u8,
    /// How long its caller waits, where that is not as long as all do.
    pub(crate) bound: Option<Duration>,
    /// Whether its caller wants it anew, whatever is kept.
    pub(crate) anew: bool,
    /// How long an answer stands for the next.
    pub(crate) fresh: Duration,
    /// How long it stands for one that can't be had.
    pub(crate) stale: Duration,
}

impl Plan {
    fn keeps(&self) -> bool {
        !(self.fresh.is_zero() && self.stale.is_zero())
    }
}

impl Settings {
    /// What holds for a read, whatever its caller wants of it.
    pub(crate) fn plan(&self, operation: &Operation, headers: &HeaderMap, priority: Priority) -> Plan {
        Plan {
            lane: priority as u8,
            bound: None,
            share: self.coalesce,
            anew: wants_anew(headers),
            fresh: self.cache.of(operation.name),
            stale: self.stale_if_error.of(operation.name),
        }
    }
}

/// What a read comes to.
pub(crate) trait Outcome: Send + Sync + 'static {
    /// Whether it is worth being kept.
    fn is_good(&self) -> bool;
    /// Whether it was answered with a refusal, after which no older answer holds.
    fn is_refusal(&self) -> bool;
    /// Whether an older answer may stand in (RFC 5861): there is none, or one that says that the service has failed.
    fn is_unknown(&self) -> bool;
    /// Whether the time that it had was over before it was answered.
    fn is_out_of_time(&self) -> bool;
    /// The bytes of its body.
    fn bytes(&self) -> usize;
}

/// Whether an answer with this status refuses what was asked for, rather than to have it asked again.
pub(crate) fn refuses(status: u16) -> bool {
    (400..500).contains(&status) && ![408, 425, 429].contains(&status)
}

/// Whether an answer with this status says that the service has failed (RFC 5861 section 4).
pub(crate) fn has_failed(status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504)
}

/// An outcome, and where it comes from.
pub(crate) struct Read<T> {
    pub(crate) outcome: Arc<T>,
    pub(crate) source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Sent for this caller.
    Sent,
    /// Sent for another who had asked for the same.
    Shared,
    /// Kept for so long, and good for so much longer.
    Kept(Duration, Duration),
    /// Kept for so long, since nothing newer can be had.
    Stale(Duration),
}

pub(crate) struct Reads<T> {
    shared: Shares<T>,
    kept: Keeping<T>,
    writes: Arc<AtomicU64>,
}

impl<T: Outcome> Reads<T> {
    /// Keeps answers of so many bytes together, and counts writes with those who carry them out.
    pub(crate) fn new(bytes: usize, writes: Arc<AtomicU64>) -> Self {
        Self { shared: Shares::default(), kept: Keeping::new(bytes), writes }
    }

    /// Comes to an outcome; it is `late` where its caller's bound is over before that of others, whom it waits with.
    pub(crate) async fn read(
        &self,
        key: Key,
        plan: Plan,
        fetch: impl Future<Output = T> + Send + 'static,
        late: impl FnOnce() -> T,
    ) -> Read<T> {
        let writes = self.writes.load(Ordering::Acquire);
        let refusals = self.kept.refusals();
        let kept = if plan.keeps() { self.kept.get(&key) } else { None };
        if let Some(kept) = kept.as_ref().filter(|kept| !plan.anew && kept.writes == writes) {
            let age = kept.at.elapsed();
            if let Some(left) = plan.fresh.checked_sub(age).filter(|left| !left.is_zero()) {
                return Read { outcome: Arc::clone(&kept.outcome), source: Source::Kept(age, left) };
            }
        }
        let (outcome, source) = if plan.share {
            self.shared.share((key.clone(), writes, plan.lane), plan.bound, fetch, late).await
        } else {
            (Arc::new(fetch.await), Source::Sent)
        };
        if plan.keeps() {
            self.kept.keep(key, &outcome, writes, refusals);
        }
        if outcome.is_unknown()
            && let Some(kept) = kept.filter(|kept| kept.writes == self.writes.load(Ordering::Acquire))
        {
            let age = kept.at.elapsed();
            // Another who asked for the same may have been refused meanwhile.
            if age <= plan.stale && refusals == self.kept.refusals() {
                return Read { outcome: kept.outcome, source: Source::Stale(age) };
            }
        }
        Read { outcome, source }
    }
}

#[cfg(test)]
mod tests;
