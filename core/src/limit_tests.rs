//! The limiter on virtual time, against a model of the service.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;
use tokio::time::{advance, sleep};

use super::*;

const CEILING: u32 = 18;

fn turn() -> Turn {
    Turn::new(Duration::from_secs(3600))
}

async fn slot(window: &Arc<Window>, ceiling: u32) -> Slot {
    window.acquire(ceiling, &mut turn(), None).await.unwrap()
}

fn jitter() -> Duration {
    Duration::from_secs_f64(-0.25 * (1.0 - fastrand::f64()).ln())
}

/// A greedy client with jitter each way, answers lost and calls cancelled: what arrives at the
/// service, in order.
async fn arrivals(seed: u64, calls: usize, stamp_at_sending: bool) -> Vec<Instant> {
    fastrand::seed(seed);
    let window = Arc::new(Window::default());
    let mut tasks = JoinSet::new();
    for _ in 0..calls {
        let (window, there, back) = (Arc::clone(&window), jitter(), jitter());
        let fate = fastrand::u8(..20);
        let patience = Duration::from_secs_f64(200.0 * fastrand::f64());
        tasks.spawn(async move {
            if fate == 0 {
                let _ = tokio::time::timeout(patience, slot(&window, CEILING)).await.ok()?;
                return None;
            }
            let mut slot = Some(slot(&window, CEILING).await);
            if stamp_at_sending {
                slot.take().unwrap().answered();
            }
            sleep(there).await;
            let arrived = Instant::now();
            if fate == 1 {
                drop(slot.take());
            }
            sleep(back).await;
            if let Some(slot) = slot {
                slot.answered();
            }
            Some(arrived)
        });
    }
    let mut arrivals: Vec<Instant> = tasks.join_all().await.into_iter().flatten().collect();
    arrivals.sort();
    arrivals
}

fn overruns(arrivals: &[Instant]) -> usize {
    arrivals
        .windows(CEILING as usize + 1)
        .filter(|window| window[CEILING as usize] - window[0] < WINDOW)
        .count()
}

#[tokio::test(start_paused = true)]
async fn no_window_of_a_minute_holds_more_than_the_ceiling() {
    for seed in 0..50 {
        let arrivals = arrivals(seed, 100, false).await;
        assert_eq!(overruns(&arrivals), 0, "seed {seed}");
        assert!(arrivals.len() > 80);
    }
}

#[tokio::test(start_paused = true)]
async fn the_model_catches_slots_that_are_stamped_at_sending() {
    let mut found = 0;
    for seed in 0..50 {
        found += overruns(&arrivals(seed, 100, true).await);
    }
    assert!(found > 0);
}

#[tokio::test(start_paused = true)]
async fn free_slots_are_used_at_once_and_the_next_a_minute_after_an_answer() {
    let window = Arc::new(Window::default());
    let start = Instant::now();
    for _ in 0..CEILING {
        slot(&window, CEILING).await.answered();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    slot(&window, CEILING).await.answered();
    assert_eq!(start.elapsed(), WINDOW);
}

#[tokio::test(start_paused = true)]
async fn waiters_go_in_the_order_they_came() {
    let window = Arc::new(Window::default());
    slot(&window, 1).await.answered();
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for number in 0..10 {
        let (window, order) = (Arc::clone(&window), Arc::clone(&order));
        tasks.spawn(async move {
            let slot = slot(&window, 1).await;
            order.lock().unwrap().push(number);
            slot.answered();
        });
        tokio::task::yield_now().await;
    }
    tasks.join_all().await;
    assert_eq!(*order.lock().unwrap(), (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_waiter_takes_no_slot_and_lets_the_next_one_go() {
    let window = Arc::new(Window::default());
    slot(&window, 1).await.answered();
    let first = tokio::spawn({
        let window = Arc::clone(&window);
        async move { drop(slot(&window, 1).await) }
    });
    tokio::task::yield_now().await;
    let second = tokio::spawn({
        let window = Arc::clone(&window);
        async move { slot(&window, 1).await.answered() }
    });
    tokio::task::yield_now().await;
    first.abort();
    let start = Instant::now();
    second.await.unwrap();
    assert_eq!(start.elapsed(), WINDOW);
    assert!(window.state(Instant::now()).waiters.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_slot_is_held_and_a_refunded_one_is_not() {
    let window = Arc::new(Window::default());
    drop(slot(&window, 1).await);
    assert_eq!(window.acquire_now(1).unwrap_err().retry_after, Some(WINDOW));
    advance(WINDOW).await;
    slot(&window, 1).await.refund();
    assert!(window.acquire_now(1).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_make_it_is_refused_at_once() {
    let window = Arc::new(Window::default());
    let held = slot(&window, 1).await;
    let start = Instant::now();
    let deadline = Some(start + Duration::from_secs(59));
    let refused = window.acquire(1, &mut turn(), deadline).await.unwrap_err();
    assert_eq!((refused.retry_after, start.elapsed()), (Some(WINDOW), Duration::ZERO));
    held.answered();
    let mut short = Turn::new(Duration::from_secs(59));
    assert_eq!(window.acquire(1, &mut short, None).await.unwrap_err().retry_after, Some(WINDOW));
    let mut enough = Turn::new(WINDOW);
    assert!(window.acquire(1, &mut enough, None).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_known_for_every_place_in_the_queue() {
    let window = Arc::new(Window::default());
    for _ in 0..2 {
        slot(&window, 2).await.answered();
    }
    let now = Instant::now();
    let waits: Vec<u64> =
        (0..5).map(|ahead| (window.state(now).earliest(2, ahead, now) - now).as_secs()).collect();
    assert_eq!(waits, [60, 60, 120, 120, 180]);
}

#[tokio::test(start_paused = true)]
async fn waiting_is_bounded_over_all_attempts_of_a_call() {
    let window = Arc::new(Window::default());
    let mut turn = Turn::new(Duration::from_secs(100));
    for _ in 0..2 {
        window.acquire(1, &mut turn, None).await.unwrap().answered();
    }
    assert_eq!(turn.wait_left, Duration::from_secs(40));
    assert!(window.acquire(1, &mut turn, None).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn after_a_429_one_probe_goes_first() {
    let window = Arc::new(Window::default());
    let refused = Arc::new(AtomicUsize::new(0));
    slot(&window, 1000).await.throttled(Duration::from_secs(5));
    let opens = Instant::now() + Duration::from_secs(20);
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let (window, refused) = (Arc::clone(&window), Arc::clone(&refused));
        tasks.spawn(async move {
            let mut turn = turn();
            loop {
                let slot = window.acquire(1000, &mut turn, None).await.unwrap();
                sleep(Duration::from_millis(100)).await;
                if Instant::now() >= opens {
                    return slot.answered();
                }
                refused.fetch_add(1, Ordering::Relaxed);
                slot.throttled(opens - Instant::now());
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(refused.load(Ordering::Relaxed), 1);
    assert!(window.state(Instant::now()).freeze.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_lost_probe_lets_another_one_go() {
    let window = Arc::new(Window::default());
    slot(&window, 10).await.throttled(Duration::from_secs(1));
    drop(slot(&window, 10).await);
    let probe = slot(&window, 10).await;
    assert_eq!(window.acquire_now(10).unwrap_err().retry_after, Some(Duration::ZERO));
    probe.answered();
    assert!(window.acquire_now(10).is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_absurd_retry_after_freezes_for_an_hour_at_most() {
    let window = Arc::new(Window::default());
    slot(&window, 10).await.throttled(Duration::from_secs(1_000_000_000));
    assert_eq!(window.acquire_now(10).unwrap_err().retry_after, Some(LONGEST_FREEZE));
}

#[test]
fn one_credential_has_one_limiter() {
    let first = Limiter::shared("https://a", "key");
    assert!(Arc::ptr_eq(&first, &Limiter::shared("https://a", "key")));
    assert!(!Arc::ptr_eq(&first, &Limiter::shared("https://a", "other")));
    assert!(!Arc::ptr_eq(&first, &Limiter::shared("https://b", "key")));
}
