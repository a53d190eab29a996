//! Whether a running gateway answers, for containers whose image has no other program to ask with.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::config::Settings;
use crate::gateway::reachable;

const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the gateway that was started with these settings whether it lives, and gives a sentence that says so. Of one with
/// TLS it is known that it takes connections.
///
/// ```
/// use sonoran_gateway::{Credential, Gateway, Settings, check_health};
///
/// let mut settings = Settings::new(Credential::held("YOUR_API_KEY", "YOUR_COMMUNITY_ID"));
/// assert!(check_health(&settings).is_err());
/// let gateway = Gateway::start(settings.clone())?;
/// settings.port = gateway.address().port();
/// assert!(check_health(&settings).is_ok_and(|words| words.ends_with("lives")));
/// # Ok::<(), sonoran_gateway::GatewayError>(())
/// ```
///
/// # Errors
///
/// A sentence that says what came instead.
pub fn check_health(settings: &Settings) -> Result<String, String> {
    if settings.port == 0 {
        return Err("which gateway is meant? --check-health needs the --port that it listens on".to_owned());
    }
    let address = reachable(SocketAddr::new(settings.host, settings.port));
    let failed = |reason: String| format!("no gateway lives at {address}: {reason}");
    let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(|error| failed(error.to_string()))?;
    if settings.tls_certificate.is_some() {
        return Ok(format!("a gateway at {address} takes connections"));
    }
    match ask(stream) {
        Ok(answer) if answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"healthy\":true") => {
            Ok(format!("the gateway at {address} lives"))
        }
        Ok(_) => Err(failed("what answers there is something else".to_owned())),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn ask(mut stream: TcpStream) -> std::io::Result<String> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /_gateway/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    // Whatever listens there may not stop.
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
