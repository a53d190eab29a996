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
    /// None once it has ended: what it had not begun is given back as it is dropped, and by nothing else.
    connection: Option<http1::Connection<Connection, TrackedBody>>,
    /// Whether a proxy takes the requests, which must then name the service.
    pub(crate) is_forwarded: bool,
}

impl Http1 {
    pub(crate) async fn over(stream: Connection) -> hyper::Result<Self> {
        let is_forwarded = stream.is_forwarded;
        let (sender, connection) = http1::handshake(stream).await?;
        Ok(Self { sender, connection: Some(connection), is_forwarded })
    }

    /// Whether it can take a request: the server has not closed it, and the answer before is read to its end.
    pub(crate) fn is_open(&mut self) -> bool {
        // Nobody is to be woken for what comes: who uses it next looks again.
        self.advance(&mut Context::from_waker(Waker::noop()));
        self.connection.is_some() && self.sender.is_ready()
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
        self.connection.take_if(|connection| Pin::new(connection).poll(context).is_ready());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use hyper_rustls::MaybeHttpsStream::Http;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::task::yield_now;
    use tokio::time::timeout;

    use super::*;

    fn request() -> http::Request<TrackedBody> {
        http::Request::new(TrackedBody { bytes: None, polled: Arc::default() })
    }

    #[tokio::test]
    async fn a_request_comes_back_where_the_server_closed_after_the_last_look() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(server.local_addr().unwrap()).await.unwrap();
        let (mut peer, _) = server.accept().await.unwrap();
        let stream = Connection::over(Http(Http(TokioIo::new(stream))), false);
        let mut connection = Http1::over(stream).await.unwrap();
        let answer = peer.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        let (first, answered) = tokio::join!(connection.send(request()), answer);
        assert!(first.is_ok() && answered.is_ok() && connection.is_open());
        // One that closes with something left to read resets the connection, which is another end.
        assert!(peer.read(&mut [0; 1024]).await.unwrap() > 0);
        drop(peer);
        // Another thread may have the runtime hear of it before the request is sent.
        for _ in 0..10 {
            yield_now().await;
        }
        let sent = timeout(Duration::from_secs(10), connection.send(request())).await.expect("an end");
        assert!(sent.unwrap_err().message().is_some());
        assert!(!connection.is_open());
    }
}
