//! One request of HTTP/1.1 to this machine, and its answer.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// The answer; or what Roblox says of the failure.
pub(crate) fn send(
    url: &str,
    method: &str,
    headers: &HashMap<String, String>,
    body: &str,
) -> Result<Answer, String> {
    let rest = url.strip_prefix("http://").ok_or("HttpError: InvalidUrl")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).map_err(|_| "HttpError: ConnectFail")?;
    let mut head = format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.extend(["Content-Length: ", &body.len().to_string(), "\r\n\r\n", body]);
    let mut received = Vec::new();
    let exchanged = stream.write_all(head.as_bytes()).and_then(|()| stream.read_to_end(&mut received));
    exchanged.map_err(|_| "HttpError: NetFail")?;
    read(&received).ok_or_else(|| "HttpError: NetFail".to_owned())
}

fn read(received: &[u8]) -> Option<Answer> {
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&received[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let body = &received[end + 4..];
    let body = match headers.get("content-length") {
        Some(length) => body.get(..length.parse().ok()?)?.to_vec(),
        None if headers.contains_key("transfer-encoding") => joined(body)?,
        None => body.to_vec(),
    };
    Some(Answer { status, headers, body })
}

/// What stands in chunks.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(chunks.get(end + 2..end + 2 + size)?);
        chunks = chunks.get(end + 4 + size..)?;
    }
}
