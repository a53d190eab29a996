use bytes::Bytes;

use super::*;
use crate::attempt::Reply;
use crate::{Method, Payload, Wire};

static READ: Operation = operation(Method::Get, true);
static WRITE: Operation = operation(Method::Post, false);
static REMOVE: Operation = operation(Method::Delete, true);

const fn operation(method: Method, repeatable: bool) -> Operation {
    Operation {
        name: "test",
        group: "test",
        method,
        path: "/",
        arguments: &[],
        parameters: &[],
        payload: Payload::None,
        ceiling: 1,
        success: 200,
        repeatable,
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
        request_id: None,
    })
}

fn lost(kind: ErrorKind, written: bool) -> Attempt {
    Attempt::Lost(Loss { kind, written, reason: String::new(), request_id: None })
}

fn bounds() -> Bounds {
    Bounds { retries: 2, timeout: Duration::from_secs(30), deadline: None }
}

fn repeats(operation: &'static Operation, attempt: &Attempt) -> bool {
    let quota = Quota::full();
    let mut retries = Retries::new(operation, bounds(), &quota);
    retries.after(attempt, Duration::ZERO, Instant::now()) != Next::Return
}

#[test]
fn reads_and_repeatable_writes_are_repeated_after_passing_failures() {
    for status in [408, 429, 500, 502, 503, 504] {
        assert!(repeats(&READ, &answer(status)), "{status}");
        assert!(repeats(&REMOVE, &answer(status)), "{status}");
    }
    for kind in [ErrorKind::Connect, ErrorKind::Dns, ErrorKind::Timeout] {
        assert!(repeats(&READ, &lost(kind, true)));
        assert!(repeats(&REMOVE, &lost(kind, true)));
    }
}

#[test]
fn other_writes_only_after_429_or_when_nothing_was_written() {
    assert!(repeats(&WRITE, &answer(429)));
    assert!(repeats(&WRITE, &lost(ErrorKind::Connect, false)));
    assert!(!repeats(&WRITE, &lost(ErrorKind::Connect, true)));
    for status in [408, 500, 502, 503, 504] {
        assert!(!repeats(&WRITE, &answer(status)), "{status}");
    }
}

#[test]
fn refusals_certificates_and_nonsense_are_never_repeated() {
    for status in [301, 400, 401, 403, 404, 409, 501] {
        assert!(!repeats(&READ, &answer(status)), "{status}");
    }
    for kind in [ErrorKind::Tls, ErrorKind::InvalidResponse] {
        assert!(!repeats(&READ, &lost(kind, false)));
    }
}

#[test]
fn three_attempts_at_most() {
    let quota = Quota::full();
    let mut retries = Retries::new(&READ, bounds(), &quota);
    let now = Instant::now();
    assert_ne!(retries.after(&answer(500), Duration::ZERO, now), Next::Return);
    assert_ne!(retries.after(&answer(500), Duration::ZERO, now), Next::Return);
    assert_eq!(retries.after(&answer(500), Duration::ZERO, now), Next::Return);
    assert_eq!(retries.attempts(), 3);
}

#[test]
fn the_pause_is_the_services_wish_plus_jitter() {
    let quota = Quota::full();
    for _ in 0..100 {
        let mut retries = Retries::new(&READ, bounds(), &quota);
        let Next::RetryAfter(pause) = retries.after(&throttle(429, Some(2)), Duration::ZERO, Instant::now())
        else {
            panic!("no retry")
        };
        assert!(pause >= Duration::from_secs(2) && pause <= Duration::from_millis(2100));
        quota.give_back(Quota::FULL);
    }
}

#[test]
fn a_pause_beyond_the_bounds_is_returned_and_not_slept() {
    assert!(!repeats(&READ, &throttle(429, Some(31))));
    let quota = Quota::full();
    let long = Bounds { timeout: Duration::from_secs(1000), ..bounds() };
    let mut retries = Retries::new(&READ, long, &quota);
    let now = Instant::now();
    assert_ne!(retries.after(&throttle(503, Some(120)), Duration::ZERO, now), Next::Return);
    assert_eq!(retries.after(&throttle(503, Some(121)), Duration::ZERO, now), Next::Return);
    let near = Bounds { deadline: Some(now + Duration::from_secs(1)), ..bounds() };
    let mut retries = Retries::new(&READ, near, &quota);
    assert_eq!(retries.after(&throttle(429, Some(2)), Duration::ZERO, now), Next::Return);
}

#[test]
fn attempts_and_pauses_spend_the_timeout() {
    let quota = Quota::full();
    let mut retries = Retries::new(&READ, bounds(), &quota);
    let now = Instant::now();
    assert_eq!(retries.time_left(now), Duration::from_secs(30));
    let Next::RetryAfter(pause) = retries.after(&throttle(503, Some(4)), Duration::from_secs(10), now) else {
        panic!("no retry")
    };
    assert_eq!(retries.time_left(now) + pause, Duration::from_secs(20));
    assert_eq!(retries.after(&answer(500), Duration::from_secs(20), now), Next::Return);
}

#[test]
fn a_failing_service_is_not_stormed() {
    let quota = Quota::full();
    let mut requests = 0;
    for _ in 0..1000 {
        let mut retries = Retries::new(&READ, bounds(), &quota);
        loop {
            requests += 1;
            if retries.after(&answer(500), Duration::ZERO, Instant::now()) == Next::Return {
                break;
            }
        }
    }
    assert_eq!(requests, 1000 + Quota::FULL / Quota::FAILURE_COST);
}

#[test]
fn success_gives_back_what_a_retry_took() {
    let quota = Quota::full();
    let mut retries = Retries::new(&READ, bounds(), &quota);
    let _ = retries.after(&answer(500), Duration::ZERO, Instant::now());
    assert_eq!(quota.0.load(Ordering::Relaxed), Quota::FULL - Quota::FAILURE_COST);
    let _ = retries.after(&answer(200), Duration::ZERO, Instant::now());
    assert_eq!(quota.0.load(Ordering::Relaxed), Quota::FULL);
}

#[test]
fn a_write_whose_answer_was_lost_may_have_happened() {
    let unknown = |operation, attempts: &[Attempt]| {
        let quota = Quota::full();
        let mut retries = Retries::new(operation, bounds(), &quota);
        for attempt in attempts {
            let _ = retries.after(attempt, Duration::ZERO, Instant::now());
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
}
