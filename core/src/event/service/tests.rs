//! The receiver on virtual time: every answer, the queue, and what becomes of callbacks that fail.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Version};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;
use tower_service::Service;

use super::{EventService, EventServiceBuilder};
use crate::{EVENT_BYTES, Event, EventKeys};

const KEY: &str = "c4nary-0fTheKey";

fn builder() -> EventServiceBuilder {
    EventService::builder(EventKeys::new([KEY]).unwrap())
}

/// A receiver whose events come out at the other end.
fn receiver(builder: EventServiceBuilder) -> (EventService, mpsc::UnboundedReceiver<Event>) {
    let (tell, told) = mpsc::unbounded_channel();
    let service = builder.on(move |event| {
        let told = tell.send(event);
        async move { Ok(told?) }
    });
    (service.unwrap(), told)
}

fn body(event_type: &str) -> String {
    format!(r#"{{"key":"{KEY}","type":"{event_type}","data":{{}}}}"#)
}

fn request<B>(body: B) -> Request<B> {
    Request::post("/sonorancms/events").body(body).unwrap()
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

async fn send<B>(service: &EventService, request: Request<B>) -> Answer
where
    B: Body + Send + 'static,
    B::Data: Send,
{
    let Ok(response) = service.clone().call(request).await;
    let (head, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    assert!(!text.contains(KEY), "{text}");
    Answer { status: head.status.as_u16(), headers: head.headers, text }
}

async fn post(service: &EventService, body: impl Into<Bytes>) -> Answer {
    send(service, request(Full::new(body.into()))).await
}

/// A body that counts how often it is asked for more.
#[derive(Default)]
struct Made {
    frames: Vec<Result<Bytes, &'static str>>,
    /// Whether it never ends.
    stalls: bool,
    hint: u64,
    asked: Arc<AtomicUsize>,
}

impl Body for Made {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match self.frames.pop() {
            None if self.stalls => Poll::Pending,
            frame => Poll::Ready(frame.map(|frame| frame.map(Frame::data))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.hint);
        hint
    }
}

/// A body that comes through a channel.
struct Coming(mpsc::Receiver<Bytes>);

impl Body for Coming {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|data| data.map(|data| Ok(Frame::data(data))))
    }
}

#[tokio::test]
async fn an_event_is_answered_without_a_word_and_handed_over() {
    let (service, mut told) = receiver(builder());
    let answer = post(&service, body("ACCOUNT_KICKED")).await;
    assert_eq!((answer.status, answer.text.as_str(), answer.headers.len()), (204, "", 0));
    let event = told.recv().await.unwrap();
    assert_eq!((event.event_type.as_str(), event.known()), ("ACCOUNT_KICKED", true));
}

#[tokio::test]
async fn what_is_no_event_is_refused_in_words() {
    let (service, mut told) = receiver(builder());
    for (body, status, words) in [
        (body("X").replace(KEY, "another"), 401, "The event's `key` is missing"),
        (r#"{"type":"X","data":{}}"#.to_owned(), 401, "The event's `key` is missing"),
        (KEY.to_owned(), 400, "The body is not JSON"),
        (body(""), 400, "The event's `type` is no text."),
        (String::new(), 400, "The body is not JSON"),
    ] {
        let answer = post(&service, body).await;
        assert_eq!(answer.status, status);
        assert!(answer.text.starts_with(words), "{}", answer.text);
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
        assert!(!answer.headers.contains_key("connection"));
    }
    service.close().await;
    assert!(told.try_recv().is_err());
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let (service, _told) = receiver(builder().path("/here"));
    let at = |method: Method, path: &str| {
        Request::builder().method(method).uri(path).body(Full::<Bytes>::from(body("X"))).unwrap()
    };
    let answer = send(&service, at(Method::GET, "/here")).await;
    assert_eq!((answer.status, answer.headers["allow"].to_str().unwrap()), (405, "POST"));
    for path in ["/", "/here/", "/sonorancms/events", "/Here"] {
        assert_eq!(send(&service, at(Method::POST, path)).await.status, 404, "{path}");
    }
    assert_eq!(send(&service, at(Method::POST, "/here?a=b")).await.status, 204);
    let (service, _told) = receiver(builder().any_path());
    assert_eq!(send(&service, at(Method::POST, "/")).await.status, 204);
    assert_eq!(send(&service, at(Method::PUT, "/")).await.status, 405);
}

#[tokio::test]
async fn a_body_may_have_so_many_bytes_and_no_more() {
    let (service, _told) = receiver(builder());
    let whole = body("X");
    let padded = format!("{whole}{}", " ".repeat(EVENT_BYTES - whole.len()));
    assert_eq!(post(&service, padded.clone()).await.status, 204);
    let answer = post(&service, padded + " ").await;
    assert_eq!((answer.status, answer.text.as_str()), (413, "The body has more than 256 KiB."));
    assert_eq!(answer.headers["connection"], "close");
}

#[tokio::test]
async fn no_more_is_read_of_a_body_that_is_too_large() {
    let (service, _told) = receiver(builder());
    let long = Made { hint: EVENT_BYTES as u64 + 1, ..Made::default() };
    let asked = long.asked.clone();
    assert_eq!(send(&service, request(long)).await.status, 413);
    assert_eq!(asked.load(Ordering::Relaxed), 0);

    let frames = vec![Ok(Bytes::from(vec![b' '; EVENT_BYTES / 4])); 1000];
    let endless = Made { frames, ..Made::default() };
    let asked = endless.asked.clone();
    assert_eq!(send(&service, request(endless)).await.status, 413);
    assert_eq!(asked.load(Ordering::Relaxed), 5);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let (service, _told) = receiver(builder());
    let broken = Made { frames: vec![Err("reset"), Ok(Bytes::from_static(b"{"))], ..Made::default() };
    let answer = send(&service, request(broken)).await;
    assert_eq!((answer.status, answer.text.as_str()), (400, "The body broke off."));
}

#[tokio::test(start_paused = true)]
async fn a_body_has_so_long_to_come() {
    for (builder, seconds) in [(builder(), 10), (builder().body_timeout(Duration::from_secs(3)), 3)] {
        let (service, _told) = receiver(builder);
        let stalled = || Made { frames: vec![Ok(Bytes::from_static(b"{"))], stalls: true, ..Made::default() };
        let start = Instant::now();
        let answer = send(&service, request(stalled())).await;
        assert_eq!((answer.status, start.elapsed().as_secs()), (408, seconds));
        assert_eq!(answer.text, "The body did not come in time.");
        assert_eq!(answer.headers["connection"], "close");

        let mut over_http2 = request(stalled());
        *over_http2.version_mut() = Version::HTTP_2;
        assert!(!send(&service, over_http2).await.headers.contains_key("connection"));
    }
}

/// A receiver whose callback needs a permit for each event, and tells of it after that.
fn held(builder: EventServiceBuilder) -> (EventService, Arc<Semaphore>, mpsc::UnboundedReceiver<String>) {
    let permits = Arc::new(Semaphore::new(0));
    let (tell, told) = mpsc::unbounded_channel();
    let hold = permits.clone();
    let service = builder.on(move |event| {
        let (hold, tell) = (hold.clone(), tell.clone());
        async move {
            hold.acquire().await?.forget();
            Ok(tell.send(event.event_type)?)
        }
    });
    (service.unwrap(), permits, told)
}

#[tokio::test]
async fn a_full_queue_asks_to_come_again() {
    let (service, permits, mut told) = held(builder().capacity(2));
    assert_eq!(post(&service, body("1")).await.status, 204);
    // The callback has the first one now.
    tokio::task::yield_now().await;
    for number in ["2", "3"] {
        assert_eq!(post(&service, body(number)).await.status, 204);
    }
    let answer = post(&service, body("4")).await;
    assert_eq!((answer.status, answer.text.as_str()), (503, "Too many events are waiting."));
    assert_eq!(answer.headers["retry-after"], "1");
    permits.add_permits(1);
    assert_eq!(told.recv().await.unwrap(), "1");
    tokio::task::yield_now().await;
    assert_eq!(post(&service, body("5")).await.status, 204);
    permits.add_permits(3);
    service.close().await;
    assert_eq!(
        [told.recv().await, told.recv().await, told.recv().await],
        ["2", "3", "5"].map(|n| Some(n.into()))
    );
    assert!(told.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn closing_waits_for_what_waits_and_accepts_no_more() {
    let (service, permits, mut told) = held(builder());
    for number in ["1", "2", "3"] {
        assert_eq!(post(&service, body(number)).await.status, 204);
    }
    // Its end does not depend on anybody waiting for it.
    assert!(tokio::time::timeout(Duration::from_secs(1), service.close()).await.is_err());
    let answer = post(&service, body("4")).await;
    assert_eq!((answer.status, answer.text.as_str()), (503, "The receiver is closed."));
    assert_eq!(answer.headers["retry-after"], "1");
    permits.add_permits(3);
    let clone = service.clone();
    tokio::join!(service.close(), clone.close());
    for number in ["1", "2", "3"] {
        assert_eq!(told.try_recv().unwrap(), number);
    }
    assert!(told.try_recv().is_err());
    service.close().await;
}

#[tokio::test]
async fn a_body_that_comes_after_the_close_is_refused() {
    let (service, _told) = receiver(builder());
    let (frames, coming) = mpsc::channel(1);
    let (answer, ()) = tokio::join!(send(&service, request(Coming(coming))), async {
        service.close().await;
        frames.send(Bytes::from(body("X"))).await.unwrap();
        drop(frames);
    });
    assert_eq!(answer.status, 503);
}

#[tokio::test]
async fn what_waits_is_handed_over_even_when_the_receiver_is_dropped() {
    let (service, permits, mut told) = held(builder());
    assert_eq!(post(&service, body("1")).await.status, 204);
    drop(service);
    permits.add_permits(1);
    assert_eq!(told.recv().await.unwrap(), "1");
    assert_eq!(told.recv().await, None);
}

#[tokio::test]
async fn a_callback_that_fails_or_panics_stops_no_other() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let problems = tell.clone();
    let service = builder()
        .on_error(move |event, failure| {
            problems.send(format!("{}: {failure}", event.event_type)).unwrap();
            assert_ne!(event.event_type, "AT_ONCE", "it is not this one that ends the worker");
        })
        .on(move |event| {
            assert_ne!(event.event_type, "AT_ONCE");
            let tell = tell.clone();
            async move {
                tokio::task::yield_now().await;
                match event.event_type.as_str() {
                    "LATER" => panic!("in the middle"),
                    "FAILS" => Err("no luck".into()),
                    other => Ok(tell.send(format!("{other} is done"))?),
                }
            }
        })
        .unwrap();
    for event_type in ["AT_ONCE", "LATER", "FAILS", "GOOD"] {
        assert_eq!(post(&service, body(event_type)).await.status, 204);
    }
    service.close().await;
    assert!(told.recv().await.unwrap().starts_with("AT_ONCE: it panicked: assertion `left != right` failed"));
    for expected in ["LATER: it panicked: in the middle", "FAILS: no luck", "GOOD is done"] {
        assert_eq!(told.recv().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn wrong_settings_are_refused() {
    let refused = |builder: EventServiceBuilder| builder.on(|_| async { Ok(()) }).unwrap_err().argument;
    for path in ["", "events", "/events?key=x", "/events#x"] {
        assert_eq!(refused(builder().path(path)), "path", "{path}");
    }
    assert_eq!(refused(builder().capacity(0)), "capacity");
    assert_eq!(refused(builder().capacity(usize::MAX)), "capacity");
    assert_eq!(refused(builder().body_timeout(Duration::ZERO)), "body_timeout");
}

#[test]
fn outside_a_runtime_there_is_no_receiver() {
    let error = builder().on(|_| async { Ok(()) }).unwrap_err();
    assert_eq!(error.to_string(), "on must be called inside a Tokio runtime");
}

#[tokio::test]
async fn the_key_is_in_no_debug() {
    let (service, _told) = receiver(builder());
    post(&service, body("X")).await;
    for shown in [format!("{service:#?}"), format!("{:#?}", builder())] {
        assert!(shown.contains("/sonorancms/events") && !shown.contains(KEY), "{shown}");
    }
}
