//! A connection that speaks HTTP/1, which the call that uses it drives itself: no other task is woken on the way, and
//! what is sent is written where the call is made.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};

use crate::connection::Connection;
use crate::request_body::TrackedBody;

pub(crate) struct Http1 {
    sender: SendRequest<TrackedBody>,
    connection: http1::Connection<Connection, TrackedBody>,
    /// Whether the connection has ended, and is not to be polled again.
    is_over: bool,
    /// Whether a proxy takes the requests, which must then name the service.
    pub(crate) is_forwarded: bool,
}

impl Http1 {
    pub(crate) async fn over(stream: Connection) -> hyper::Result<Self> {
        let is_forwarded = stream.is_forwarded;
        let (sender, connection) = http1::handshake(stream).await?;
        Ok(Self { sender, connection, is_over: false, is_forwarded })
    }

    /// Whether it can take a request: the server has not closed it, and the answer before is read to its end.
    pub(crate) fn is_open(&mut self) -> bool {
        // Nobody is to be woken for what comes: who uses it next looks again.
        self.advance(&mut Context::from_waker(Waker::noop()));
        !self.is_over && self.sender.is_ready()
    }

    pub(crate) async fn send(
        &mut self,
        request: http::Request<TrackedBody>,
    ) -> Result<Response<Incoming>, TrySendError<http::Request<TrackedBody>>> {
        let answer = self.sender.try_send_request(request);
        self.drive(answer).await
    }

    /// The next piece of an answer's body.
    pub(crate) async fn frame(&mut self, body: &mut Incoming) -> Option<hyper::Result<Frame<Bytes>>> {
        self.drive(poll_fn(|context| Pin::new(&mut *body).poll_frame(context))).await
    }

    /// Carries out work that waits for the connection.
    async fn drive<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|context| {
            // First, for the connection reads no more of a body than was asked for.
            if let Poll::Ready(output) = work.as_mut().poll(context) {
                return Poll::Ready(output);
            }
            self.advance(context);
            work.as_mut().poll(context)
        })
        .await
    }

    fn advance(&mut self, context: &mut Context<'_>) {
        // Its error goes to the request under way, if there is one.
        self.is_over = self.is_over || Pin::new(&mut self.connection).poll(context).is_ready();
    }
}
