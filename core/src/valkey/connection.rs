//! One connection: commands go out as they come, and answers come in the same order.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::address::{Address, Host};
use super::resp::{decode, encode};
use crate::handshake::words_of;
use crate::limit::Reply;

/// Who does not answer for so long is not there any more, whatever the system thinks of the connection.
const SILENCE: Duration = Duration::from_secs(2);

/// There is no connection any more.
#[derive(Debug)]
pub(super) struct Closed;

/// A command on its way, and who waits for the answer.
struct Request {
    bytes: Vec<u8>,
    reply: oneshot::Sender<Reply>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

#[derive(Debug, Clone)]
pub(super) struct Connection(mpsc::UnboundedSender<Request>);

impl Connection {
    /// Makes one, and says who it is. On the thread that connections live on.
    pub(super) async fn new(
        host: &Host,
        address: &Address,
        tls: Option<&Arc<ClientConfig>>,
    ) -> Result<Self, String> {
        let unreachable = |error: &std::io::Error| format!("can't be reached: {error}");
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
                Ok(Reply::Refusal(words)) => return Err(refused(&words)),
                Ok(_) => {}
                Err(Closed) => return Err("closed the connection".to_owned()),
            }
        }
        Ok(connection)
    }

    fn over(stream: impl Stream + 'static) -> Self {
        let (send, requests) = mpsc::unbounded_channel();
        // One piece of code for all of them: packages have to be small.
        tokio::spawn(drive(Box::new(stream), requests));
        Self(send)
    }

    pub(super) fn is_open(&self) -> bool {
        !self.0.is_closed()
    }

    pub(super) async fn send(&self, command: &[Vec<u8>]) -> Result<Reply, Closed> {
        let mut bytes = Vec::new();
        encode(command, &mut bytes);
        let (reply, answer) = oneshot::channel();
        self.0.send(Request { bytes, reply }).map_err(|_| Closed)?;
        answer.await.map_err(|_| Closed)
    }
}

/// Why the greeting was not taken. The server's own words may repeat the user.
fn refused(words: &str) -> String {
    match words.split(' ').next() {
        Some("WRONGPASS" | "NOAUTH" | "NOPERM") => "refuses the user or the password".to_owned(),
        _ => "refuses the password or the number of the database".to_owned(),
    }
}

/// Carries commands and answers until one side ends, or the other is silent. Who still waits then hears
/// that it is closed.
async fn drive(stream: Box<dyn Stream>, mut requests: mpsc::UnboundedReceiver<Request>) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut waiting: VecDeque<(Instant, oneshot::Sender<Reply>)> = VecDeque::new();
    let (mut out, mut input) = (Vec::new(), Vec::with_capacity(4096));
    loop {
        let due = waiting.front().map(|(since, _)| *since + SILENCE);
        let silence = async {
            match due {
                Some(due) => tokio::time::sleep_until(due).await,
                None => pending().await,
            }
        };
        tokio::select! {
            request = requests.recv() => {
                let Some(request) = request else { return };
                let mut next = Some(request);
                // All that wait go together.
                while let Some(Request { bytes, reply }) = next {
                    out.extend_from_slice(&bytes);
                    waiting.push_back((Instant::now(), reply));
                    next = requests.try_recv().ok();
                }
                let written = timeout_at(Instant::now() + SILENCE, async {
                    writer.write_all(&out).await?;
                    writer.flush().await
                });
                if !matches!(written.await, Ok(Ok(()))) {
                    return;
                }
                out.clear();
            }
            read = reader.read_buf(&mut input) => {
                if !matches!(read, Ok(1..)) {
                    return;
                }
                loop {
                    match decode(&input) {
                        Ok(None) => break,
                        Ok(Some((reply, length))) => {
                            input.drain(..length);
                            // An answer to nothing: it is no server of this kind.
                            let Some((_, asked)) = waiting.pop_front() else { return };
                            let _ = asked.send(reply);
                        }
                        Err(_) => return,
                    }
                }
            }
            () = silence => return,
        }
    }
}
