//! One delivery over HTTP: one try, on a connection of its own.

use std::time::Duration;

use bytes::Bytes;
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use tokio::time::timeout;

use super::address::Address;
use crate::outgoing::{ask, request};

/// Posts a body and says which status was answered, or why none was.
pub(super) async fn post(address: &Address, body: Bytes, patience: Duration) -> Result<u16, String> {
    let late = |_| Err(format!("no whole answer within {} seconds", patience.as_secs_f32()));
    timeout(patience, attempt(address, body)).await.unwrap_or_else(late)
}

async fn attempt(address: &Address, body: Bytes) -> Result<u16, String> {
    let mut request = request(Method::POST, address.place.clone(), address.authority.clone(), body);
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let answer = ask((address.host.as_str(), address.port), request).await?;
    Ok(answer.status)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// The outcome against a target that reads and then writes this, and holds the connection if it is to.
    async fn against(written: &'static [u8], hold: bool) -> Result<u16, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("its address"));
        let target = async {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut seen = [0; 1024];
            assert_ne!(stream.read(&mut seen).await.expect("a request"), 0);
            stream.write_all(written).await.expect("written");
            if hold {
                // Until the other side ends it.
                while stream.read(&mut seen).await.is_ok_and(|length| length > 0) {}
            }
        };
        let address = Address::parse(&url).expect("an address");
        let sent = post(&address, Bytes::from_static(b"{}"), Duration::from_secs(2));
        tokio::join!(sent, target).0
    }

    #[test]
    fn tells_the_status_or_what_went_wrong() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            assert_eq!(against(b"HTTP/1.1 204 No Content\r\n\r\n", true).await, Ok(204));
            assert_eq!(against(b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\nhalf", false).await, Ok(503));
            let error = against(b"nonsense", false).await.expect_err("no HTTP");
            assert!(error.starts_with("the connection broke: "), "{error}");
            let error = against(b"", true).await.expect_err("no answer");
            assert_eq!(error, "no whole answer within 2 seconds");
        });
    }
}
