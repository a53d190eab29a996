//! Reads an HTTP/1.1 request off a connection.

use std::io;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncRead, AsyncReadExt};

/// A request's head, and what came behind it already.
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) target: String,
    headers: Map<String, Value>,
    length: usize,
    rest: Vec<u8>,
}

impl Head {
    /// The next request's head, or none when the client closed the connection.
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
        };
        let rest = bytes.split_off(end + 4);
        Ok(Some(Self::parse(&String::from_utf8_lossy(&bytes), rest)))
    }

    fn parse(text: &str, rest: Vec<u8>) -> Self {
        let mut lines = text.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers: Map<String, Value> = Map::new();
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let before = headers.get(&name.to_ascii_lowercase()).and_then(Value::as_str);
            // One that comes again goes on where it was (RFC 9110 section 5.3).
            let whole = before
                .map_or_else(|| value.trim().to_owned(), |before| format!("{before}, {}", value.trim()));
            headers.insert(name.to_ascii_lowercase(), whole.into());
        }
        let length = headers.get("content-length").and_then(Value::as_str).and_then(|text| text.parse().ok());
        Self { method, target, headers, length: length.unwrap_or(0), rest }
    }

    /// Reads the body, and tells the whole request.
    pub(crate) async fn finish(mut self, stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Value> {
        while self.rest.len() < self.length {
            if stream.read_buf(&mut self.rest).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let body = String::from_utf8_lossy(&self.rest).into_owned();
        Ok(described(&self.method, &self.target, &self.headers, &body))
    }
}

/// A request as a scenario's `seen` looks at it.
pub(crate) fn described(method: &str, target: &str, headers: &Map<String, Value>, body: &str) -> Value {
    let document: Value = serde_json::from_str(body).unwrap_or_default();
    json!({ "method": method, "target": target, "headers": headers, "body": body, "json": document })
}
