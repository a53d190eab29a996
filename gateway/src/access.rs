//! Who may call: programs of this machine, and no web page that a browser here has open.

use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::uri::Authority;

use crate::problem::Problem;

/// A page of another site can make a browser send requests here, with a name of its own for this machine.
pub(crate) fn no_web_page(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if !text(HOST).is_some_and(is_here) {
        let detail = "The header Host must name this machine, such as 127.0.0.1 or localhost.";
        return Err(Problem::new(403, detail));
    }
    match text(ORIGIN) {
        Some(origin) if !origin.split_once("://").is_some_and(|(_, host)| is_here(host)) => {
            Err(Problem::new(403, "Web pages of other sites may not call the gateway."))
        }
        _ => Ok(()),
    }
}

fn is_here(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_asked_for() {
        let judged = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
            headers.extend(origin.map(|origin| (ORIGIN, origin.parse().unwrap())));
            no_web_page(&headers).is_ok()
        };
        for host in ["127.0.0.1:8643", "localhost", "LOCALHOST:1", "[::1]:8643", "127.9.9.9"] {
            assert!(judged(host, None), "{host}");
        }
        for host in ["", "example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1"] {
            assert!(!judged(host, None), "{host}");
        }
        assert!(judged("localhost", Some("http://localhost:3000")));
        for origin in ["https://example.com", "null", "", "http://localhost.example.com"] {
            assert!(!judged("localhost", Some(origin)), "{origin}");
        }
        assert!(no_web_page(&HeaderMap::new()).is_err());
    }
}
