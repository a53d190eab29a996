use std::future::{pending, ready};

use futures_util::FutureExt;
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
    assert!(reads.shared.is_empty());
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
    assert_eq!(told(&reads, "a", Plan { anew: true, ..plan }, Told::Good(3)).await, (Told::Good(3), "sent"));
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
