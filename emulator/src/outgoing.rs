//! What the emulator asks of others over HTTP: one try, on a connection of its own.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, ToSocketAddrs};
use tokio::task::JoinSet;

/// As much of an answer's body is kept.
const KEPT: usize = 64 * 1024;

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Its start, if it is long or breaks off.
    pub(crate) body: Vec<u8>,
}

/// A request, with the headers that each has.
pub(crate) fn request(
    method: Method,
    place: Uri,
    authority: HeaderValue,
    body: Bytes,
) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = place;
    let headers = request.headers_mut();
    headers.insert(HOST, authority);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let agent = concat!("sonoran-emulator/", env!("CARGO_PKG_VERSION"));
    headers.insert(USER_AGENT, HeaderValue::from_static(agent));
    request
}

/// Sends a request, and says what was answered or why nothing was.
pub(crate) async fn ask(to: impl ToSocketAddrs, request: Request<Full<Bytes>>) -> Result<Answer, String> {
    let stream = TcpStream::connect(to).await.map_err(|error| format!("cannot connect: {error}"))?;
    let broken = |error: hyper::Error| format!("the connection broke: {error}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Ends the connection when this function does, however it does.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answer = sender.send_request(request).await.map_err(broken)?;
    let status = answer.status().as_u16();
    let (mut rest, mut body) = (answer.into_body(), Vec::new());
    // To the end, also what is not kept: who still writes would otherwise see a reset.
    while let Some(Ok(frame)) = rest.frame().await {
        let data = frame.data_ref().map_or(&[][..], |data| data);
        body.extend_from_slice(&data[..data.len().min(KEPT - body.len())]);
    }
    Ok(Answer { status, body })
}
