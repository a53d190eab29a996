//! The rules of a window, one by one, on virtual time.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;
use tokio::time::{advance, sleep};

use super::ledger::{LATEST_ARRIVAL, LONGEST_FREEZE};
use super::line::Rank;
use super::window::A_MOMENT;
use super::*;

const CEILING: u32 = 18;

pub(super) fn window() -> Arc<Window> {
    Arc::new(Window::new(Instant::now(), WINDOW, None))
}

/// Of usual priority.
impl Window {
    pub(crate) fn acquire_now(self: &Arc<Self>, ceiling: u32) -> Result<Slot, Refused> {
        self.slot_now(ceiling, Rank::default())
    }

    pub(crate) async fn acquire_at_once(
        self: &Arc<Self>,
        ceiling: u32,
        attempt: Duration,
    ) -> Result<Slot, Refused> {
        self.slot_at_once(ceiling, Rank::default(), attempt).await
    }
}

pub(super) fn patient(max_wait: Duration) -> Turn<'static> {
    Turn::new(Some(max_wait), None)
}

pub(super) fn turn() -> Turn<'static> {
    Turn::new(None, None)
}

pub(super) async fn slot(window: &Arc<Window>, ceiling: u32) -> Slot {
    window.acquire(ceiling, &mut turn(), None).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn free_slots_are_used_at_once_and_the_next_a_minute_after_an_answer() {
    let window = window();
    let start = Instant::now();
    for _ in 0..CEILING {
        slot(&window, CEILING).await.answered();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    slot(&window, CEILING).await.answered();
    assert_eq!(start.elapsed(), WINDOW);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_counts_for_a_shorter_time_is_asked_sooner() {
    let short = Duration::from_secs(2);
    let window = Arc::new(Window::new(Instant::now(), short, None));
    let start = Instant::now();
    slot(&window, 1).await.answered();
    slot(&window, 1).await.throttled(Duration::ZERO);
    assert_eq!(start.elapsed(), short);
    slot(&window, 1).await.answered();
    assert_eq!(start.elapsed(), 2 * short);
    let longer = Limiter::shared("https://window", "key", WINDOW);
    assert!(!Arc::ptr_eq(&longer, &Limiter::shared("https://window", "key", short)));
}

#[tokio::test(start_paused = true)]
async fn waiters_go_in_the_order_they_came() {
    let window = window();
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
async fn a_call_that_comes_back_goes_before_those_who_came_later() {
    let window = window();
    let start = Instant::now();
    let mut first = turn();
    window.acquire(1, &mut first, None).await.unwrap().answered();
    let later = tokio::spawn({
        let window = Arc::clone(&window);
        async move {
            slot(&window, 1).await.answered();
            start.elapsed()
        }
    });
    // It is at the front and watches the clock, as the first one will.
    sleep(Duration::from_secs(1)).await;
    let back = tokio::spawn(async move {
        window.acquire(1, &mut first, None).await.unwrap().answered();
        start.elapsed()
    });
    assert_eq!((back.await.unwrap(), later.await.unwrap()), (WINDOW, 2 * WINDOW));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_waiter_takes_no_slot_and_lets_the_next_one_go() {
    let window = window();
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
    assert!(window.state(Instant::now()).line.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_slot_is_held_and_a_refunded_one_is_not() {
    let window = window();
    drop(slot(&window, 1).await);
    // Its request may arrive a little later yet.
    let held = WINDOW + LATEST_ARRIVAL;
    assert_eq!(window.acquire_now(1).unwrap_err().retry_after, held);
    advance(held).await;
    slot(&window, 1).await.refund();
    assert!(window.acquire_now(1).is_ok());
}

/// What becomes of a hundred calls after a first 429, at a service that answers as `room` says.
/// Gives how many more 429s there were.
async fn queue_up(room: impl Fn(Instant) -> bool + Send + Sync + 'static) -> usize {
    let window = window();
    let (refused, room) = (Arc::new(AtomicUsize::new(0)), Arc::new(room));
    slot(&window, 1000).await.throttled(Duration::from_secs(5));
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let (window, refused, room) = (Arc::clone(&window), Arc::clone(&refused), Arc::clone(&room));
        tasks.spawn(async move {
            let mut turn = turn();
            loop {
                let slot = window.acquire(1000, &mut turn, None).await.unwrap();
                sleep(Duration::from_millis(100)).await;
                if room(Instant::now()) {
                    return slot.answered();
                }
                refused.fetch_add(1, Ordering::Relaxed);
                slot.throttled(Duration::from_secs(15));
            }
        });
    }
    tasks.join_all().await;
    refused.load(Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn after_a_429_a_hundred_callers_cause_at_most_one_more() {
    let opens = Instant::now() + Duration::from_secs(5);
    assert_eq!(queue_up(move |now| now >= opens).await, 0);
    let opens = Instant::now() + Duration::from_secs(20);
    assert_eq!(queue_up(move |now| now >= opens).await, 1);
}

#[tokio::test(start_paused = true)]
async fn after_a_429_strangers_may_have_left_a_single_slot() {
    let (start, admitted) = (Instant::now(), AtomicUsize::new(0));
    let room = move |now: Instant| {
        now >= start + Duration::from_secs(15) || admitted.fetch_add(1, Ordering::Relaxed) == 0
    };
    assert_eq!(queue_up(room).await, 1);
}

#[tokio::test(start_paused = true)]
async fn caution_ends_with_an_answer_a_minute_after_the_429() {
    let window = window();
    slot(&window, 10).await.throttled(Duration::from_secs(5));
    assert!(window.report(10).frozen);
    advance(Duration::from_secs(5)).await;
    for _ in 0..2 {
        assert_eq!((window.report(10).free, window.report(10).frozen), (1, false));
        let probe = slot(&window, 10).await;
        assert!(window.report(10).frozen);
        assert_eq!(window.acquire_now(10).unwrap_err().retry_after, A_MOMENT);
        probe.answered();
    }
    advance(Duration::from_secs(54)).await;
    slot(&window, 10).await.answered();
    assert_eq!(window.report(10).free, 1);
    let probe = slot(&window, 10).await;
    advance(Duration::from_secs(1)).await;
    probe.answered();
    // The first one's slot is free again.
    assert_eq!(window.report(10).free, 6);
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_what_was_sent_before_a_429_ends_no_caution() {
    let window = window();
    let (before, late) = (slot(&window, 10).await, slot(&window, 10).await);
    slot(&window, 10).await.throttled(Duration::from_secs(61));
    before.answered();
    assert_eq!(window.acquire_now(10).unwrap_err().retry_after, Duration::from_secs(61));
    advance(Duration::from_secs(61)).await;
    late.answered();
    assert_eq!(window.report(10).free, 1);
}

#[tokio::test(start_paused = true)]
async fn a_lost_probe_lets_another_one_go() {
    let window = window();
    slot(&window, 10).await.throttled(Duration::from_secs(1));
    drop(slot(&window, 10).await);
    slot(&window, 10).await.refund();
    let probe = slot(&window, 10).await;
    assert_eq!(window.acquire_now(10).unwrap_err().retry_after, A_MOMENT);
    probe.answered();
    assert!(window.acquire_now(10).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_second_429_never_shortens_the_first() {
    let window = window();
    let second = slot(&window, 10).await;
    slot(&window, 10).await.throttled(Duration::from_secs(30));
    second.throttled(Duration::from_secs(3));
    assert_eq!(window.acquire_now(10).unwrap_err().retry_after, Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn an_absurd_retry_after_freezes_for_an_hour_at_most() {
    let window = window();
    slot(&window, 10).await.throttled(Duration::from_secs(1_000_000_000));
    assert_eq!(window.acquire_now(10).unwrap_err().retry_after, LONGEST_FREEZE);
}

#[tokio::test(start_paused = true)]
async fn what_the_service_says_it_leaves_is_believed_where_it_is_less() {
    let window = window();
    let free = || window.report(10).free;
    let answer = |remaining, reset| {
        let mut slot = window.acquire_now(10).unwrap();
        slot.believe(remaining, Duration::from_secs(reset));
        slot.answered();
    };
    answer(20, 30);
    answer(8, 30);
    assert_eq!(free(), 8);
    // Strangers have used five.
    answer(2, 30);
    assert_eq!(free(), 2);
    answer(1, 30);
    assert_eq!(free(), 1);
    answer(0, 30);
    assert_eq!(window.acquire_now(10).unwrap_err().retry_after, Duration::from_secs(30));
    advance(Duration::from_secs(30)).await;
    assert_eq!(free(), 5);
    // A request under way may not have been counted yet: it takes no slot from what is left.
    let (_first, mut second) = (slot(&window, 10).await, slot(&window, 10).await);
    second.believe(3, Duration::from_secs(9));
    assert_eq!(free(), 3);
    advance(Duration::from_secs(9)).await;
    assert_eq!(free(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_reset_far_away_is_believed_for_a_window() {
    let window = window();
    let mut only = slot(&window, 10).await;
    only.believe(0, Duration::from_secs(86_400));
    only.answered();
    assert_eq!(window.acquire_now(10).unwrap_err().retry_after, WINDOW);
    slot(&window, 10).await.answered();
    assert_eq!(window.report(10).free, 9);
}
