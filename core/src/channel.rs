//! A connection that speaks HTTP, in the version that both sides agreed on.

use std::pin::Pin;
use std::{fmt, future::poll_fn, time::Duration};

use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::connection::Connection;
use crate::http1::Http1;
use crate::request_body::TrackedBody;

/// An HTTP/2 peer that sends nothing for so long while an answer is due is asked whether it still
/// lives, and has so long to say so. Else a dead connection would be used for call after call.
const PING_AFTER: Duration = Duration::from_secs(4);
const PING_TIMEOUT: Duration = Duration::from_secs(3);

/// What a request goes over.
pub(crate) enum Channel {
    /// A connection of HTTP/1, which is this request's alone meanwhile.
    Own(Box<Http1>),
    /// One of HTTP/2, which all share, and which a task of its own drives.
    Shared(SendRequest<TrackedBody>),
}

/// The form in which a request names its target (RFC 9112 section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// By its path, with the service in `Host`.
    Origin,
    /// Whole, as a proxy needs it, with the service in `Host` too.
    Absolute,
    /// Whole and without `Host`, which HTTP/2 has elsewhere.
    Http2,
}

impl Channel {
    /// Within the runtime that will drive it.
    pub(crate) async fn over(stream: Connection) -> hyper::Result<Self> {
        if !stream.speaks_http2() {
            return Ok(Self::Own(Box::new(Http1::over(stream).await?)));
        }
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(PING_AFTER)
            .keep_alive_timeout(PING_TIMEOUT)
            .handshake(stream)
            .await?;
        tokio::spawn(connection);
        Ok(Self::Shared(sender))
    }

    pub(crate) fn form(&self) -> Form {
        match self {
            Self::Own(connection) if connection.is_forwarded => Form::Absolute,
            Self::Own(_) => Form::Origin,
            Self::Shared(_) => Form::Http2,
        }
    }

    /// Sends a request, and waits for the head of its answer. The request comes back where it was not begun.
    pub(crate) async fn send(
        &mut self,
        request: http::Request<TrackedBody>,
    ) -> Result<Response<Incoming>, TrySendError<http::Request<TrackedBody>>> {
        match self {
            Self::Own(connection) => connection.send(request).await,
            Self::Shared(sender) => sender.try_send_request(request).await,
        }
    }

    /// The next piece of an answer's body.
    pub(crate) async fn frame(&mut self, body: &mut Incoming) -> Option<hyper::Result<Frame<Bytes>>> {
        match self {
            Self::Own(connection) => connection.frame(body).await,
            Self::Shared(_) => poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await,
        }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Channel").field(&self.form()).finish()
    }
}
