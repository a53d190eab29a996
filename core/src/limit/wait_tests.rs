//! How long a call waits, when it is told that it can't make it, and what it tells while waiting.

use tokio::task::JoinSet;
use tokio::time::{advance, sleep};

use super::ledger::LATEST_ARRIVAL;
use super::tests::{patient, slot, turn, window};
use super::turn::LONGEST_UNASKED;
use super::*;

type Told = Mutex<Vec<(Duration, Duration)>>;

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// What a call says that waits until a slot is free in so long.
async fn told_while_waiting(free_in: Duration) -> Vec<(Duration, Duration)> {
    let (window, told) = (window(), Told::default());
    slot(&window, 1).await.answered();
    advance(WINDOW.saturating_sub(free_in)).await;
    let notice = |waited, expected| lock(&told).push((waited, expected));
    let start = Instant::now();
    window.acquire(1, &mut Turn::new(Some(WINDOW), Some(&notice)), None).await.unwrap().answered();
    assert_eq!(start.elapsed(), free_in);
    told.into_inner().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_a_second_is_told_once() {
    assert_eq!(told_while_waiting(millis(900)).await, []);
    assert_eq!(told_while_waiting(millis(1000)).await, []);
    assert_eq!(told_while_waiting(millis(1100)).await, [(millis(1000), millis(100))]);
    assert_eq!(told_while_waiting(WINDOW).await, [(millis(1000), millis(59_000))]);
}

#[tokio::test(start_paused = true)]
async fn waits_of_several_attempts_add_up_and_are_told_once() {
    let (window, told) = (window(), Told::default());
    let notice = |waited, expected| lock(&told).push((waited, expected));
    let mut turn = Turn::new(Some(3 * WINDOW), Some(&notice));
    slot(&window, 1).await.answered();
    advance(millis(59_400)).await;
    for _ in 0..3 {
        window.acquire(1, &mut turn, None).await.unwrap().answered();
    }
    assert_eq!(*lock(&told), [(millis(1000), millis(59_600))]);
    assert_eq!(turn.waited, millis(120_600));
}

#[tokio::test(start_paused = true)]
async fn what_is_told_counts_those_ahead() {
    let (window, told) = (window(), Arc::new(Told::default()));
    slot(&window, 1).await.answered();
    let mut calls = JoinSet::new();
    for _ in 0..3 {
        let (window, told) = (Arc::clone(&window), Arc::clone(&told));
        calls.spawn(async move {
            let notice = |waited, expected| lock(&told).push((waited, expected));
            window
                .acquire(1, &mut Turn::new(Some(5 * WINDOW), Some(&notice)), None)
                .await
                .unwrap()
                .answered();
        });
    }
    calls.join_all().await;
    assert_eq!(*lock(&told), [59_000, 119_000, 179_000].map(|left| (millis(1000), millis(left))));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_make_it_is_refused_at_once() {
    let window = window();
    let held = slot(&window, 1).await;
    let start = Instant::now();
    let deadline = Some(start + millis(59_999));
    let refused = window.acquire(1, &mut turn(), deadline).await.unwrap_err();
    assert_eq!((refused.retry_after, start.elapsed()), (WINDOW, Duration::ZERO));
    held.answered();
    let refused = window.acquire(1, &mut patient(millis(59_999)), None).await.unwrap_err();
    assert_eq!((refused.retry_after, start.elapsed()), (WINDOW, Duration::ZERO));
    // The nearer bound holds.
    let far = Some(start + 2 * WINDOW);
    assert!(window.acquire(1, &mut patient(millis(59_999)), far).await.is_err());
    assert!(window.acquire(1, &mut patient(2 * WINDOW), Some(start + millis(59_999))).await.is_err());
    assert!(window.acquire(1, &mut patient(WINDOW), Some(start + WINDOW)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_when_told_is_served() {
    let window = window();
    for _ in 0..3 {
        slot(&window, 3).await.answered();
        sleep(millis(7)).await;
    }
    for _ in 0..9 {
        let wait = window.acquire_now(3).unwrap_err().retry_after;
        advance(wait.saturating_sub(millis(1))).await;
        assert_eq!(window.acquire_now(3).unwrap_err().retry_after, millis(1));
        advance(millis(1)).await;
        window.acquire_now(3).unwrap().answered();
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_turns_out_too_long_ends_at_its_bound() {
    let window = window();
    let held = slot(&window, 1).await;
    let start = Instant::now();
    // At least a window away: it may be in time, were the answer there at once.
    let mut turn = patient(WINDOW);
    let refused = window.acquire(1, &mut turn, None).await.unwrap_err();
    assert_eq!((refused.retry_after, start.elapsed()), (WINDOW, WINDOW));
    assert_eq!(turn.waited, WINDOW);
    held.answered();
    assert_eq!(window.report(1).waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_ends_at_its_bound_counts_those_ahead() {
    let window = window();
    let _held = slot(&window, 1).await;
    let first = tokio::spawn({
        let window = Arc::clone(&window);
        async move { window.acquire(1, &mut turn(), None).await.map(drop) }
    });
    tokio::task::yield_now().await;
    let refused = window.acquire(1, &mut patient(2 * WINDOW), None).await.unwrap_err();
    assert_eq!(refused.retry_after, 2 * WINDOW);
    first.abort();
}

#[tokio::test(start_paused = true)]
async fn waiting_is_bounded_over_all_attempts_of_a_call() {
    let window = window();
    let mut turn = patient(Duration::from_secs(100));
    for _ in 0..2 {
        window.acquire(1, &mut turn, None).await.unwrap().answered();
    }
    assert_eq!(turn.waited, WINDOW);
    assert!(window.acquire(1, &mut turn, None).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_bound_beyond_any_clock_is_no_trouble() {
    let window = window();
    slot(&window, 1).await.answered();
    window.acquire(1, &mut patient(Duration::MAX), None).await.unwrap().answered();
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_known_for_every_place_in_the_queue() {
    let window = window();
    let waits = |ceiling, places: usize| {
        let now = Instant::now();
        let state = window.state(now);
        (0..places).map(|ahead| (state.earliest(ceiling, ahead, now) - now).as_secs()).collect::<Vec<_>>()
    };
    assert_eq!(waits(2, 5), [0, 0, 60, 60, 120]);
    for _ in 0..2 {
        slot(&window, 2).await.answered();
        advance(Duration::from_secs(10)).await;
    }
    assert_eq!(waits(2, 5), [40, 50, 100, 110, 160]);
    assert_eq!(waits(3, 7), [0, 40, 50, 60, 100, 110, 120]);
    // A client with a lower ceiling shares the window: two slots must come free before one is.
    assert_eq!(waits(1, 3), [50, 110, 170]);
}

#[tokio::test(start_paused = true)]
async fn requests_under_way_are_answered_within_a_freeze() {
    let window = window();
    let _held = (slot(&window, 3).await, slot(&window, 3).await);
    slot(&window, 3).await.throttled(Duration::from_secs(30));
    let waits = |ahead| window.state(Instant::now()).earliest(3, ahead, Instant::now()) - Instant::now();
    assert_eq!([waits(0), waits(1), waits(2)], [WINDOW; 3]);
    assert_eq!(waits(3), 2 * WINDOW);
}

#[tokio::test(start_paused = true)]
async fn others_may_be_free_before_what_was_given_up() {
    let window = window();
    let held = slot(&window, 2).await;
    drop(slot(&window, 2).await);
    assert_eq!(window.acquire_now(2).unwrap_err().retry_after, WINDOW);
    held.refund();
    drop(slot(&window, 2).await);
    assert_eq!(window.acquire_now(2).unwrap_err().retry_after, WINDOW + LATEST_ARRIVAL);
}

/// How a call ends that waits from now on: with a slot or without, and after how long.
fn waiting(window: &Arc<Window>, mut turn: Turn<'static>) -> tokio::task::JoinHandle<(bool, Duration)> {
    let (window, start) = (Arc::clone(window), Instant::now());
    tokio::spawn(async move {
        match window.acquire(5, &mut turn, None).await {
            Ok(slot) => {
                slot.answered();
                (true, start.elapsed())
            }
            Err(refused) => {
                assert!(!refused.retry_after.is_zero());
                (false, start.elapsed())
            }
        }
    })
}

#[tokio::test(start_paused = true)]
async fn without_a_bound_a_call_stands_in_line_for_hours() {
    let window = window();
    let mut calls = JoinSet::new();
    let start = Instant::now();
    for _ in 0..1000 {
        let window = Arc::clone(&window);
        calls.spawn(async move { slot(&window, 5).await.answered() });
    }
    assert_eq!(calls.join_all().await.len(), 1000);
    assert_eq!(start.elapsed(), 199 * WINDOW);
}

#[tokio::test(start_paused = true)]
async fn a_long_freeze_is_told_at_once_unless_a_bound_allows_it() {
    let (freeze, less) = (LONGEST_UNASKED + millis(1), LONGEST_UNASKED);
    let window = window();
    slot(&window, 5).await.throttled(freeze);
    let refused = window.acquire(5, &mut turn(), None).await.unwrap_err();
    assert_eq!(refused.retry_after, freeze);
    let far = Some(Instant::now() + 10 * freeze);
    assert_eq!(window.acquire(5, &mut turn(), far).await.unwrap_err().retry_after, freeze);
    assert!(window.acquire(5, &mut patient(less), None).await.is_err());
    let allowed = waiting(&window, patient(freeze));
    // What is left of it a moment later is not too long any more.
    advance(millis(1)).await;
    let patient_enough = waiting(&window, turn());
    assert_eq!(allowed.await.unwrap(), (true, freeze));
    assert_eq!(patient_enough.await.unwrap(), (true, less));
}

#[tokio::test(start_paused = true)]
async fn who_stands_in_line_is_told_of_a_long_freeze_as_it_begins() {
    let window = window();
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(slot(&window, 5).await);
    }
    // Whoever stays is at the front: the others are not told by one another.
    let stays = waiting(&window, patient(Duration::from_secs(4000)));
    tokio::task::yield_now().await;
    let told = [turn(), patient(Duration::from_secs(200)), turn()].map(|turn| waiting(&window, turn));
    sleep(Duration::from_secs(10)).await;
    held.pop().unwrap().throttled(Duration::from_secs(1_000_000));
    for call in told {
        assert_eq!(call.await.unwrap(), (false, Duration::from_secs(10)));
    }
    assert_eq!(window.report(5).waiting, 1);
    assert_eq!(stays.await.unwrap(), (true, Duration::from_secs(10 + 3600)));
}

#[tokio::test(start_paused = true)]
async fn who_sits_out_a_freeze_is_next_once_those_before_have_left() {
    let window = window();
    let [held, _others @ ..] = [(); 5].map(|()| window.acquire_now(5).unwrap());
    let leaves = [(); 3].map(|()| waiting(&window, patient(Duration::from_secs(80))));
    let stays = waiting(&window, turn());
    sleep(Duration::from_secs(20)).await;
    // Each of those before is told by the freeze, and is not next until the one before it has left.
    held.throttled(Duration::from_secs(70));
    for call in leaves {
        assert_eq!(call.await.unwrap(), (false, Duration::from_secs(20)));
    }
    let stays = tokio::time::timeout(Duration::from_secs(1000), stays).await;
    assert_eq!(stays.expect("nobody told it").unwrap(), (true, Duration::from_secs(90)));
}

#[tokio::test(start_paused = true)]
async fn a_short_freeze_is_sat_out_by_those_in_line() {
    let window = window();
    let [held, _, _, _, _] = [(); 5].map(|()| window.acquire_now(5).unwrap());
    let call = waiting(&window, turn());
    tokio::task::yield_now().await;
    held.throttled(LONGEST_UNASKED);
    assert_eq!(call.await.unwrap(), (true, LONGEST_UNASKED));
}

#[tokio::test(start_paused = true)]
async fn resting_is_waiting_and_is_told_of() {
    let told = Told::default();
    let notice = |waited, expected| lock(&told).push((waited, expected));
    let mut turn = Turn::new(Some(WINDOW), Some(&notice));
    turn.rest(millis(700)).await;
    assert_eq!((turn.waited(), turn.longest_freeze()), (millis(700), millis(59_300)));
    turn.rest(millis(900)).await;
    assert_eq!(turn.waited(), millis(1600));
    assert_eq!(*lock(&told), [(millis(1000), millis(600))]);
    turn.rest(2 * WINDOW).await;
    assert_eq!(
        (turn.longest_freeze(), Turn::new(None, None).longest_freeze()),
        (Duration::ZERO, LONGEST_UNASKED)
    );
}
