//! A server that does what its script says, over HTTP/1.1.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::record::Record;
use crate::request::Head;
use crate::script::{Again, Answer, Script, Step};
use crate::{answer, http2, socks};

/// How long a closed connection is still read, so that the answer is not lost with it.
const LINGER: Duration = Duration::from_secs(1);

/// A connection, with or without TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// A running script.
pub(crate) struct Play {
    script: Script,
    tls: Option<TlsAcceptor>,
    next: Mutex<usize>,
    pub(crate) record: Record,
}

/// Whether a connection is of further use.
#[derive(PartialEq, Eq)]
enum After {
    Open,
    Ended,
}

impl Play {
    pub(crate) fn new(script: Script, tls: Option<Arc<ServerConfig>>, record: Record) -> Self {
        Self { script, tls: tls.map(TlsAcceptor::from), next: Mutex::new(0), record }
    }

    /// Serves until it is dropped, and every connection with it.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let play = Arc::clone(&self);
            connections.spawn(async move { play.connection(stream).await });
        }
    }

    async fn connection(&self, mut stream: TcpStream) {
        let number = self.record.connection();
        // Small writes are to arrive as such.
        let _ = stream.set_nodelay(true);
        if let Some(answer) = self.next_if(&Step::AtAccept) {
            let _ = if answer.contains(&Step::Socks) {
                socks::serve(&self.record, &mut stream, number).await
            } else {
                self.steps(&answer, &mut stream).await.map(|_| ())
            };
            return;
        }
        let Some(tls) = &self.tls else { return self.requests(stream, number).await };
        match tls.accept(stream).await {
            Ok(stream) if self.script.http2 => http2::connection(self, stream, number).await,
            Ok(stream) => self.requests(stream, number).await,
            Err(_) => self.record.failed_handshake(),
        }
    }

    async fn requests(&self, mut stream: impl Stream, number: usize) {
        loop {
            match self.request(&mut stream, number).await {
                Ok(After::Open) => {}
                Ok(After::Ended) => return,
                Err(_) => return self.record.closed(),
            }
        }
    }

    /// One request and its answer. An error means that the client closed the connection.
    async fn request(&self, stream: &mut impl Stream, number: usize) -> io::Result<After> {
        let Some(head) = Head::read(stream).await? else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        if let Some(answer) = self.next_if(&Step::AtHead) {
            return self.steps(&answer, stream).await;
        }
        let mut request = head.finish(stream).await?;
        request["connection"] = number.into();
        let target = request["target"].as_str().unwrap_or_default().to_owned();
        self.record.request(request);
        let Some(answer) = self.next() else {
            self.record.unexpected("more requests came than the script has answers for");
            return Ok(After::Ended);
        };
        if answer.contains(&Step::Tunnel) {
            return tunnel(stream, &target).await;
        }
        self.steps(&answer, stream).await
    }

    /// The next answer if it begins with this step.
    fn next_if(&self, step: &Step) -> Option<Answer> {
        self.take(|answer| answer.first() == Some(step))
    }

    pub(crate) fn next(&self) -> Option<Answer> {
        self.take(|_| true)
    }

    /// The next answer, if it is wanted now.
    fn take(&self, wanted: impl FnOnce(&Answer) -> bool) -> Option<Answer> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = self.answer(*next).filter(|answer| wanted(answer))?;
        *next += 1;
        Some(answer.clone())
    }

    fn answer(&self, index: usize) -> Option<&Answer> {
        let answers = &self.script.answers;
        let behind_the_last = || match self.script.again? {
            Again::Last => answers.last(),
            Again::All => answers.get(index.checked_rem(answers.len())?),
        };
        answers.get(index).or_else(behind_the_last)
    }

    async fn steps(&self, answer: &Answer, stream: &mut impl Stream) -> io::Result<After> {
        for step in answer {
            match step {
                Step::Respond(respond) => {
                    // Compressing megabytes takes a while, in which nobody else is to be kept waiting.
                    let bytes = tokio::task::block_in_place(|| answer::bytes(respond));
                    stream.write_all(&bytes).await?;
                }
                Step::Drip(drip) => {
                    for piece in answer::bytes(&drip.respond).chunks(drip.bytes.max(1)) {
                        stream.write_all(piece).await?;
                        wait(stream, Duration::from_millis(drip.every)).await?;
                    }
                }
                Step::Send(text) => stream.write_all(text.as_bytes()).await?,
                Step::SendMany(many) => {
                    for _ in 0..many.times {
                        stream.write_all(many.text.as_bytes()).await?;
                    }
                }
                Step::Receive => {
                    let _ = stream.read(&mut [0; 64]).await?;
                }
                Step::Pause(millis) => wait(stream, Duration::from_millis(*millis)).await?,
                Step::Hang => wait(stream, Duration::from_secs(600)).await?,
                Step::Close => return close(stream).await,
                Step::Reset => {
                    SockRef::from(stream.tcp()).set_linger(Some(Duration::ZERO))?;
                    return Ok(After::Ended);
                }
                // First steps say when an answer begins; the others belong elsewhere.
                Step::AtAccept
                | Step::AtHead
                | Step::Tunnel
                | Step::Socks
                | Step::Refuse
                | Step::GoAway
                | Step::Deaf => {}
            }
            stream.flush().await?;
        }
        Ok(After::Open)
    }
}

/// Waits, unless the client closes the connection.
async fn wait(stream: &mut impl Stream, time: Duration) -> io::Result<()> {
    if time.is_zero() {
        tokio::task::yield_now().await;
        return Ok(());
    }
    let closed = async {
        let mut bytes = [0; 1024];
        while stream.read(&mut bytes).await? > 0 {}
        Err(io::ErrorKind::UnexpectedEof.into())
    };
    tokio::time::timeout(time, closed).await.unwrap_or(Ok(()))
}

async fn close(stream: &mut impl Stream) -> io::Result<After> {
    stream.shutdown().await?;
    let mut bytes = [0; 4096];
    let rest = async { while matches!(stream.read(&mut bytes).await, Ok(read) if read > 0) {} };
    let _ = tokio::time::timeout(LINGER, rest).await;
    Ok(After::Ended)
}

async fn tunnel(stream: &mut impl Stream, target: &str) -> io::Result<After> {
    let mut upstream = TcpStream::connect(target).await?;
    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
    tokio::io::copy_bidirectional(stream, &mut upstream).await?;
    Ok(After::Ended)
}
