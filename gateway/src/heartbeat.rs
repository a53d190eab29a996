//! Signs of life for callers whose HTTP client gives up when nothing comes for some seconds, as that of `FiveM` does after
//! five: spaces before an answer that takes longer, which JSON allows.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::Frame;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use crate::headers::HEARTBEAT;
use crate::problem::Problem;

const SHORTEST: f64 = 0.1;
const LONGEST: f64 = 60.0;

/// How often the caller wants one, as it says in the header `Sonoran-Heartbeat`.
pub(crate) fn asked(headers: &HeaderMap) -> Result<Option<Duration>, Problem> {
    let Some(value) = headers.get(HEARTBEAT) else { return Ok(None) };
    let seconds = value.to_str().ok().and_then(|text| text.trim().parse::<f64>().ok());
    let words = "The header Sonoran-Heartbeat must be a number of seconds from 0.1 to 60, such as 2.";
    let seconds = seconds.filter(|seconds| (SHORTEST..=LONGEST).contains(seconds));
    let seconds = seconds.ok_or_else(|| Problem::new(400, words))?;
    Ok(Some(Duration::from_secs_f64(seconds)))
}

/// The answer as it is where it comes before the first beat. A later one begins as a 200 at that beat, whatever it
/// will be: a problem document has its status inside too.
pub(crate) async fn beating(
    every: Option<Duration>,
    answer: impl Future<Output = Response> + Send + 'static,
) -> Response {
    let Some(every) = every else { return answer.await };
    let mut beats = interval_at(tokio::time::Instant::now() + every, every);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut answer: Coming = Box::pin(answer);
    let early = poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Ready(response) => Poll::Ready(Some(response)),
        Poll::Pending => beats.poll_tick(context).map(|_| None),
    });
    if let Some(response) = early.await {
        return response;
    }
    beats.reset_immediately();
    let mut response = Response::new(Body::new(Late { beats, answer, body: None }));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

type Coming = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Dropped with its caller, and the answer with it.
struct Late {
    beats: Interval,
    answer: Coming,
    body: Option<Body>,
}

impl hyper::body::Body for Late {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let late = &mut *self;
        if late.body.is_none()
            && let Poll::Ready(response) = late.answer.as_mut().poll(context)
        {
            late.body = Some(response.into_body());
        }
        match &mut late.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => late.beats.poll_tick(context).map(|_| Some(Ok(Frame::data(Bytes::from_static(b" "))))),
        }
    }
}
