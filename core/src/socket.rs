//! A TCP connection that a runtime watches, but for the time in which the thread that uses it looks by itself whether
//! something came: then no other thread is woken for it.

use std::io::{self, IoSlice, Read as _, Write as _};
use std::mem;
use std::net::{Shutdown, TcpStream as Bare};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream as Watched;

use crate::handoff::Look;

/// As many bytes are read at once where nobody watches: a usual answer.
const CHUNK: usize = 8 * 1024;

/// One to the service as it comes, without TLS.
pub(crate) struct Socket {
    state: State,
    /// What is read where nobody watches, before it goes to who asked for it.
    chunk: Box<[u8]>,
}

enum State {
    /// By the runtime that it was last used on.
    Watched(TokioIo<Watched>),
    /// By nobody, and the look in which all was read that had come. It does not block either.
    Bare(Bare, Option<Look>),
    /// Passing from one to the other failed.
    Lost,
}

impl Socket {
    pub(crate) fn new(stream: TokioIo<Watched>) -> Self {
        Self { state: State::Watched(stream), chunk: Box::default() }
    }

    /// Passes to the state that suits whoever polls it.
    fn settle(&mut self) -> io::Result<Option<Look>> {
        let look = Look::now();
        if matches!((&self.state, look), (State::Watched(_), Some(_)) | (State::Bare(..), None)) {
            self.state = match mem::replace(&mut self.state, State::Lost) {
                State::Watched(stream) => State::Bare(stream.into_inner().into_std()?, None),
                State::Bare(stream, _) => State::Watched(TokioIo::new(Watched::from_std(stream)?)),
                State::Lost => State::Lost,
            };
        }
        Ok(look)
    }
}

/// What is not done yet is asked for again.
fn polled<T>(mut work: impl FnMut() -> io::Result<T>) -> Poll<io::Result<T>> {
    loop {
        match work() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return Poll::Ready(done),
        }
    }
}

fn lost<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::ErrorKind::NotConnected.into()))
}

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let look = self.settle()?;
        let Self { state, chunk } = &mut *self;
        match state {
            State::Watched(stream) => Pin::new(stream).poll_read(context, buffer),
            State::Bare(_, drained) if *drained == look => Poll::Pending,
            State::Bare(stream, drained) => {
                if chunk.is_empty() {
                    *chunk = vec![0; CHUNK].into();
                }
                let room = buffer.remaining().min(CHUNK);
                let read = polled(|| stream.read(&mut chunk[..room]));
                // Less than there is room for is all that had come; nothing at all is the end.
                let is_all = match &read {
                    Poll::Pending => true,
                    Poll::Ready(Ok(length)) => (1..room).contains(length),
                    Poll::Ready(Err(_)) => false,
                };
                if is_all {
                    *drained = look;
                }
                read.map_ok(|length| buffer.put_slice(&chunk[..length]))
            }
            State::Lost => lost(),
        }
    }
}

impl Write for Socket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.settle()?;
        match &mut self.state {
            State::Watched(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            State::Bare(stream, _) => polled(|| stream.write_vectored(slices)),
            State::Lost => lost(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // TCP keeps nothing back here.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            State::Watched(stream) => Pin::new(stream).poll_shutdown(context),
            State::Bare(stream, _) => Poll::Ready(stream.shutdown(Shutdown::Write)),
            State::Lost => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
#[path = "socket_tests.rs"]
mod tests;
