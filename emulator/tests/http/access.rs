//! Who may use the admin side.

use serde_json::json;
use sonoran_emulator::Options;

use crate::client::Api;

fn with(change: impl FnOnce(&mut Options)) -> Api {
    let mut options = Options::default();
    change(&mut options);
    Api::with(options)
}

fn status(api: &Api, method: &str, path: &str, headers: &[&str]) -> u16 {
    api.send(method, path, headers, b"").status
}

#[test]
fn callers_from_elsewhere_are_refused() {
    let api = with(|options| options.admin_from = "192.0.2.0/24".parse().expect("a network"));
    let refused = api.get("/_emulator/state");
    assert_eq!((refused.status, refused.headers["content-type"].as_str()), (403, "application/problem+json"));
    assert!(refused.text.contains("127.0.0.1") && refused.text.contains("--admin-from"), "{refused:?}");
    assert_eq!(api.get("").status, 200, "the API answers everyone");
    for from in ["loopback", "any", "192.0.2.0/24,127.0.0.0/8"] {
        let api = with(|options| options.admin_from = from.parse().expect(from));
        assert_eq!(api.get("/_emulator/state").status, 200, "{from}");
    }
}

#[test]
fn no_web_page_gets_in() {
    let api = Api::new();
    let reset = |headers: &[&str]| status(&api, "POST", "/_emulator/reset", headers);
    for host in ["127.0.0.1:8642", "[::1]:8642", "localhost:8642", "emulator", "host.docker.internal:1"] {
        assert_eq!(reset(&[&format!("Host: {host}")]), 200, "{host}");
        assert_eq!(reset(&[&format!("Host: {host}"), &format!("Origin: http://{host}")]), 200, "{host}");
    }
    let rebound = api.send("GET", "/_emulator/state", &["Host: evil.example.com:8642"], b"");
    assert_eq!(rebound.status, 403);
    assert!(
        rebound.text.contains("evil.example.com") && rebound.text.contains("--admin-token"),
        "{rebound:?}"
    );
    assert_eq!(reset(&["Host: evil.example.com", "Origin: http://evil.example.com"]), 403);
    assert_eq!(status(&api, "GET", "http://evil.example.com/_emulator/state", &["Host: localhost"]), 403);
    for origin in ["http://evil.example.com", "http://localhost:3000", "https://localhost", "null"] {
        assert_eq!(reset(&["Host: localhost", &format!("Origin: {origin}")]), 403, "{origin}");
    }
    assert_eq!(status(&api, "GET", "/v2/community", &["Host: example.com", "Origin: null"]), 401, "the API");
}

#[test]
fn a_token_opens_and_closes_the_admin_side() {
    let api = with(|options| options.admin_token = Some("S3CRET".parse().expect("a token")));
    let ask = |headers: &[&str]| status(&api, "GET", "/_emulator/state", headers);
    for wrong in [&[][..], &["Authorization: Bearer YOUR_API_KEY"], &["Authorization: Basic S3CRET"]] {
        let refused = api.send("GET", "/_emulator/state", wrong, b"");
        assert_eq!((refused.status, refused.headers["www-authenticate"].as_str()), (401, "Bearer"));
        assert!(!refused.text.contains("S3CRET"));
    }
    let token = "Authorization: Bearer S3CRET";
    assert_eq!(ask(&[token]), 200);
    assert_eq!(ask(&[token, "Host: emulator.example.com"]), 200, "a page does not know the token");
    let elsewhere = with(|options| {
        options.admin_from = "192.0.2.0/24".parse().expect("a network");
        options.admin_token = Some("S3CRET".parse().expect("a token"));
    });
    assert_eq!(status(&elsewhere, "GET", "/_emulator/state", &[token]), 403, "both have to hold");
}

#[test]
fn health_is_open_to_all() {
    let api = with(|options| {
        options.admin_from = "192.0.2.0/24".parse().expect("a network");
        options.admin_token = Some("S3CRET".parse().expect("a token"));
    });
    let answer = api.send("GET", "/_emulator/health", &["Host: example.com", "Origin: null"], b"");
    assert_eq!(answer.json(), json!({ "ready": true, "version": env!("CARGO_PKG_VERSION") }));
    let refused = api.send("POST", "/_emulator/health", &[], b"");
    assert_eq!((refused.status, refused.headers["allow"].as_str()), (405, "GET, HEAD"));
}
