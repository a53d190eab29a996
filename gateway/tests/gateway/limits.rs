//! The rate limit that all callers share.

use std::time::Duration;

use sonoran_emulator::{Options, Switch};

use crate::client::Api;

const COMMUNITY: &str = "/v2/community";

/// As many requests as the limit of the operation has.
fn use_up(api: &Api) -> u32 {
    let mut sent = 0;
    loop {
        let answer = api.get(COMMUNITY);
        assert_eq!(answer.status, 200);
        sent += 1;
        if answer.header("ratelimit-remaining") == "0" {
            assert_eq!(answer.header("ratelimit-limit"), sent.to_string());
            return sent;
        }
    }
}

#[test]
fn many_callers_wait_in_line_and_the_service_refuses_none() {
    let options = Options { window_seconds: 1, limits: Switch::On, ..Options::default() };
    let api = Api::before(options, |settings| {
        settings.rate_window = Duration::from_secs(1);
        settings.max_wait = Duration::from_secs(600);
    });
    std::thread::scope(|scope| {
        // Each asks for something else, or they would share.
        let ask = |number: u32| api.get(&format!("{COMMUNITY}?number={number}")).status;
        let callers: Vec<_> = (0..40).map(|number| scope.spawn(move || ask(number))).collect();
        assert!(callers.into_iter().all(|caller| caller.join().unwrap() == 200));
    });
    assert_eq!(api.journal("").len(), 40);
}

#[test]
fn who_can_not_wait_so_long_is_told_when_to_come_back() {
    let api = Api::with(|settings| settings.max_wait = Duration::ZERO);
    let sent = use_up(&api);
    let late = api.get(COMMUNITY);
    let (status, detail) = late.refusal();
    assert_eq!(status, 429);
    assert!(detail.starts_with("The rate limit of getCommunityV2 leaves no slot in time"), "{detail}");
    let wait: u64 = late.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(late.header("ratelimit-remaining"), "0");
    assert_eq!(late.header("ratelimit-reset"), wait.to_string());
    // Version 1 and other operations have limits of their own.
    assert_eq!(api.get("/v2/community/departments").status, 200);
    assert_eq!(u32::try_from(api.journal("?operation=getCommunity").len()), Ok(sent));
}

#[test]
fn a_caller_says_how_long_it_waits() {
    let api = Api::with(|settings| settings.max_wait = Duration::from_secs(600));
    use_up(&api);
    let asked =
        |value: &str| api.send("GET", COMMUNITY, &[&format!("Request-Timeout: {value}")], b"").refusal();
    assert_eq!(asked("0.5").0, 429);
    let beats = |value: &str| {
        let header = format!("Sonoran-Heartbeat: {value}");
        api.send("GET", "/v2/community/departments", &[&header], b"")
    };
    assert_eq!((beats("2").status, beats("soon").refusal().0, beats("0").refusal().0), (200, 400, 400));
    for wrong in ["soon", "0", "-1", "NaN", "inf", ""] {
        assert_eq!(asked(wrong).0, 400, "{wrong}");
    }
}
