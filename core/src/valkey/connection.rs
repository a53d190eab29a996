//! One connection: commands go out as they come, each from whoever sends it, and answers come in the same order.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::io;
use std::sync::{self, Arc, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use super::address::{Address, Host};
use super::resp::{decode, encode};
use crate::handshake::words_of;
use crate::limit::Reply;

/// Who does not answer for so long is not there any more, whatever the system thinks of the connection.
const SILENCE: Duration = Duration::from_secs(2);

/// What there is to say of one that ended before it was of use.
pub(super) fn closed(secured: bool) -> String {
    let hint = if secured { "" } else { " (if it speaks TLS, its URL begins with rediss://)" };
    format!("closed the connection{hint}")
}

/// There is no connection any more.
#[derive(Debug)]
pub(super) struct Closed;

trait Stream: AsyncRead + AsyncWrite + Debug + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Stream for T {}

#[derive(Debug, Clone)]
pub(super) struct Connection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    writer: Mutex<Writer>,
    waiting: Waiting,
    reader: AbortHandle,
}

#[derive(Debug)]
struct Writer {
    stream: WriteHalf<Box<dyn Stream>>,
    /// A command was begun and not ended: nothing can follow it.
    is_torn: bool,
}

/// Who waits since when for an answer, in the order of their commands.
type Line = VecDeque<(Instant, oneshot::Sender<Reply>)>;
/// Nothing where none is to come any more.
type Waiting = Arc<sync::Mutex<Option<Line>>>;

fn lock(waiting: &Waiting) -> MutexGuard<'_, Option<Line>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Connection {
    /// Makes one, and says who it is. On the thread that connections live on.
    pub(super) async fn new(
        host: &Host,
        address: &Address,
        tls: Option<&Arc<ClientConfig>>,
    ) -> Result<Self, String> {
        let unreachable = |error: &io::Error| format!("can't be reached: {error}");
        let connection = match host {
            Host::Name(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(|e| unreachable(&e))?;
                stream.set_nodelay(true).map_err(|error| unreachable(&error))?;
                match tls {
                    None => Self::over(stream),
                    Some(tls) => {
                        let name = ServerName::try_from(host.clone())
                            .map_err(|_| "has a name that no certificate can have".to_owned())?;
                        let secured = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await;
                        Self::over(secured.map_err(|error| match words_of(&error) {
                            Some(words) => format!("can't be reached: {words}"),
                            None => unreachable(&error),
                        })?)
                    }
                }
            }
            #[cfg(unix)]
            Host::Path(path) => {
                let stream = tokio::net::UnixStream::connect(path).await;
                Self::over(stream.map_err(|error| unreachable(&error))?)
            }
        };
        for command in address.greeting() {
            let command: Vec<_> =
                command.iter().map(|word| word.expose_secret().as_bytes().to_vec()).collect();
            match connection.send(&command).await {
                Ok(Reply::Refusal(words)) => return Err(refused(&words).to_owned()),
                Ok(_) => {}
                Err(Closed) => return Err(closed(tls.is_some())),
            }
        }
        Ok(connection)
    }

    fn over(stream: impl Stream + 'static) -> Self {
        // One piece of code for all of them: packages have to be small.
        let (reader, stream) = tokio::io::split::<Box<dyn Stream>>(Box::new(stream));
        let waiting = Waiting::new(sync::Mutex::new(Some(Line::new())));
        let told = Arc::clone(&waiting);
        let reading = tokio::spawn(async move {
            read(reader, &told).await;
            // Who still waits hears that it is closed.
            lock(&told).take();
        });
        let writer = Mutex::new(Writer { stream, is_torn: false });
        Self(Arc::new(Inner { writer, waiting, reader: reading.abort_handle() }))
    }

    /// Whether it can be used, as far as that is known.
    pub(super) fn is_open(&self) -> bool {
        if self.0.writer.try_lock().is_ok_and(|writer| writer.is_torn) {
            return false;
        }
        let waiting = lock(&self.0.waiting);
        let first = waiting.as_ref().map(Line::front);
        first.is_some_and(|first| first.is_none_or(|(since, _)| since.elapsed() < SILENCE))
    }

    pub(super) async fn send(&self, command: &[Vec<u8>]) -> Result<Reply, Closed> {
        let mut bytes = Vec::new();
        encode(command, &mut bytes);
        let (reply, answer) = oneshot::channel();
        {
            let mut writer = self.0.writer.lock().await;
            if writer.is_torn {
                return Err(Closed);
            }
            lock(&self.0.waiting).as_mut().ok_or(Closed)?.push_back((Instant::now(), reply));
            writer.is_torn = true;
            writer.stream.write_all(&bytes).await.map_err(|_| Closed)?;
            writer.stream.flush().await.map_err(|_| Closed)?;
            writer.is_torn = false;
        }
        answer.await.map_err(|_| Closed)
    }
}

/// Why the greeting was not taken. The server's own words may repeat the user.
fn refused(words: &str) -> &'static str {
    match words.split(' ').next() {
        Some("WRONGPASS" | "NOAUTH") => "refuses the user or the password",
        Some("NOPERM") => {
            "does not let this user choose a database: allow it +select, or leave the number out"
        }
        _ if words.contains("without any password") => "has no password, where the URL gives one",
        _ if words.contains("DB index") => "has no database of that number",
        _ => "refuses the password or the number of the database",
    }
}

/// Hands on answers until one side ends.
async fn read(mut stream: ReadHalf<Box<dyn Stream>>, waiting: &Waiting) {
    let mut input = Vec::with_capacity(4096);
    while matches!(stream.read_buf(&mut input).await, Ok(1..)) {
        loop {
            match decode(&input) {
                Ok(None) => break,
                Ok(Some((reply, length))) => {
                    input.drain(..length);
                    let first = lock(waiting).as_mut().and_then(Line::pop_front);
                    // An answer to nothing: it is no server of this kind.
                    let Some((_, asked)) = first else { return };
                    let _ = asked.send(reply);
                }
                Err(_) => return,
            }
        }
    }
}
