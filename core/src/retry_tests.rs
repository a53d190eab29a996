use bytes::Bytes;
use http::HeaderMap;

use super::*;
use crate::attempt::Reply;
use crate::{DataShape, Method, Payload, ResultForm, V1, Wire, operations};

static READ: Operation = operation(Method::Get, true);
static WRITE: Operation = operation(Method::Post, false);
static REMOVE: Operation = operation(Method::Delete, true);
static REPLACE: Operation = operation(Method::Put, true);
static CHANGE: Operation = operation(Method::Patch, false);
static V1_READ: Operation = Operation { wire: V1_WIRE, ..operation(Method::Post, true) };
static V1_WRITE: Operation = Operation { wire: V1_WIRE, ..operation(Method::Post, false) };

const V1_WIRE: Wire = Wire::V1(V1 {
    request_type: "TEST",
    data: DataShape::Nothing,
    result: ResultForm::Text,
    at_least_one_of: &[],
    also_at: &[],
});

const fn operation(method: Method, repeatable: bool) -> Operation {
    Operation {
        name: "test",
        group: "test",
        method,
        path: "/",
        arguments: &[],
        parameters: &[],
        payload: Payload::None,
        known: &[],
        ceiling: 1,
        success: 200,
        repeatable,
        paged: None,
        wire: Wire::V2,
    }
}

fn answer(status: u16) -> Attempt {
    throttle(status, None)
}

fn throttle(status: u16, retry_after: Option<u64>) -> Attempt {
    Attempt::Answered(Reply {
        status,
        body: Bytes::new(),
        content_type: String::new(),
        retry_after: retry_after.map(Duration::from_secs),
        left: None,
        request_id: None,
        headers: HeaderMap::new(),
    })
}

fn lost(kind: ErrorKind, written: bool) -> Attempt {
    Attempt::Lost(Loss { kind, written, reason: String::new(), request_id: None })
}

fn bounds() -> Bounds {
    Bounds { retries: 2, timeout: Duration::from_secs(30), deadline: None }
}

/// The pause before the next attempt, after so many like this one.
fn pause_after(attempt: &Attempt, number: u32) -> Duration {
    let quota = Quota::full();
    let bounds = Bounds { retries: u32::MAX, timeout: Duration::from_secs(10_000), ..bounds() };
    let mut retries = Retries::new(&READ, bounds, &quota);
    for _ in 1..number {
        let _ = retries.after(attempt, Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED));
        quota.give_back(Quota::FULL);
    }
    match retries.after(attempt, Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED)) {
        Next::RetryAfter(pause) | Next::Wait(pause) => pause,
        Next::Return => panic!("no retry"),
    }
}

fn repeats(operation: &'static Operation, attempt: &Attempt) -> bool {
    let quota = Quota::full();
    let mut retries = Retries::new(operation, bounds(), &quota);
    retries.after(attempt, Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED)) != Next::Return
}

#[test]
fn reads_and_repeatable_writes_are_repeated_after_passing_failures() {
    for operation in [&READ, &REMOVE, &REPLACE, &V1_READ] {
        for status in [408, 500, 502, 503, 504].into_iter().chain(520..=530) {
            assert!(repeats(operation, &answer(status)), "{operation:?} {status}");
        }
        for kind in [ErrorKind::Connect, ErrorKind::Dns, ErrorKind::Timeout] {
            assert!(repeats(operation, &lost(kind, true)), "{operation:?} {kind}");
            assert!(repeats(operation, &lost(kind, false)), "{operation:?} {kind}");
        }
    }
}

#[test]
fn other_writes_only_when_nothing_was_written() {
    for operation in [&WRITE, &CHANGE, &V1_WRITE] {
        for status in [408, 500, 502, 503, 504].into_iter().chain(520..=530) {
            assert!(!repeats(operation, &answer(status)), "{operation:?} {status}");
            assert!(!repeats(operation, &throttle(status, Some(1))), "{operation:?} {status}");
        }
        for kind in [ErrorKind::Connect, ErrorKind::Dns, ErrorKind::Timeout] {
            assert!(!repeats(operation, &lost(kind, true)), "{operation:?} {kind}");
            assert!(repeats(operation, &lost(kind, false)), "{operation:?} {kind}");
        }
    }
}

#[test]
fn whatever_was_refused_with_429_is_repeated() {
    for operation in [&READ, &REMOVE, &REPLACE, &WRITE, &CHANGE] {
        assert!(repeats(operation, &answer(429)), "{operation:?}");
        assert!(repeats(operation, &throttle(429, Some(1))), "{operation:?}");
    }
    // A firewall's page, as version 1, blocks for long without saying how long.
    let page = |retry_after| match throttle(429, retry_after) {
        Attempt::Answered(reply) => {
            Attempt::Answered(Reply { content_type: "text/html".to_owned(), ..reply })
        }
        Attempt::Lost(_) => unreachable!("a 429 is an answer"),
    };
    assert!(!repeats(&READ, &page(None)) && repeats(&READ, &page(Some(1))));
    for operation in [&V1_READ, &V1_WRITE] {
        assert!(!repeats(operation, &answer(429)), "{operation:?}");
        assert!(repeats(operation, &throttle(429, Some(1))), "{operation:?}");
    }
}

#[test]
fn no_post_or_patch_of_version_2_counts_as_repeatable_but_the_one_that_reads() {
    for operation in operations().iter().filter(|operation| matches!(operation.wire, Wire::V2)) {
        let asks = operation.name == "verifyWhitelistV2";
        match operation.method {
            Method::Get => assert!(operation.repeatable && operation.reads(), "{}", operation.name),
            Method::Post | Method::Patch => assert_eq!(operation.repeatable, asks, "{}", operation.name),
            Method::Put | Method::Delete => assert!(!operation.reads(), "{}", operation.name),
        }
        assert_eq!(operation.reads(), asks || operation.method == Method::Get, "{}", operation.name);
    }
}

#[test]
fn refusals_certificates_and_nonsense_are_never_repeated() {
    for status in [301, 400, 401, 403, 404, 409, 501, 519, 531] {
        assert!(!repeats(&READ, &answer(status)), "{status}");
    }
    for kind in [ErrorKind::Tls, ErrorKind::InvalidResponse, ErrorKind::Api, ErrorKind::Internal] {
        assert!(!repeats(&READ, &lost(kind, false)));
        assert!(!repeats(&READ, &lost(kind, true)));
    }
    // Whatever is in it: a success that can't be read is none to ask for twice.
    for status in [200, 201, 204, 299] {
        assert!(!repeats(&READ, &throttle(status, Some(1))), "{status}");
    }
}

#[test]
fn without_retries_one_attempt_is_made() {
    let quota = Quota::full();
    let mut retries = Retries::new(&READ, Bounds { retries: 0, ..bounds() }, &quota);
    assert_eq!(retries.attempts(), 0);
    assert_eq!(
        retries.after(&answer(503), Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED)),
        Next::Return
    );
    assert_eq!(retries.attempts(), 1);
}

#[test]
fn the_backoff_is_full_jitter_below_a_doubling_bound() {
    let throttled = || answer(429);
    let failed = || answer(503);
    let broken = || lost(ErrorKind::Connect, false);
    for (attempt, number, bound) in [
        (failed(), 1, 50),
        (failed(), 2, 100),
        (failed(), 3, 200),
        (broken(), 2, 100),
        (throttled(), 1, 1000),
        (throttled(), 2, 2000),
        (throttled(), 5, 16_000),
        // Twenty seconds is the most.
        (throttled(), 6, 20_000),
        (throttled(), 100, 20_000),
        (failed(), 10, 20_000),
    ] {
        let bound = Duration::from_millis(bound);
        let pauses: Vec<Duration> = (0..300).map(|_| pause_after(&attempt, number)).collect();
        let (least, most) = (pauses.iter().min().unwrap(), pauses.iter().max().unwrap());
        assert!(*most < bound && *most > bound.mul_f64(0.9), "{number}: {most:?} of {bound:?}");
        assert!(*least < bound.mul_f64(0.1), "{number}: {least:?} of {bound:?}");
    }
}

#[test]
fn to_what_the_service_says_jitter_is_only_added() {
    for (status, jitter) in [(429, 100), (503, 5)] {
        let said = Duration::from_secs(2);
        let added: Vec<Duration> =
            (0..300).map(|_| pause_after(&throttle(status, Some(2)), 1).checked_sub(said).unwrap()).collect();
        let jitter = Duration::from_millis(jitter);
        let (least, most) = (added.iter().min().unwrap(), added.iter().max().unwrap());
        assert!(*most <= jitter && *most > jitter.mul_f64(0.8), "{status}: {most:?}");
        assert!(*least < jitter.mul_f64(0.2), "{status}: {least:?}");
    }
}

#[test]
fn three_attempts_at_most() {
    let quota = Quota::full();
    let mut retries = Retries::new(&READ, bounds(), &quota);
    let now = Instant::now();
    assert_ne!(retries.after(&answer(500), Duration::ZERO, now, Some(LONGEST_UNASKED)), Next::Return);
    assert_ne!(retries.after(&answer(500), Duration::ZERO, now, Some(LONGEST_UNASKED)), Next::Return);
    assert_eq!(retries.after(&answer(500), Duration::ZERO, now, Some(LONGEST_UNASKED)), Next::Return);
    assert_eq!(retries.attempts(), 3);
}

#[test]
fn a_pause_beyond_the_bounds_is_returned_and_not_slept() {
    assert!(!repeats(&READ, &throttle(503, Some(31))));
    let quota = Quota::full();
    let long = Bounds { timeout: Duration::from_secs(1000), ..bounds() };
    let mut retries = Retries::new(&READ, long, &quota);
    let now = Instant::now();
    assert_ne!(
        retries.after(&throttle(503, Some(120)), Duration::ZERO, now, Some(LONGEST_UNASKED)),
        Next::Return
    );
    assert_eq!(
        retries.after(&throttle(503, Some(121)), Duration::ZERO, now, Some(LONGEST_UNASKED)),
        Next::Return
    );
    let near = Bounds { deadline: Some(now + Duration::from_secs(1)), ..bounds() };
    for status in [429, 503] {
        let mut retries = Retries::new(&READ, near, &quota);
        let after = retries.after(&throttle(status, Some(2)), Duration::ZERO, now, Some(LONGEST_UNASKED));
        assert_eq!(after, Next::Return, "{status}");
    }
}

#[test]
fn what_a_429_asks_for_is_waiting_for_a_slot() {
    let now = Instant::now();
    let after = |seconds, longest_freeze| {
        let quota = Quota::full();
        let mut retries = Retries::new(&READ, bounds(), &quota);
        let next = retries.after(&throttle(429, seconds), Duration::from_secs(10), now, Some(longest_freeze));
        (next, retries.time_left(now).0, quota.0.load(Ordering::Relaxed))
    };
    let refused = (Next::Return, Duration::from_secs(20), Quota::FULL);
    for (seconds, longest) in [(Some(31), 120), (Some(120), 120), (Some(900), 900), (None, 1), (Some(0), 0)] {
        let (next, left, quota) = after(seconds, Duration::from_secs(longest));
        let Next::Wait(pause) = next else { panic!("{seconds:?} is not waited for") };
        assert!(pause <= Duration::from_secs(seconds.unwrap_or(1)) + Duration::from_millis(100));
        // It spends nothing of the timeout.
        assert_eq!((left, quota), (Duration::from_secs(20), Quota::FULL - Quota::THROTTLE_COST));
    }
    for (seconds, longest) in [(Some(121), 120), (Some(901), 900), (None, 0), (Some(1), 0)] {
        assert_eq!(after(seconds, Duration::from_secs(longest)), refused, "{seconds:?} {longest}");
    }
    let quota = Quota::full();
    let mut spent = Retries::new(&READ, bounds(), &quota);
    let after = spent.after(&throttle(429, Some(1)), Duration::from_secs(30), now, Some(LONGEST_UNASKED));
    assert_eq!(after, Next::Return);
}

#[test]
fn attempts_and_pauses_spend_the_timeout() {
    let quota = Quota::full();
    let mut retries = Retries::new(&READ, bounds(), &quota);
    let now = Instant::now();
    assert_eq!(retries.time_left(now).0, Duration::from_secs(30));
    let Next::RetryAfter(pause) =
        retries.after(&throttle(503, Some(4)), Duration::from_secs(10), now, Some(LONGEST_UNASKED))
    else {
        panic!("no retry")
    };
    assert_eq!(retries.time_left(now).0 + pause, Duration::from_secs(20));
    assert_eq!(
        retries.after(&answer(500), Duration::from_secs(20), now, Some(LONGEST_UNASKED)),
        Next::Return
    );
    assert_eq!(retries.time_left(now).0, Duration::ZERO);
}

#[test]
fn timeout_and_deadline_bound_an_attempt_each_alone_and_together() {
    let quota = Quota::full();
    let now = Instant::now();
    let left = |timeout, deadline: Option<u64>, later| {
        let deadline = deadline.map(|seconds| now + Duration::from_secs(seconds));
        let bounds = Bounds { timeout: Duration::from_secs(timeout), deadline, ..bounds() };
        let (left, bound) = Retries::new(&READ, bounds, &quota).time_left(now + Duration::from_secs(later));
        assert_eq!(bound, if left < bounds.timeout { "deadline" } else { "timeout" });
        left.as_secs()
    };
    // Waiting for slots, during which only the clock moves on, spends the deadline alone.
    assert_eq!([left(30, None, 0), left(30, None, 100)], [30, 30]);
    assert_eq!([left(30, Some(20), 0), left(30, Some(20), 15), left(30, Some(20), 25)], [20, 5, 0]);
    assert_eq!([left(30, Some(50), 0), left(30, Some(50), 15), left(30, Some(50), 25)], [30, 30, 25]);
}

#[test]
fn an_absurd_wish_is_returned_and_takes_nothing_from_the_quota() {
    let quota = Quota::full();
    let bounds = Bounds { timeout: Duration::from_secs(u64::MAX), ..bounds() };
    let mut retries = Retries::new(&READ, bounds, &quota);
    let absurd = throttle(429, Some(1_000_000_000));
    assert_eq!(retries.after(&absurd, Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED)), Next::Return);
    assert_eq!(quota.0.load(Ordering::Relaxed), Quota::FULL);
}

/// How many requests so many calls make of a service that always answers like this.
fn storm(attempt: &Attempt, calls: u32) -> u32 {
    let quota = Quota::full();
    let mut requests = 0;
    for _ in 0..calls {
        let mut retries = Retries::new(&READ, bounds(), &quota);
        loop {
            requests += 1;
            if retries.after(attempt, Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED)) == Next::Return {
                break;
            }
        }
    }
    requests
}

#[test]
fn a_failing_service_is_not_stormed() {
    assert_eq!(storm(&answer(500), 1000), 1000 + 500 / 14);
    assert_eq!(storm(&lost(ErrorKind::Connect, true), 1000), 1000 + 500 / 14);
    assert_eq!(storm(&answer(429), 1000), 1000 + 500 / 5);
}

#[test]
fn calls_at_the_same_time_share_the_quota() {
    let quota = Quota::full();
    let mut calls: Vec<_> = (0..1000).map(|_| Retries::new(&READ, bounds(), &quota)).collect();
    let (mut requests, mut waves) = (1000, 0);
    while !calls.is_empty() {
        calls.retain_mut(|call| {
            call.after(&answer(500), Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED)) != Next::Return
        });
        requests += calls.len();
        waves += 1;
    }
    assert_eq!((requests, waves), (1000 + 500 / 14, 2));
}

#[test]
fn success_gives_back_what_a_retry_took() {
    let quota = Quota::full();
    let mut retries = Retries::new(&READ, bounds(), &quota);
    let _ = retries.after(&answer(500), Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED));
    assert_eq!(quota.0.load(Ordering::Relaxed), Quota::FULL - Quota::FAILURE_COST);
    let _ = retries.after(&answer(200), Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED));
    assert_eq!(quota.0.load(Ordering::Relaxed), Quota::FULL);
}

#[test]
fn a_quota_used_up_fills_with_successes_up_to_its_size() {
    let quota = Quota::full();
    assert!(quota.take(Quota::FULL));
    let after = |attempt| {
        Retries::new(&READ, bounds(), &quota).after(
            &attempt,
            Duration::ZERO,
            Instant::now(),
            Some(LONGEST_UNASKED),
        )
    };
    for successes in 1..=14 {
        assert_eq!(after(answer(500)), Next::Return);
        assert_eq!(after(answer(200)), Next::Return);
        assert_eq!(quota.0.load(Ordering::Relaxed), successes);
    }
    assert_ne!(after(answer(500)), Next::Return);
    assert_eq!(quota.0.load(Ordering::Relaxed), 0);
    for _ in 0..600 {
        let _ = after(answer(200));
    }
    assert_eq!(quota.0.load(Ordering::Relaxed), Quota::FULL);
}

#[test]
fn a_write_whose_answer_was_lost_may_have_happened() {
    let unknown = |operation, attempts: &[Attempt]| {
        let quota = Quota::full();
        let mut retries = Retries::new(operation, bounds(), &quota);
        for attempt in attempts {
            let _ = retries.after(attempt, Duration::ZERO, Instant::now(), Some(LONGEST_UNASKED));
        }
        retries.outcome_unknown()
    };
    let broken = || lost(ErrorKind::Connect, true);
    assert!(unknown(&WRITE, &[broken()]));
    assert!(unknown(&REMOVE, &[broken()]));
    assert!(!unknown(&READ, &[broken()]));
    assert!(!unknown(&WRITE, &[lost(ErrorKind::Connect, false)]));
    assert!(!unknown(&REMOVE, &[broken(), answer(204)]));
    // Gone because the first one worked, or never there: nobody knows.
    assert!(unknown(&REMOVE, &[broken(), answer(404)]));
    assert!(unknown(&REMOVE, &[broken(), lost(ErrorKind::Connect, false)]));
    // An answer that came leaves nothing open.
    for status in [500, 503, 521, 522, 523, 530] {
        assert!(!unknown(&WRITE, &[answer(status)]), "{status}");
    }
    for status in [502, 504, 520, 524] {
        assert!(unknown(&WRITE, &[answer(status)]));
        assert!(!unknown(&READ, &[answer(status)]));
    }
    // All of version 1 is sent with POST; its reads leave nothing open either.
    assert!(!unknown(&V1_READ, &[broken()]));
    assert!(unknown(&V1_WRITE, &[broken()]));
}

#[test]
fn without_a_line_a_429_is_waited_for_within_the_timeout() {
    let quota = Quota::full();
    let after = |seconds| {
        let now = Instant::now();
        Retries::new(&READ, bounds(), &quota).after(&throttle(429, Some(seconds)), Duration::ZERO, now, None)
    };
    assert!(matches!(after(3), Next::RetryAfter(pause) if pause >= Duration::from_secs(3)));
    assert_eq!(after(60), Next::Return);
}
