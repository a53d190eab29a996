//! Callers with tokens of their own.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;
use sonoran_gateway::new_token;
use tempfile::NamedTempFile;

use crate::client::{ACCOUNT, Answer, Api, until};

/// A gateway with a tokens file, and the token of the one caller in it.
struct Guarded {
    api: Api,
    file: NamedTempFile,
    token: String,
}

impl Guarded {
    fn new(allow: &[&str]) -> Self {
        let file = NamedTempFile::new().unwrap();
        let token = Self::write(&file, allow);
        let api = Api::with(|settings| settings.tokens_file = Some(file.path().to_owned()));
        Self { api, file, token }
    }

    fn write(file: &NamedTempFile, allow: &[&str]) -> String {
        let allow: Vec<_> = allow.iter().map(|word| (*word).to_owned()).collect();
        let (token, lines) = new_token("bot", &allow).unwrap();
        fs::write(file.path(), lines).unwrap();
        token
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let header = format!("Authorization: Bearer {}", self.token);
        self.api.send(method, path, &[&header], body.as_bytes())
    }

    fn status(&self) -> u16 {
        self.send("GET", "/v2/community", "").status
    }
}

#[test]
fn a_caller_may_what_its_lines_say() {
    let guarded = Guarded::new(&["read", "accounts.*", "setServersV2"]);
    let rename = r#"{"newName":"Alex"}"#;
    assert_eq!(guarded.status(), 200);
    assert_eq!(guarded.send("PATCH", &format!("/v2/community/accounts/{ACCOUNT}/name"), rename).status, 200);
    let (status, detail) = guarded.send("POST", "/v2/community/short-urls", r#"{"path":"/"}"#).refusal();
    assert_eq!((status, detail.starts_with("bot may not call createShortUrlV2")), (403, true), "{detail}");
    // Version 1 has it in the body, as it has keys, or in the header.
    let v1 = |path: &str, key: &str| {
        let body = json!({ "id": "ANY", "key": key, "data": [] }).to_string();
        guarded.api.send("POST", path, &[], body.as_bytes())
    };
    assert_eq!(v1("/general/get_departments", &guarded.token).status, 200);
    assert_eq!(guarded.send("POST", "/general/get_departments", r#"{"data":[]}"#).status, 200);
    assert_eq!(v1("/general/set_account_name", &guarded.token).refusal().0, 403);
    assert_eq!(guarded.send("POST", "/_gateway/call/getCommunityV2", "").json()["success"], true);
    assert_eq!(guarded.send("POST", "/_gateway/call/createShortUrlV2", "{}").refusal().0, 403);
    let journal = guarded.api.journal("?credential=YOUR_API_KEY");
    assert_eq!(journal.len(), 5);
    assert!(!json!(journal).to_string().contains(&guarded.token));
}

#[test]
fn nobody_else_is_let_through() {
    let guarded = Guarded::new(&["*"]);
    let api = &guarded.api;
    let wrong = format!("Authorization: Bearer {}0", guarded.token);
    for headers in [&[][..], &[wrong.as_str()], &["Authorization: Basic eDp5"], &["Authorization: Bearer "]] {
        for (method, path) in [
            ("GET", "/v2/community"),
            ("POST", "/general/get_departments"),
            ("POST", "/_gateway/call/getCommunityV2"),
        ] {
            let answer = api.send(method, path, headers, b"{}");
            assert_eq!((answer.refusal().0, answer.header("www-authenticate")), (401, "Bearer"), "{path}");
        }
    }
    for own in ["/_gateway/health", "/_gateway/ready", "/_gateway/openapi.json"] {
        assert_eq!(api.get(own).status, 200, "{own}");
    }
    assert_eq!(api.journal("").len(), 0);
    // Names of the machine need not be known where a token is: a proxy in front has its own.
    let header = format!("Authorization: Bearer {}", guarded.token);
    let answer = api.send("GET", "/v2/community", &[&header, "Host: gateway.example.com"], b"");
    assert_eq!(answer.status, 200);
}

#[test]
fn a_token_that_was_taken_out_is_none_any_more() {
    let mut guarded = Guarded::new(&["read"]);
    assert_eq!(guarded.status(), 200);
    fs::write(guarded.file.path(), "[bot]\nhash = \"half of").unwrap();
    guarded.api.gateway.reload();
    assert_eq!(guarded.status(), 200, "what can't be read changes nothing");
    let new = Guarded::write(&guarded.file, &["read"]);
    guarded.api.gateway.reload();
    assert_eq!(guarded.status(), 401);
    guarded.token = new;
    assert_eq!(guarded.status(), 200);
}

#[test]
fn whoever_stands_in_line_without_a_token_any_more_sends_nothing() {
    let file = NamedTempFile::new().unwrap();
    let token = Guarded::write(&file, &["*"]);
    let lines = fs::read_to_string(file.path()).unwrap();
    let api = Api::with(|settings| {
        settings.tokens_file = Some(file.path().to_owned());
        settings.ceilings = "getCommunityV2=1,setAccountNameV2=1".parse().unwrap();
        settings.rate_window = Duration::from_secs(600);
        settings.max_wait = Duration::from_secs(600);
    });
    let token = format!("Authorization: Bearer {token}");
    let rename = format!("/v2/community/accounts/{ACCOUNT}/name");
    let body = br#"{"newName":"Alex"}"#;
    let asked = |way: &str| match way {
        "read" => api.send("GET", "/v2/community", &[&token], b""),
        _ => api.send("PATCH", &rename, &[&token], body),
    };
    assert_eq!((asked("read").status, asked("write").status), (200, 200));
    std::thread::scope(|scope| {
        let waiting = ["read", "write"].map(|way| scope.spawn(move || asked(way)));
        let metrics = || api.send("GET", "/_gateway/metrics", &[&token], b"").text;
        for line in [r#"waiting{operation="getCommunityV2"} 1"#, r#"waiting{operation="setAccountNameV2"} 1"#]
        {
            until(|| metrics().contains(line).then_some(()));
        }
        let [read, write] = waiting;
        fs::write(file.path(), lines.replace("\"*\"", "\"accounts.*\"")).unwrap();
        api.gateway.reload();
        assert_eq!(read.join().unwrap().refusal().0, 403);
        assert!(!write.is_finished(), "it may still be sent");
        let (_, other) = new_token("other", &["read".to_owned()]).unwrap();
        fs::write(file.path(), other).unwrap();
        api.gateway.reload();
        assert_eq!(write.join().unwrap().refusal().0, 401);
    });
    assert_eq!(api.journal("").len(), 2);
}

#[test]
fn a_changed_file_is_noticed() {
    let guarded = Guarded::new(&["read"]);
    assert_eq!(guarded.status(), 200);
    Guarded::write(&guarded.file, &["read"]);
    let started = Instant::now();
    // A call that is misuse takes no slot.
    while guarded.send("POST", "/_gateway/call/getCommunityV2", "[1]").status == 400 {
        assert!(started.elapsed() < Duration::from_secs(60), "it is not noticed");
    }
    assert_eq!(guarded.status(), 401);
}
