//! An HTTP answer as bytes.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::script::Respond;

/// An answer in its parts.
pub(crate) struct Parts {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The parts of an answer.
pub(crate) fn parts(respond: &Respond) -> Parts {
    let (content_type, body) = body(respond);
    let mut headers: Vec<(String, String)> =
        respond.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if let Some(content_type) = content_type.filter(|_| !named) {
        headers.push(("Content-Type".to_owned(), content_type.to_owned()));
    }
    let mut body = body.repeat(respond.repeat.unwrap_or(1));
    if respond.gzip {
        headers.push(("Content-Encoding".to_owned(), "gzip".to_owned()));
        body = compressed(&body);
    }
    Parts { status: respond.status.unwrap_or(200), headers, body }
}

/// The whole of an answer in HTTP/1.1.
pub(crate) fn bytes(respond: &Respond) -> Vec<u8> {
    let Parts { status, headers, body } = parts(respond);
    let mut bytes = format!("HTTP/1.1 {status} Status\r\n").into_bytes();
    let length = if respond.chunked {
        ("Transfer-Encoding".to_owned(), "chunked".to_owned())
    } else {
        ("Content-Length".to_owned(), body.len().to_string())
    };
    for (name, value) in headers.iter().chain([&length]) {
        // No answer with this status has a body, so none is announced.
        if status == 204 && name == "Content-Length" && body.is_empty() {
            continue;
        }
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    if respond.chunked {
        for chunk in body.chunks(body.len().div_ceil(3).max(1)) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
    } else {
        bytes.extend_from_slice(&body);
    }
    bytes
}

fn body(respond: &Respond) -> (Option<&'static str>, Vec<u8>) {
    if let Some(data) = &respond.data {
        let envelope = json!({ "success": true, "data": data, "meta": { "path": "/" } });
        return (Some("application/json"), envelope.to_string().into());
    }
    if let Some(document) = &respond.json {
        return (Some("application/json"), document.to_string().into());
    }
    if let Some(problem) = &respond.problem {
        return (Some("application/problem+json"), Value::to_string(problem).into());
    }
    if let Some(digits) = &respond.hex {
        return (None, hex(digits));
    }
    (None, respond.text.clone().unwrap_or_default().into())
}

/// The bytes of pairs of hexadecimal digits; a wrong pair is a zero.
fn hex(digits: &str) -> Vec<u8> {
    let pair = |pair: &[u8]| {
        std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or_default()
    };
    digits.as_bytes().chunks(2).map(pair).collect()
}

fn compressed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Neither can fail: the bytes go into memory.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}
