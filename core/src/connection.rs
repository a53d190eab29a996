//! A connection on which requests are sent.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy::connect::Connection as _;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::socket::Socket;

/// To the service or a proxy, as it comes or in TLS.
pub(crate) type Hop = MaybeHttpsStream<TokioIo<TcpStream>>;

/// To the service, or to a proxy that takes the requests for it.
pub(crate) struct Connection {
    stream: Stream,
    /// Whether a proxy takes the requests, which must then name the service.
    pub(crate) is_forwarded: bool,
}

enum Stream {
    Plain(Socket),
    Secured(Box<MaybeHttpsStream<Hop>>),
}

impl Connection {
    pub(crate) fn over(stream: MaybeHttpsStream<Hop>, is_forwarded: bool) -> Self {
        let stream = match stream {
            MaybeHttpsStream::Http(MaybeHttpsStream::Http(stream)) => Stream::Plain(Socket::new(stream)),
            secured => Stream::Secured(Box::new(secured)),
        };
        Self { stream, is_forwarded }
    }

    pub(crate) fn speaks_http2(&self) -> bool {
        matches!(&self.stream, Stream::Secured(stream) if stream.connected().is_negotiated_h2())
    }
}

impl Read for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(socket) => Pin::new(socket).poll_read(context, buffer),
            Stream::Secured(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl Write for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(socket) => Pin::new(socket).poll_write(context, bytes),
            Stream::Secured(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(socket) => socket.is_write_vectored(),
            Stream::Secured(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(socket) => Pin::new(socket).poll_write_vectored(context, slices),
            Stream::Secured(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(socket) => Pin::new(socket).poll_flush(context),
            Stream::Secured(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(socket) => Pin::new(socket).poll_shutdown(context),
            Stream::Secured(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
