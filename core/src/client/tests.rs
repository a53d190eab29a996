//! What the client makes of the limiter: modes, state, and the hook for waits. Virtual time; the
//! address is one where nobody listens.

use std::future::poll_fn;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::{Attempted, Call, ErrorKind, Forward, Forwarded, Response, Waiting, Wire, operations};

pub(super) const OPERATION: &str = "getCommunityV2";

/// Every test has a key of its own, and so a limiter of its own.
pub(super) fn options(key: &str) -> Options {
    Options::new(key, "YOUR_COMMUNITY_ID").api_url("http://127.0.0.1:1").retries(0).ceiling(OPERATION, 1)
}

/// Takes the only slot of the operation; it is free again in a minute.
pub(super) fn use_up(client: &Client) {
    let operation = Operation::find(OPERATION).unwrap();
    client.0.limiter.window(operation.window()).acquire_now(1).unwrap().answered();
}

pub(super) async fn call(client: &Client) -> Response {
    let call = Call::from_json(OPERATION, "[]", None, None).unwrap();
    client.execute(call).await.unwrap()
}

fn was_sent(response: &Response) -> bool {
    let failure = response.error.as_ref().unwrap();
    assert_ne!(failure.kind, ErrorKind::Internal);
    failure.attempts == 1
}

fn assert_refused(response: &Response, retry_after: u64) {
    let failure = response.error.as_ref().unwrap();
    assert_eq!((failure.kind, failure.attempts, response.status), (ErrorKind::RateLimited, 0, None));
    assert_eq!(failure.retry_after, Some(Duration::from_secs(retry_after)));
    assert!(!failure.outcome_unknown);
}

#[tokio::test(start_paused = true)]
async fn mode_wait_sends_when_a_slot_is_free() {
    let client = Client::new(options("wait")).unwrap();
    use_up(&client);
    let start = Instant::now();
    assert!(was_sent(&call(&client).await));
    assert!(start.elapsed() >= Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_forwarded_request_is_called_off_only_while_it_waits() {
    let client = Client::new(options("called-off")).unwrap();
    let forward = || Forward::new(OPERATION).unwrap();
    // Under way it comes to its end, which is a refused connection here.
    let mut calls = 0;
    let at_second_look = poll_fn(|_| {
        calls += 1;
        if calls > 1 { Poll::Ready(()) } else { Poll::Pending }
    });
    let sent = client.forward(forward(), at_second_look).await.unwrap();
    assert!(matches!(sent, Forwarded::Failed(response) if response.attempts == 1));
    use_up(&client);
    let given_up = client.forward(forward(), tokio::time::sleep(Duration::from_secs(1))).await.unwrap();
    assert!(matches!(given_up, Forwarded::CalledOff));
    let state = client.rate_limit(OPERATION).unwrap();
    assert_eq!((state.free, state.waiting), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn clients_of_other_credentials_have_limits_of_their_own() {
    let client = Client::new(options("one-credential")).unwrap();
    let other = client.with_credential("other-credential", "COMMUNITY").unwrap();
    use_up(&client);
    assert_eq!(other.rate_limit(OPERATION).unwrap().free, 1);
    let again = other.with_credential("other-credential", "COMMUNITY").unwrap();
    use_up(&other);
    assert_eq!(again.rate_limit(OPERATION).unwrap().free, 0);
    assert_eq!(client.with_credential("two words", "COMMUNITY").unwrap_err().argument, "apiKey");
    assert_eq!(client.with_credential("key", "").unwrap_err().argument, "communityId");
}

#[tokio::test(start_paused = true)]
async fn waiting_spends_the_deadline_and_not_the_timeout() {
    let client = Client::new(options("timeout").timeout(Duration::from_secs(5))).unwrap();
    use_up(&client);
    assert!(was_sent(&call(&client).await));
    let far = Client::new(options("timeout").deadline(Duration::from_secs(61))).unwrap();
    assert_eq!(far.rate_limit(OPERATION).unwrap().free, 1);
    use_up(&far);
    assert!(was_sent(&call(&far).await));
}

#[tokio::test(start_paused = true)]
async fn mode_wait_refuses_at_once_what_its_bounds_do_not_allow() {
    let start = Instant::now();
    for options in [
        options("bounds").max_wait(Duration::from_secs(59)),
        options("bounds").deadline(Duration::from_secs(59)),
        options("bounds").max_wait(Duration::ZERO),
    ] {
        let client = Client::new(options).unwrap();
        if client.rate_limit(OPERATION).unwrap().free == 1 {
            use_up(&client);
        }
        assert_refused(&call(&client).await, 60);
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

async fn call_with(client: &Client, options: &str) -> Response {
    client.execute(Call::from_json(OPERATION, "[]", None, Some(options)).unwrap()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_call_has_a_mode_and_a_bound_of_its_own() {
    let start = Instant::now();
    let client = Client::new(options("of-a-call")).unwrap();
    use_up(&client);
    assert_refused(&call_with(&client, r#"{"rateLimit":"error"}"#).await, 60);
    assert_refused(&call_with(&client, r#"{"maxWait":59999}"#).await, 60);
    assert!(was_sent(&call_with(&client, r#"{"rateLimit":"off"}"#).await));
    assert_eq!(start.elapsed(), Duration::ZERO);
    let hasty = Client::new(options("of-a-call").rate_limit(RateLimit::Error)).unwrap();
    assert_refused(&call_with(&hasty, r#"{"rateLimit":"wait","maxWait":59999}"#).await, 60);
    let waited = call_with(&hasty, r#"{"rateLimit":"wait"}"#).await;
    assert!(was_sent(&waited));
    assert_eq!((waited.waited, waited.attempts), (Duration::from_secs(60), 1));
}

#[tokio::test(start_paused = true)]
async fn a_long_freeze_is_waited_out_only_where_a_bound_was_given() {
    let freeze = |client: &Client| {
        let window = client.0.limiter.window(Operation::find(OPERATION).unwrap().window());
        window.acquire_now(1).unwrap().throttled(Duration::from_secs(600));
    };
    let client = Client::new(options("freeze")).unwrap();
    freeze(&client);
    assert_refused(&call(&client).await, 600);
    assert_refused(&call_with(&client, r#"{"deadline":3600000}"#).await, 600);
    let waited = call_with(&client, r#"{"maxWait":600000}"#).await;
    assert!(was_sent(&waited));
    assert_eq!(waited.waited, Duration::from_secs(600));
    let client = Client::new(options("freeze-of-an-instance").max_wait(Duration::from_secs(600))).unwrap();
    freeze(&client);
    assert!(was_sent(&call(&client).await));
}

#[tokio::test(start_paused = true)]
async fn mode_error_refuses_at_once() {
    let client = Client::new(options("error").rate_limit(RateLimit::Error)).unwrap();
    use_up(&client);
    let start = Instant::now();
    assert_refused(&call(&client).await, 60);
    assert_eq!(start.elapsed(), Duration::ZERO);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert!(was_sent(&call(&client).await));
}

#[tokio::test(start_paused = true)]
async fn mode_off_sends_all_the_same() {
    let client = Client::new(options("off").rate_limit(RateLimit::Off)).unwrap();
    use_up(&client);
    assert!(was_sent(&call(&client).await));
}

#[tokio::test(start_paused = true)]
async fn the_hook_hears_once_of_a_wait_beyond_a_second() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let heard = Arc::clone(&heard);
        move |waiting: &Waiting| heard.lock().unwrap().push(waiting.clone())
    };
    let client = Client::new(options("hook").on_wait(hook)).unwrap();
    use_up(&client);
    tokio::time::advance(Duration::from_millis(59_100)).await;
    assert!(was_sent(&call(&client).await));
    assert_eq!(heard.lock().unwrap().len(), 0);
    while client.rate_limit(OPERATION).unwrap().free == 0 {
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    use_up(&client);
    tokio::time::advance(Duration::from_millis(58_900)).await;
    assert!(was_sent(&call(&client).await));
    let expected = Waiting {
        operation: OPERATION,
        waited: Duration::from_secs(1),
        expected: Duration::from_millis(100),
    };
    assert_eq!(*heard.lock().unwrap(), [expected]);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_hook_does_no_harm() {
    let calls = Arc::new(AtomicUsize::new(0));
    let hook = {
        let calls = Arc::clone(&calls);
        move |_: &Waiting| {
            calls.fetch_add(1, Ordering::Relaxed);
            panic!("the hook's own fault")
        }
    };
    let client = Client::new(options("panic").debug(true).on_wait(hook)).unwrap();
    use_up(&client);
    assert!(was_sent(&call(&client).await));
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

/// Hears of all attempts.
fn listener() -> (Arc<Mutex<Vec<Attempted>>>, impl Fn(&Attempted) + Send + Sync + 'static) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let heard = Arc::clone(&heard);
        move |attempt: &Attempted| heard.lock().unwrap().push(attempt.clone())
    };
    (heard, hook)
}

#[tokio::test(start_paused = true)]
async fn the_hook_hears_of_each_attempt_and_of_its_pause() {
    let (heard, hook) = listener();
    let client = Client::new(options("attempts").ceiling(OPERATION, 3).retries(2).on_attempt(hook)).unwrap();
    let response = call(&client).await;
    let heard = heard.lock().unwrap();
    assert_eq!(heard.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [1, 2, 3]);
    for attempt in &*heard {
        assert_eq!((attempt.operation, attempt.status), (OPERATION, None));
        assert_eq!(attempt.kind, Some(ErrorKind::Connect));
        assert_eq!(attempt.reason, response.reason);
        assert_eq!(attempt.pause.is_some(), attempt.number < 3);
    }
}

#[tokio::test(start_paused = true)]
async fn the_hook_hears_of_no_attempt_where_none_was_made() {
    let (heard, hook) = listener();
    let client = Client::new(options("no-attempt").rate_limit(RateLimit::Error).on_attempt(hook)).unwrap();
    use_up(&client);
    assert!(!was_sent(&call(&client).await));
    assert_eq!(heard.lock().unwrap().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_hook_is_not_called_while_nobody_listens() {
    let (heard, hook) = listener();
    let listens = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&listens);
    let options =
        options("listens").ceiling(OPERATION, 2).on_attempt_if(move || asked.load(Ordering::Relaxed), hook);
    let client = Client::new(options).unwrap();
    call(&client).await;
    assert_eq!(heard.lock().unwrap().len(), 0);
    listens.store(true, Ordering::Relaxed);
    call(&client).await;
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_hook_for_attempts_does_no_harm() {
    let told = options("attempt-panic").on_attempt(|_| panic!("the hook's own fault"));
    let asked = options("attempt-panic-listens").on_attempt_if(|| panic!("the caller's own fault"), |_| {});
    for options in [told, asked] {
        assert!(was_sent(&call(&Client::new(options).unwrap()).await));
    }
}

#[tokio::test(start_paused = true)]
async fn the_state_is_told_in_every_mode() {
    let state = |client: &Client| {
        let state = client.rate_limit(OPERATION).unwrap();
        (state.limit, state.free, state.next_free_in.map(|wait| wait.as_secs()))
    };
    let client = Client::new(options("state")).unwrap();
    assert_eq!(state(&client), (1, 1, None));
    use_up(&client);
    assert_eq!(state(&client), (1, 0, Some(60)));
    let error = Client::new(options("state").rate_limit(RateLimit::Error)).unwrap();
    assert_eq!(state(&error), (1, 0, Some(60)));
    let off = Client::new(options("state").rate_limit(RateLimit::Off)).unwrap();
    assert_eq!(state(&off), (1, 1, None));
    let other = Client::new(options("other")).unwrap();
    assert_eq!(state(&other), (1, 1, None));
}

#[tokio::test(start_paused = true)]
async fn version_1_is_told_as_a_whole() {
    let client = Client::new(options("v1").ceiling("v1", 7)).unwrap();
    let mut of_v1 = operations().iter().filter(|operation| matches!(operation.wire, Wire::V1(_)));
    let (first, last) = (of_v1.next().unwrap(), of_v1.next_back().unwrap());
    let _slot = client.0.limiter.window(first.window()).acquire_now(7).unwrap();
    let state = client.rate_limit(last.name).unwrap();
    assert_eq!((state.limit, state.free), (7, 6));
    assert_eq!(client.rate_limit(OPERATION).unwrap().free, 1);
}

#[test]
fn the_state_of_an_unknown_operation_is_misuse() {
    let client = Client::new(options("unknown")).unwrap();
    let refused = client.rate_limit("getNothing").unwrap_err();
    assert_eq!(refused.to_string(), "operation \"getNothing\" is not one of this API's");
}

#[test]
fn a_call_can_be_carried_by_any_thread() {
    fn assert_send<T: Send>(_: &T) {}
    let client = Client::new(options("send")).unwrap();
    assert_send(&client.execute(Call::from_json(OPERATION, "[]", None, None).unwrap()));
}
