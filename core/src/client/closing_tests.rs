//! Closing a client while its calls wait for whatever a call can wait for, and while threads race.

use std::io::ErrorKind::WouldBlock;
use std::net::TcpListener;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tokio::time::Instant;

use super::tests::{OPERATION, call, options, use_up};
use super::*;
use crate::{Attempted, Call, Response};

async fn result(client: Client) -> Result<Response, ArgumentError> {
    client.execute(Call::from_json(OPERATION, "[]", None, None).unwrap()).await
}

fn assert_closed(outcome: Result<Response, ArgumentError>) {
    let error = outcome.unwrap_err();
    assert!(error.is_closed() && !error.wrong_type);
    assert_eq!(error.to_string(), "client is closed: make a new one");
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_a_slot_end_at_once() {
    let client = Client::new(options("close-slot")).unwrap();
    use_up(&client);
    let start = Instant::now();
    let mut calls: JoinSet<_> = (0..100).map(|_| result(client.clone())).collect();
    while client.rate_limit(OPERATION).unwrap().waiting < 100 {
        yield_now().await;
    }
    client.close();
    while let Some(outcome) = calls.join_next().await {
        assert_closed(outcome.unwrap());
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(client.rate_limit(OPERATION).unwrap().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_pauses_before_its_next_attempt_ends_at_once() {
    let this = Arc::new(OnceLock::<Client>::new());
    let hook = {
        let this = Arc::clone(&this);
        move |attempt: &Attempted| {
            assert!(attempt.pause.is_some());
            this.get().unwrap().close();
        }
    };
    let client = Client::new(options("close-pause").retries(2).on_attempt(hook)).unwrap();
    this.set(client.clone()).unwrap();
    assert_closed(result(client).await);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_an_answer_ends_at_once_and_its_slot_is_held() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let client = Client::new(options("close-answer").api_url(url)).unwrap();
    let under_way = tokio::spawn(result(client.clone()));
    // The clock stands still as long as somebody is busy.
    let _connection = loop {
        match silent.accept() {
            Err(error) if error.kind() == WouldBlock => yield_now().await,
            accepted => break accepted.unwrap(),
        }
    };
    client.close();
    assert_closed(under_way.await.unwrap());
    let state = client.rate_limit(OPERATION).unwrap();
    assert_eq!((state.free, state.next_free_in), (0, Some(Duration::from_secs(65))));
}

#[tokio::test(start_paused = true)]
async fn a_later_call_is_refused_and_takes_no_slot() {
    let client = Client::new(options("close-later")).unwrap();
    client.clone().close();
    client.close();
    assert_closed(result(client.clone()).await);
    assert_eq!(client.rate_limit(OPERATION).unwrap().free, 1);
    let other = Client::new(options("close-later")).unwrap();
    assert!(!call(&other).await.success, "nobody listens, but it is tried");
}

#[test]
fn a_call_ends_however_it_races_with_closing() {
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    for round in 0..=32 {
        let client = Client::new(options(&format!("close-race-{round}"))).unwrap();
        threads.block_on(async {
            use_up(&client);
            let mut calls: JoinSet<_> = (0..32).map(|_| result(client.clone())).collect();
            // At another moment in each round: before, while and after they stand in line.
            while client.rate_limit(OPERATION).unwrap().waiting < round {
                yield_now().await;
            }
            client.close();
            while let Some(outcome) = calls.join_next().await {
                assert_closed(outcome.unwrap());
            }
        });
        assert_eq!(client.rate_limit(OPERATION).unwrap().waiting, 0);
    }
}
