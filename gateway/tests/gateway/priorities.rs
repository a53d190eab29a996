//! Who goes first where slots are short.

use std::fs;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use sonoran_emulator::{Options, Switch};
use sonoran_gateway::new_token;

use crate::client::{Api, until};

const COMMUNITY: &str = "/v2/community";

#[test]
fn higher_priorities_overtake_and_the_reserve_is_theirs() {
    let api = Api::with(|settings| {
        settings.max_wait = Duration::ZERO;
        settings.rate_window = Duration::from_secs(600);
    });
    let ask = |priority: &str, number: u32| {
        let path = format!("{COMMUNITY}?number={number}");
        api.send("GET", &path, &[&format!("Sonoran-Priority: {priority}")], b"")
    };
    let mut low = 0;
    while ask("low", low).status == 200 {
        low += 1;
    }
    let mut all = low;
    while ask("normal", all).status == 200 {
        all += 1;
    }
    assert_eq!(ask("high", 2000).refusal().0, 429);
    // A fifth of it, rounded up.
    assert_eq!(all - low, all.div_ceil(5));
    let (status, detail) = ask("urgent", 1).refusal();
    assert!(status == 400 && detail.contains("high, normal or low"), "{detail}");
}

/// Whether a high one that came after a low one was sent before it. The low one goes first where the machine is too busy to
/// have both in line before the slot is free, or to send at once what is next: then it has waited for a window.
fn overtakes() -> Option<()> {
    const WINDOW: Duration = Duration::from_secs(2);
    let options = Options { window_seconds: 2, limits: Switch::On, ..Options::default() };
    let api = Api::before(options, |settings| {
        settings.rate_window = WINDOW;
        settings.max_wait = Duration::from_secs(600);
        settings.ceilings = "getCommunityV2=1".parse().unwrap();
        settings.reserve = 0.0;
    });
    let started = Instant::now();
    assert_eq!(api.get(COMMUNITY).status, 200);
    let (done, order) = channel();
    std::thread::scope(|scope| {
        let api = &api;
        for (number, priority) in (1..).zip(["low", "high"]) {
            let done = done.clone();
            scope.spawn(move || {
                let path = format!("{COMMUNITY}?number={number}");
                let header = format!("Sonoran-Priority: {priority}");
                assert_eq!(api.send("GET", &path, &[&header], b"").status, 200);
                done.send(priority).unwrap();
            });
            if started.elapsed() < WINDOW {
                api.wait_for_line_or("getCommunityV2", number, started + WINDOW);
            }
        }
    });
    assert_eq!(api.journal("?status=429").len(), 0);
    (order.try_iter().next() == Some("high")).then_some(())
}

#[test]
fn a_door_check_overtakes_a_nightly_export() {
    until(overtakes);
}

#[test]
fn a_token_says_how_high_its_caller_may_go() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (token, lines) = new_token("export", &["read".to_owned()]).unwrap();
    fs::write(file.path(), format!("{lines}priority = \"low\"\n")).unwrap();
    let api = Api::with(|settings| {
        settings.tokens_file = Some(file.path().to_owned());
        settings.max_wait = Duration::ZERO;
        settings.rate_window = Duration::from_secs(600);
        settings.ceilings = "getCommunityV2=2".parse().unwrap();
    });
    let token = format!("Authorization: Bearer {token}");
    let ask = || api.send("GET", COMMUNITY, &[&token, "Sonoran-Priority: high"], b"");
    assert_eq!((ask().status, ask().status), (200, 429), "one of two is left to others");
    fs::write(file.path(), format!("{lines}priority = \"highest\"\n")).unwrap();
    api.gateway.reload();
    assert_eq!(ask().status, 429, "what can't be read changes nothing");
}
