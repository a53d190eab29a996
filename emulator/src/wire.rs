//! Bodies as they leave: whole, drop by drop, or cut off; and the ways a connection ends without an answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

/// The body of a response.
#[derive(Debug)]
pub(crate) enum Payload {
    Whole(Option<Bytes>),
    Pieces(Box<Pieces>),
}

/// A body that comes in pieces, each after a pause, and may break off.
#[derive(Debug)]
pub(crate) struct Pieces {
    rest: Bytes,
    size: usize,
    pause: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    /// How many bytes may still leave before the connection breaks.
    cut: Option<usize>,
}

impl Payload {
    pub(crate) fn whole(body: Bytes) -> Self {
        Self::Whole((!body.is_empty()).then_some(body))
    }

    /// `size` bytes at a time, with a pause before each piece.
    pub(crate) fn dripping(body: Bytes, size: usize, pause: Duration) -> Self {
        Self::Pieces(Box::new(Pieces { rest: body, size: size.max(1), pause, waiting: None, cut: None }))
    }

    /// The first `kept` bytes, then a broken connection.
    pub(crate) fn cut(body: Bytes, kept: usize) -> Self {
        let size = kept.max(1);
        let pieces = Pieces { rest: body, size, pause: Duration::ZERO, waiting: None, cut: Some(kept) };
        Self::Pieces(Box::new(pieces))
    }

    /// What is going to leave.
    pub(crate) fn bytes(&self) -> Bytes {
        match self {
            Self::Whole(body) => body.clone().unwrap_or_default(),
            Self::Pieces(pieces) => {
                let length = pieces.rest.len();
                pieces.rest.slice(..pieces.cut.map_or(length, |cut| cut.min(length)))
            }
        }
    }
}

impl Pieces {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Hangup>>> {
        if self.cut == Some(0) {
            // What was written before must leave first: the error alone would discard it.
            self.pause = Duration::from_millis(5);
        }
        if !self.pause.is_zero() {
            let pause = self.pause;
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(pause)));
            ready!(waiting.as_mut().poll(context));
            self.waiting = None;
        }
        if self.cut == Some(0) {
            return Poll::Ready(Some(Err(Hangup::Close)));
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let size = self.size.min(self.rest.len()).min(self.cut.unwrap_or(usize::MAX));
        if let Some(kept) = &mut self.cut {
            *kept -= size;
        }
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(size)))))
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Hangup;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Hangup>>> {
        match self.get_mut() {
            Self::Whole(body) => Poll::Ready(body.take().map(|body| Ok(Frame::data(body)))),
            Self::Pieces(pieces) => pieces.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => SizeHint::with_exact(body.as_ref().map_or(0, |body| body.len() as u64)),
            Self::Pieces(pieces) => SizeHint::with_exact(pieces.rest.len() as u64),
        }
    }
}

/// How a connection ends without a proper answer.
#[derive(Clone, Debug)]
pub(crate) enum Hangup {
    /// The stream simply ends.
    Close,
    /// The peer sees a reset.
    Reset,
    /// These bytes are written as they are, then the stream ends.
    Raw(Bytes),
}

impl fmt::Display for Hangup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection ends here, as a fault asked")
    }
}

impl std::error::Error for Hangup {}

/// Why a request's body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    TooLarge,
    /// The caller went away.
    Broken,
}

/// Reads a body of at most `cap` bytes. What is beyond is read too, up to a bound, and thrown away: a caller that
/// is still writing would otherwise see a reset instead of the answer.
pub(crate) async fn read_body(mut body: Incoming, cap: usize) -> Result<Bytes, Unread> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let (mut kept, mut total) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        total += data.len();
        if total <= cap {
            kept.extend_from_slice(&data);
        } else if total > cap.saturating_add(MOST_THROWN_AWAY) {
            break;
        }
    }
    if total > cap { Err(Unread::TooLarge) } else { Ok(Bytes::from(kept)) }
}

const MOST_THROWN_AWAY: usize = 64 * 1024 * 1024;
