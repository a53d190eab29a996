//! Reads that are asked for more than once: at the same time they are sent once, and where it is wanted they are answered
//! from what is kept.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use quick_cache::Weighter;
use quick_cache::unsync::Cache;
use ring::digest::{Context, SHA256};
use tokio::time::timeout_at;

/// So many reads under way are looked through for those that are over.
const MANY: usize = 1024;
/// So many answers are expected; there may be more or fewer.
const EXPECTED: usize = 256;
/// What an answer takes beside its body, about.
const BESIDE: u64 = 2048;

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

/// A key, after how many writes, and a priority.
type Lane = (Key, u64, u8);
type Coming<T> = Shared<BoxFuture<'static, Arc<T>>>;

pub(crate) struct Reads<T> {
    /// By key, after how many writes, and priority: what a caller has written, its next read shall see.
    under_way: Mutex<HashMap<Lane, UnderWay<T>>>,
    kept: Mutex<Cache<Key, Kept<T>, Weight>>,
    writes: Arc<AtomicU64>,
    /// How many refusals have come: what was asked for before one is not kept after it.
    refusals: AtomicU64,
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

struct Kept<T> {
    outcome: Arc<T>,
    at: Instant,
    /// After how many writes it was asked for.
    writes: u64,
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

impl<T: Outcome> Reads<T> {
    /// Keeps answers of so many bytes together, and counts writes with those who carry them out.
    pub(crate) fn new(bytes: usize, writes: Arc<AtomicU64>) -> Self {
        let kept = Mutex::new(Cache::with_weighter(EXPECTED, bytes as u64, Weight));
        Self { under_way: Mutex::default(), kept, writes, refusals: AtomicU64::new(0) }
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
        let refusals = self.refusals.load(Ordering::Acquire);
        let kept = if plan.keeps() { self.kept(&key) } else { None };
        if let Some(kept) = kept.as_ref().filter(|kept| !plan.anew && kept.writes == writes) {
            let age = kept.at.elapsed();
            if let Some(left) = plan.fresh.checked_sub(age).filter(|left| !left.is_zero()) {
                return Read { outcome: Arc::clone(&kept.outcome), source: Source::Kept(age, left) };
            }
        }
        let (outcome, source) = if plan.share {
            self.share((key.clone(), writes, plan.lane), plan.bound, fetch, late).await
        } else {
            (Arc::new(fetch.await), Source::Sent)
        };
        if plan.keeps() {
            self.keep(key, &outcome, writes, refusals);
        }
        if outcome.is_unknown()
            && let Some(kept) = kept.filter(|kept| kept.writes == self.writes.load(Ordering::Acquire))
        {
            let age = kept.at.elapsed();
            // Another who asked for the same may have been refused meanwhile.
            if age <= plan.stale && refusals == self.refusals.load(Ordering::Acquire) {
                return Read { outcome: kept.outcome, source: Source::Stale(age) };
            }
        }
        Read { outcome, source }
    }

    /// Keeps a good answer; a refusal ends what was kept.
    fn keep(&self, key: Key, outcome: &Arc<T>, writes: u64, refusals: u64) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if outcome.is_refusal() {
            self.refusals.fetch_add(1, Ordering::Release);
            all.remove(&key);
        } else if outcome.is_good() && refusals == self.refusals.load(Ordering::Acquire) {
            all.insert(key, Kept { outcome: Arc::clone(outcome), at: Instant::now(), writes });
        }
    }

    fn kept(&self, key: &Key) -> Option<Kept<T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Waits for the same that is under way, no longer than its caller does, else sends it. What is sent ends with the last
    /// one who waits for it.
    async fn share<F>(
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
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
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
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.get(key).is_some_and(|other| other.coming().is_none()) {
            under_way.remove(key);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::sync::oneshot;

    use super::*;

    /// Good, refused, or unknown, because the time was over too.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Told {
        Good(u32),
        Refused,
        Unknown,
        Late,
    }

    impl Outcome for Told {
        fn is_good(&self) -> bool {
            matches!(self, Self::Good(_))
        }

        fn is_refusal(&self) -> bool {
            *self == Self::Refused
        }

        fn is_unknown(&self) -> bool {
            matches!(self, Self::Unknown | Self::Late)
        }

        fn is_out_of_time(&self) -> bool {
            *self == Self::Late
        }

        fn bytes(&self) -> usize {
            match self {
                Self::Good(bytes) => *bytes as usize,
                _ => 0,
            }
        }
    }

    const LONG: Duration = Duration::from_secs(3600);

    fn key(name: &str) -> Key {
        Key::of([name.as_bytes()])
    }

    fn reads() -> (Reads<Told>, Arc<AtomicU64>) {
        let writes = Arc::new(AtomicU64::new(0));
        (Reads::new(100_000, Arc::clone(&writes)), writes)
    }

    fn late() -> Told {
        Told::Late
    }

    /// What is told, and where it comes from without its times.
    async fn told(reads: &Reads<Told>, name: &str, plan: Plan, next: Told) -> (Told, &'static str) {
        let read = reads.read(key(name), plan, ready(next), late).await;
        let source = match read.source {
            Source::Sent => "sent",
            Source::Shared => "shared",
            Source::Kept(age, left) => {
                assert!(left > Duration::ZERO && age + left <= plan.fresh);
                "kept"
            }
            Source::Stale(_) => "stale",
        };
        (*read.outcome, source)
    }

    #[tokio::test]
    async fn what_is_asked_for_at_the_same_time_is_sent_once() {
        let (reads, writes) = reads();
        let plan = Plan { share: true, ..Plan::default() };
        let (answer, answered) = oneshot::channel();
        let (first, second, written) = (
            reads.read(key("a"), plan, answered.map(Result::unwrap), late),
            reads.read(key("a"), plan, pending(), late),
            async {
                // Both are under way when it is answered; whoever comes after a write does not join them.
                tokio::task::yield_now().await;
                writes.fetch_add(1, Ordering::Release);
                let later = told(&reads, "a", plan, Told::Good(2)).await;
                let other = told(&reads, "b", plan, Told::Good(3)).await;
                let alone = told(&reads, "a", Plan::default(), Told::Good(4)).await;
                answer.send(Told::Good(1)).unwrap();
                (later, other, alone)
            },
        );
        let (first, second, later) = tokio::join!(first, second, written);
        assert_eq!((*first.outcome, first.source), (Told::Good(1), Source::Sent));
        assert_eq!((*second.outcome, second.source), (Told::Good(1), Source::Shared));
        let sent = |bytes| (Told::Good(bytes), "sent");
        assert_eq!(later, (sent(2), sent(3), sent(4)));
        assert!(reads.under_way.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn it_goes_on_without_the_one_who_began_it_and_ends_without_anybody() {
        let (reads, _) = reads();
        let plan = Plan { share: true, ..Plan::default() };
        let (answer, answered) = oneshot::channel();
        let mut first = Box::pin(reads.read(key("a"), plan, answered.map(Result::unwrap), late));
        assert!(first.as_mut().now_or_never().is_none());
        let mut second = Box::pin(reads.read(key("a"), plan, pending(), late));
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        answer.send(Told::Good(1)).unwrap();
        assert_eq!(second.await.source, Source::Shared);
        let (answer, answered) = oneshot::channel();
        let mut only = Box::pin(reads.read(key("a"), plan, answered.map(Result::unwrap), late));
        assert!(only.as_mut().now_or_never().is_none());
        drop(only);
        assert!(answer.send(Told::Good(1)).is_err());
        assert_eq!(told(&reads, "a", plan, Told::Good(5)).await, (Told::Good(5), "sent"));
    }

    #[tokio::test]
    async fn a_caller_waits_with_another_no_longer_than_its_own_bound() {
        let (reads, _) = reads();
        let plan = Plan { share: true, ..Plan::default() };
        let (answer, answered) = oneshot::channel();
        let mut first = Box::pin(reads.read(key("a"), plan, answered.map(Result::unwrap), late));
        assert!(first.as_mut().now_or_never().is_none());
        let hasty = Plan { bound: Some(Duration::ZERO), ..plan };
        assert_eq!(told(&reads, "a", hasty, Told::Good(2)).await, (Told::Late, "shared"));
        let patient = Plan { bound: Some(LONG), ..plan };
        let mut patient = Box::pin(reads.read(key("a"), patient, pending(), late));
        assert!(patient.as_mut().now_or_never().is_none());
        answer.send(Told::Good(1)).unwrap();
        let (first, patient) = tokio::join!(first, patient);
        assert_eq!((*first.outcome, first.source), (Told::Good(1), Source::Sent));
        assert_eq!((*patient.outcome, patient.source), (Told::Good(1), Source::Shared));
    }

    #[tokio::test]
    async fn who_has_more_time_than_the_first_asks_anew_when_that_is_over() {
        let (reads, _) = reads();
        let plan = Plan { share: true, ..Plan::default() };
        let bounded = Plan { bound: Some(LONG), ..plan };
        let (end, ended) = oneshot::channel();
        let mut first = Box::pin(reads.read(key("a"), bounded, ended.map(Result::unwrap), late));
        assert!(first.as_mut().now_or_never().is_none());
        let (answer, answered) = oneshot::channel();
        let mut second = Box::pin(reads.read(key("a"), plan, answered.map(Result::unwrap), late));
        let mut third = Box::pin(reads.read(key("a"), plan, pending(), late));
        assert!(second.as_mut().now_or_never().is_none() && third.as_mut().now_or_never().is_none());
        end.send(Told::Late).unwrap();
        let first = first.await;
        assert_eq!((*first.outcome, first.source), (Told::Late, Source::Sent));
        // One of them sends it for both.
        assert!(second.as_mut().now_or_never().is_none() && third.as_mut().now_or_never().is_none());
        answer.send(Told::Good(2)).unwrap();
        let (second, third) = tokio::join!(second, third);
        assert_eq!((*second.outcome, second.source), (Told::Good(2), Source::Sent));
        assert_eq!((*third.outcome, third.source), (Told::Good(2), Source::Shared));
    }

    #[tokio::test]
    async fn what_is_kept_stands_until_a_write_or_its_time() {
        let (reads, writes) = reads();
        let plan = Plan { fresh: LONG, ..Plan::default() };
        assert_eq!(told(&reads, "a", plan, Told::Refused).await, (Told::Refused, "sent"));
        assert_eq!(told(&reads, "a", plan, Told::Good(1)).await, (Told::Good(1), "sent"));
        assert_eq!(told(&reads, "a", plan, Told::Good(2)).await, (Told::Good(1), "kept"));
        assert_eq!(
            told(&reads, "a", Plan { anew: true, ..plan }, Told::Good(3)).await,
            (Told::Good(3), "sent")
        );
        assert_eq!(told(&reads, "a", plan, Told::Good(4)).await, (Told::Good(3), "kept"));
        writes.fetch_add(1, Ordering::Release);
        assert_eq!(told(&reads, "a", plan, Told::Good(5)).await, (Told::Good(5), "sent"));
        let over = Plan { fresh: Duration::from_nanos(1), ..plan };
        assert_eq!(told(&reads, "a", over, Told::Good(6)).await, (Told::Good(6), "sent"));
        // An answer larger than all that may be kept is not.
        assert_eq!(told(&reads, "large", plan, Told::Good(200_000)).await, (Told::Good(200_000), "sent"));
        assert_eq!(told(&reads, "large", plan, Told::Good(1)).await, (Told::Good(1), "sent"));
    }

    #[tokio::test]
    async fn what_is_kept_stands_in_for_what_can_not_be_had() {
        let (reads, writes) = reads();
        let plan = Plan { stale: LONG, ..Plan::default() };
        assert_eq!(told(&reads, "a", plan, Told::Unknown).await, (Told::Unknown, "sent"));
        assert_eq!(told(&reads, "a", plan, Told::Good(1)).await, (Told::Good(1), "sent"));
        let told = async |next| told(&reads, "a", plan, next).await;
        assert_eq!(told(Told::Unknown).await, (Told::Good(1), "stale"));
        // After a refusal, or a write, nothing older holds.
        assert_eq!(told(Told::Refused).await, (Told::Refused, "sent"));
        assert_eq!(told(Told::Unknown).await, (Told::Unknown, "sent"));
        assert_eq!(told(Told::Good(2)).await, (Told::Good(2), "sent"));
        writes.fetch_add(1, Ordering::Release);
        assert_eq!(told(Told::Unknown).await, (Told::Unknown, "sent"));
        assert_eq!(told(Told::Good(3)).await, (Told::Good(3), "sent"));
        assert_eq!(told(Told::Unknown).await, (Told::Good(3), "stale"));
    }

    #[tokio::test]
    async fn what_is_older_than_a_refusal_or_a_bound_does_not_stand_in() {
        let (reads, _) = reads();
        let plan = Plan { stale: LONG, ..Plan::default() };
        assert_eq!(told(&reads, "a", plan, Told::Good(1)).await, (Told::Good(1), "sent"));
        // One is asked for before a refusal, and answered after it.
        let (answer, answered) = oneshot::channel();
        let mut slow = Box::pin(reads.read(key("a"), plan, answered.map(Result::unwrap), late));
        assert!(slow.as_mut().now_or_never().is_none());
        assert_eq!(told(&reads, "a", plan, Told::Refused).await, (Told::Refused, "sent"));
        answer.send(Told::Good(2)).unwrap();
        assert_eq!(*slow.await.outcome, Told::Good(2));
        assert_eq!(told(&reads, "a", plan, Told::Unknown).await, (Told::Unknown, "sent"));
        assert_eq!(told(&reads, "a", plan, Told::Good(3)).await, (Told::Good(3), "sent"));
        let over = Plan { fresh: Duration::ZERO, stale: Duration::from_nanos(1), ..plan };
        assert_eq!(told(&reads, "a", over, Told::Unknown).await, (Told::Unknown, "sent"));
    }
}
