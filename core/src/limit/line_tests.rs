//! Who goes first, on virtual time.

use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::{advance, sleep};

use super::line::Priority::{self, High, Low, Normal};
use super::line::Rank;
use super::tests::{slot, turn, window};
use super::*;

const CEILING: u32 = 5;

/// A call's priority, when it came, when it went, and its place among those that went.
#[derive(Clone, Copy, Debug)]
struct Went {
    priority: Priority,
    came: Instant,
    left: Instant,
}

type Journal = Arc<Mutex<Vec<Went>>>;

async fn go(window: Arc<Window>, journal: Journal, rank: Rank) {
    let mut turn = turn();
    turn.rank = rank;
    let came = Instant::now();
    let slot = window.acquire(CEILING, &mut turn, None).await.unwrap();
    lock(&journal).push(Went { priority: rank.priority, came, left: Instant::now() });
    slot.answered();
}

fn rank(priority: Priority) -> Rank {
    Rank { priority, reserve: 0.2 }
}

#[tokio::test(start_paused = true)]
async fn the_higher_priority_goes_first_and_within_one_who_came_first() {
    let (window, journal) = (window(), Journal::default());
    for _ in 0..CEILING {
        slot(&window, CEILING).await.answered();
    }
    advance(Duration::from_secs(1)).await;
    let mut calls = JoinSet::new();
    for priority in [Low, Normal, High, Low, Normal, High] {
        calls.spawn(go(Arc::clone(&window), Arc::clone(&journal), rank(priority)));
        sleep(Duration::from_millis(1)).await;
    }
    calls.join_all().await;
    let journal = lock(&journal);
    let order: Vec<_> = journal.iter().map(|went| went.priority).collect();
    assert_eq!(order, [High, High, Normal, Normal, Low, Low]);
    assert!(journal.chunks(2).all(|pair| pair[0].came < pair[1].came));
}

#[tokio::test(start_paused = true)]
async fn low_ones_leave_a_reserve_to_others() {
    let window = window();
    let now = |priority| window.slot_now(CEILING, rank(priority)).map(Slot::answered);
    for _ in 0..4 {
        now(Low).unwrap();
    }
    assert_eq!(now(Low).unwrap_err().retry_after, WINDOW);
    now(Normal).unwrap();
    assert!(now(High).is_err());
    // However large the reserve, one slot is theirs.
    let part = |reserve, ceiling| Rank { priority: Low, reserve }.part(ceiling);
    assert_eq!([part(0.99, 1), part(0.99, 3), part(0.2, 13), part(0.0, 13)], [1, 1, 10, 13]);
    assert_eq!(Rank { priority: Normal, reserve: 0.5 }.part(13), 13);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_behind_the_reserve_goes_when_all_else_has_gone_by_for_a_window() {
    let (window, journal) = (window(), Journal::default());
    let start = Instant::now();
    let mut calls = JoinSet::new();
    // The slots are taken one after the other, each as soon as it is free, and never four of five are left.
    for number in 0..CEILING {
        let window = Arc::clone(&window);
        calls.spawn(async move {
            sleep(WINDOW / CEILING * number).await;
            for _ in 0..4 {
                slot(&window, CEILING).await.answered();
            }
        });
    }
    advance(WINDOW).await;
    sleep(Duration::from_millis(1)).await;
    calls.spawn(go(Arc::clone(&window), Arc::clone(&journal), rank(Low)));
    calls.join_all().await;
    let went = lock(&journal)[0].left - start;
    assert!(went <= 3 * WINDOW + Duration::from_millis(1), "{went:?}");
}

#[tokio::test(start_paused = true)]
async fn one_that_leaves_lets_the_next_go() {
    let (window, journal) = (window(), Journal::default());
    for _ in 0..CEILING {
        slot(&window, CEILING).await.answered();
    }
    let mut calls = JoinSet::new();
    calls.spawn(go(Arc::clone(&window), Arc::clone(&journal), rank(Normal)));
    let first = tokio::spawn(go(Arc::clone(&window), Arc::clone(&journal), rank(High)));
    sleep(WINDOW / 2).await;
    first.abort();
    let start = Instant::now();
    calls.join_all().await;
    assert_eq!((start.elapsed(), lock(&journal).len()), (WINDOW / 2, 1));
}

/// Calls of all priorities come at random, more than there are slots for most of the time.
async fn schedule(seed: u64) {
    let mut random = Rng::with_seed(seed);
    let (window, journal) = (window(), Journal::default());
    let mut calls = JoinSet::new();
    let many = random.usize(20..80);
    let weights = [random.u32(1..8), random.u32(1..8), random.u32(1..8)];
    for _ in 0..many {
        let pick = random.u32(0..weights.iter().sum());
        let priority = match pick {
            _ if pick < weights[0] => High,
            _ if pick < weights[0] + weights[1] => Normal,
            _ => Low,
        };
        calls.spawn(go(Arc::clone(&window), Arc::clone(&journal), rank(priority)));
        sleep(Duration::from_millis(random.u64(1..15_000))).await;
    }
    calls.join_all().await;
    let journal = lock(&journal).clone();
    assert_eq!(journal.len(), many, "seed {seed}");
    for (at, one) in journal.iter().enumerate() {
        let later = &journal[at + 1..];
        // Slots come free a window after they were taken.
        if let Some(next) = later.get(CEILING as usize - 1) {
            assert!(next.left >= one.left + WINDOW, "seed {seed}: too many in a window at {at}");
        }
        for other in later.iter().filter(|other| other.came < one.left) {
            // They waited together, and this one went first.
            let of_one = other.priority == one.priority;
            assert!(!of_one || one.came <= other.came, "seed {seed}: out of order at {at}");
            if one.priority > other.priority {
                let before = journal[..at].iter().rev().find(|before| before.priority == one.priority);
                let since = before.map_or(one.came, |before| before.left.max(one.came));
                let first =
                    journal.iter().filter(|first| first.priority == one.priority && first.left >= one.left);
                let came = first.map(|first| first.came).min().unwrap_or(one.came);
                let without = one.left - since.min(one.left).max(came);
                assert!(without >= WINDOW, "seed {seed}: {one:?} before {other:?}, {without:?}");
            }
        }
    }
    // Whoever is the first of its priority waits two windows at most until one of it goes.
    for priority in [High, Normal, Low] {
        let of_it: Vec<_> = journal.iter().filter(|went| went.priority == priority).collect();
        for (at, one) in of_it.iter().enumerate() {
            let since = at.checked_sub(1).map_or(one.came, |before| of_it[before].left.max(one.came));
            assert!(one.left - since <= 2 * WINDOW, "seed {seed}: {one:?} had to wait too long");
        }
    }
}

#[test]
fn nobody_is_passed_over_for_more_than_two_windows() {
    for seed in 0..300 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(schedule(seed));
    }
}
