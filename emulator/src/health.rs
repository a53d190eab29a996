//! Whether a running emulator answers, for containers whose image has no other program to ask with.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::AUTHORIZATION;
use hyper::{Method, Uri};
use serde_json::Value;
use tokio::time::timeout;

use crate::admin::HEALTH;
use crate::emulator::reachable;
use crate::options::Options;
use crate::outgoing::{Answer, ask, request};

const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the emulator that was started with these options whether it is ready, and gives a sentence that says so.
///
/// # Errors
///
/// A sentence that says what came instead.
pub async fn check_health(options: &Options) -> Result<String, String> {
    if options.port == 0 {
        return Err("which emulator is meant? --check-health needs the --port that it listens on".to_owned());
    }
    let address = reachable(SocketAddr::new(options.host, options.port));
    let late = |_| Err(format!("no whole answer within {} seconds", PATIENCE.as_secs()));
    let answered = timeout(PATIENCE, answer(options, address)).await.unwrap_or_else(late);
    match answered.and_then(|answer| version(&answer)) {
        Ok(version) => Ok(format!("the emulator at http://{address} is ready (version {version})")),
        Err(reason) => Err(format!("no emulator is ready at http://{address}: {reason}")),
    }
}

async fn answer(options: &Options, address: SocketAddr) -> Result<Answer, String> {
    let host = address.to_string().parse().map_err(|_| "its address is no host".to_owned())?;
    let mut request = request(Method::GET, Uri::from_static(HEALTH), host, Bytes::new());
    if let Some(token) = &options.admin_token {
        let value = token.header().map_err(|_| "its token fits no header".to_owned())?;
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    ask(address, request).await
}

/// What the emulator says of itself; whatever else listens there says something else.
fn version(answer: &Answer) -> Result<String, String> {
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    match (answer.status, &said["ready"], said["version"].as_str()) {
        (200, Value::Bool(true), Some(version)) => Ok(version.to_owned()),
        (200, ..) => Err("what answers there is something else".to_owned()),
        (status, ..) => Err(format!("it answers with status {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_emulators_own_answer_counts() {
        let of = |status, body: &str| version(&Answer { status, body: body.as_bytes().to_vec() });
        assert_eq!(of(200, r#"{"ready":true,"version":"1.2.3"}"#), Ok("1.2.3".to_owned()));
        for other in ["", "<html>", "[]", r#"{"ready":false,"version":"1.2.3"}"#, r#"{"ready":true}"#] {
            assert_eq!(of(200, other), Err("what answers there is something else".to_owned()), "{other}");
        }
        assert_eq!(of(503, "{}"), Err("it answers with status 503".to_owned()));
    }
}
