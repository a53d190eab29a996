//! Which windows there are, who shares them, when they are forgotten, and what they cost.

use std::pin::pin;
use std::sync::Weak;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use tokio::time::advance;

use super::*;

/// A slot that must be free.
fn take(limiter: &Limiter, place: usize, ceiling: u32) -> Slot {
    let window = limiter.window(place);
    let mut turn = Turn::new(Some(WINDOW), None);
    match pin!(window.acquire(ceiling, &mut turn, None)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(slot) => slot.unwrap(),
        Poll::Pending => panic!("no free slot"),
    }
}

fn watch(limiter: &Limiter, place: usize) -> Weak<Window> {
    Arc::downgrade(&limiter.window(place))
}

#[test]
fn one_credential_has_one_limiter() {
    let first = Limiter::shared("https://a", "key", WINDOW);
    assert!(Arc::ptr_eq(&first, &Limiter::shared("https://a", "key", WINDOW)));
    assert!(!Arc::ptr_eq(&first, &Limiter::shared("https://a", "other", WINDOW)));
    assert!(!Arc::ptr_eq(&first, &Limiter::shared("https://b", "key", WINDOW)));
}

#[test]
fn two_clients_of_one_credential_share_slots_and_two_credentials_do_not() {
    let (one, two) =
        (Limiter::shared("https://s", "key", WINDOW), Limiter::shared("https://s", "key", WINDOW));
    let stranger = Limiter::shared("https://s", "stranger", WINDOW);
    let slot = take(&one, 0, 1);
    assert!(two.window(0).acquire_now(1).is_err());
    assert!(two.window(1).acquire_now(1).is_ok());
    assert!(stranger.window(0).acquire_now(1).is_ok());
    slot.refund();
    assert!(two.window(0).acquire_now(1).is_ok());
}

#[test]
fn clients_of_one_credential_that_do_not_count_together_are_told_of_once() {
    let limiter = |key: &str, length| Limiter::shared("https://apart", key, length);
    let apart = |limiter: &Arc<Limiter>, key| limiter.counts_apart("https://apart", key);
    let minute = limiter("key", WINDOW);
    assert!(!apart(&minute, "key") && !apart(&limiter("key", WINDOW), "key"));
    assert!(!apart(&limiter("other", Duration::from_secs(5)), "other"));
    // One that is gone, and one that counts nothing, stand in nobody's way.
    let gone = limiter("gone", WINDOW);
    assert!(!apart(&gone, "gone"));
    drop(gone);
    let _off = limiter("gone", Duration::from_secs(7));
    assert!(!apart(&limiter("gone", Duration::from_secs(5)), "gone"));
    let seconds = limiter("key", Duration::from_secs(5));
    assert!(apart(&seconds, "key") && !apart(&seconds, "key"));
}

#[test]
fn the_key_itself_is_not_kept() {
    let mut registry = Registry::new();
    let _limiter = registry.limiter("https://service", "YOUR_API_KEY", WINDOW);
    assert!(!format!("{registry:?}").contains("YOUR_API_KEY"));
}

#[tokio::test(start_paused = true)]
async fn what_was_not_used_for_two_windows_is_forgotten() {
    let limiter = Limiter::new(Instant::now(), WINDOW);
    take(&limiter, 3, 5).answered();
    advance(Duration::from_millis(1)).await;
    take(&limiter, 4, 5).answered();
    let (used, later) = (watch(&limiter, 3), watch(&limiter, 4));
    advance(Duration::from_millis(59_999)).await;
    let _ = limiter.window(9);
    assert!(used.upgrade().is_some() && later.upgrade().is_some());
    advance(WINDOW).await;
    let _ = limiter.window(9);
    assert!(used.upgrade().is_none() && later.upgrade().is_some());
    // A window made anew knows as much as the old one did.
    assert_eq!(limiter.state(3, 5), RateLimitState::unused(5));
    // It is not looked after more often than once a window.
    advance(Duration::from_millis(59_999)).await;
    let _ = limiter.window(9);
    assert!(later.upgrade().is_some());
    advance(Duration::from_millis(1)).await;
    let _ = limiter.window(9);
    assert!(later.upgrade().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_window_that_a_call_has_at_hand_is_not_forgotten() {
    let limiter = Limiter::new(Instant::now(), WINDOW);
    let at_hand = limiter.window(3);
    advance(3 * WINDOW).await;
    let _ = limiter.window(9);
    assert!(Arc::ptr_eq(&at_hand, &limiter.window(3)));
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_or_frozen_is_not_forgotten() {
    let limiter = Limiter::new(Instant::now(), WINDOW);
    let slot = take(&limiter, 0, 5);
    take(&limiter, 1, 5).throttled(Duration::from_secs(1000));
    let (held, frozen) = (watch(&limiter, 0), watch(&limiter, 1));
    advance(4 * WINDOW).await;
    let _ = limiter.window(2);
    assert_eq!(limiter.state(0, 5).free, 4);
    assert!(limiter.state(1, 5).frozen);
    drop(slot);
    // The lost one's slot is still held.
    advance(WINDOW).await;
    let _ = limiter.window(2);
    assert!(held.upgrade().is_some());
    advance(2 * WINDOW).await;
    let _ = limiter.window(2);
    assert!(held.upgrade().is_none() && frozen.upgrade().is_some());
    // The time runs from the end of the freeze, so that the calls it held back find it.
    advance(Duration::from_secs(1000 + 120 - 7 * 60)).await;
    let _ = limiter.window(2);
    assert!(frozen.upgrade().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_credential_is_forgotten_with_its_clients_and_its_windows() {
    let mut registry = Registry::new();
    let kept = registry.limiter("https://s", "kept", WINDOW);
    let limiter = registry.limiter("https://s", "gone", WINDOW);
    take(&limiter, 0, 5).answered();
    let (gone, window) = (Arc::downgrade(&limiter), watch(&limiter, 0));
    drop(limiter);
    advance(WINDOW).await;
    let _ = registry.limiter("https://s", "new", WINDOW);
    // Until its slots are free, a client made anew must find them held.
    assert!(gone.upgrade().is_some());
    advance(WINDOW).await;
    let _ = registry.limiter("https://s", "new", WINDOW);
    assert!(gone.upgrade().is_none() && window.upgrade().is_none());
    // It is not looked after more often than once a window.
    let limiter = Arc::downgrade(&registry.limiter("https://s", "unused", WINDOW));
    advance(Duration::from_millis(59_999)).await;
    let _ = registry.limiter("https://s", "new", WINDOW);
    assert!(limiter.upgrade().is_some());
    advance(Duration::from_millis(1)).await;
    let _ = registry.limiter("https://s", "new", WINDOW);
    assert!(limiter.upgrade().is_none());
    assert!(Arc::ptr_eq(&kept, &registry.limiter("https://s", "kept", WINDOW)));
}

#[test]
fn asking_for_the_state_makes_no_window() {
    let limiter = Limiter::new(Instant::now(), WINDOW);
    assert_eq!(limiter.state(3, 18), RateLimitState::unused(18));
    assert!(lock(&limiter.keys).windows.is_empty());
}

#[test]
fn a_free_slot_costs_no_allocation_after_the_first() {
    for ceiling in documented_ceilings() {
        let limiter = Limiter::new(Instant::now(), WINDOW);
        take(&limiter, 0, ceiling).answered();
        let cost = measure(|| {
            for number in 1..ceiling {
                match number % 3 {
                    0 => take(&limiter, 0, ceiling).refund(),
                    1 => take(&limiter, 0, ceiling).answered(),
                    _ => drop(take(&limiter, 0, ceiling)),
                }
            }
        });
        assert_eq!(cost.count_total, 0, "{ceiling}");
    }
}

#[test]
fn a_key_costs_a_kibibyte_at_most() {
    for ceiling in documented_ceilings() {
        let limiter = Limiter::new(Instant::now(), WINDOW);
        let cost = measure(|| {
            for _ in 0..ceiling {
                take(&limiter, 0, ceiling).answered();
            }
        });
        assert!(limiter.window(0).acquire_now(ceiling).is_err());
        assert!((1..=1024).contains(&cost.bytes_current), "{ceiling}: {} bytes", cost.bytes_current);
    }
}

#[test]
fn a_ceiling_beyond_measure_costs_no_more_than_what_is_used() {
    let limiter = Limiter::new(Instant::now(), WINDOW);
    let cost = measure(|| take(&limiter, 0, u32::MAX).answered());
    assert!(cost.bytes_current <= 1024, "{} bytes", cost.bytes_current);
}

#[test]
fn an_idle_credential_costs_little() {
    let mut registry = Registry::new();
    let _first = registry.limiter("https://service", "first", WINDOW);
    let cost = measure(|| drop(registry.limiter("https://service", "second", WINDOW)));
    assert!((1..=256).contains(&cost.bytes_current), "{} bytes", cost.bytes_current);
}

fn documented_ceilings() -> impl Iterator<Item = u32> {
    let ceilings = crate::operations().iter().map(|operation| operation.ceiling);
    ceilings.collect::<std::collections::BTreeSet<_>>().into_iter()
}
