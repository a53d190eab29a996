//! The state of a window, as it is told to those who ask.

use tokio::time::advance;

use super::tests::{slot, turn, window};
use super::*;

fn state(limit: u32, free: u32, waiting: u32, next_free_in: Option<u64>, frozen: bool) -> RateLimitState {
    RateLimitState { limit, free, waiting, next_free_in: next_free_in.map(Duration::from_secs), frozen }
}

#[tokio::test(start_paused = true)]
async fn the_state_counts_what_is_held_and_who_waits() {
    let window = window();
    assert_eq!(window.report(2), state(2, 2, 0, None, false));
    let held = slot(&window, 2).await;
    assert_eq!(window.report(2), state(2, 1, 0, None, false));
    slot(&window, 2).await.answered();
    advance(Duration::from_secs(10)).await;
    assert_eq!(window.report(2), state(2, 0, 0, Some(50), false));
    let waiter = tokio::spawn({
        let window = Arc::clone(&window);
        async move { window.acquire(2, &mut turn(), None).await.map(drop) }
    });
    tokio::task::yield_now().await;
    assert_eq!(window.report(2), state(2, 0, 1, Some(50), false));
    held.refund();
    waiter.await.unwrap().unwrap();
    // What was given up is held a little longer, but the answered one is free in fifty seconds.
    assert_eq!(window.report(2), state(2, 0, 0, Some(50), false));
    // A client with a lower ceiling.
    assert_eq!(window.report(1), state(1, 0, 0, Some(65), false));
}

#[tokio::test(start_paused = true)]
async fn with_all_requests_under_way_a_window_is_the_least() {
    let window = window();
    let _held = (slot(&window, 2).await, slot(&window, 2).await);
    assert_eq!(window.report(2), state(2, 0, 0, Some(60), false));
}

#[tokio::test(start_paused = true)]
async fn a_429_shows_as_frozen() {
    let window = window();
    slot(&window, 5).await.throttled(Duration::from_secs(7));
    assert_eq!(window.report(5), state(5, 0, 0, Some(7), true));
    advance(Duration::from_secs(7)).await;
    assert_eq!(window.report(5), state(5, 1, 0, None, false));
    let _probe = slot(&window, 5).await;
    assert_eq!(window.report(5), state(5, 0, 0, Some(0), true));
}

#[test]
fn as_json_it_has_seconds() {
    let free = RateLimitState::unused(18).to_json();
    assert_eq!(free, r#"{"limit":18,"free":18,"waiting":0,"nextFreeIn":null,"frozen":false}"#);
    let mut held = state(18, 0, 3, None, true);
    held.next_free_in = Some(Duration::from_millis(12_500));
    assert_eq!(held.to_json(), r#"{"limit":18,"free":0,"waiting":3,"nextFreeIn":12.5,"frozen":true}"#);
}
