//! Nothing is sent for a while where going on would lead to a ban.

use std::io::Read;
use std::time::Duration;

use serde_json::{Value, json};
use sonoran_emulator::{Emulator, Options, Switch};
use sonoran_gateway::Credential;

use crate::client::{ACCOUNT, Answer, Api, send};
use crate::program::{program, ready};

const COMMUNITY: &str = "/v2/community";
const WHY: &str = "the service refused the API key three times in a row.";

/// Refused with a time to come back, and nothing sent for it.
fn paused(answer: &Answer) -> String {
    let (status, detail) = answer.refusal();
    let seconds: u64 = answer.header("retry-after").parse().expect("a number");
    assert!(status == 503 && (1..=600).contains(&seconds), "{answer:?}");
    detail
}

#[test]
fn a_key_that_is_refused_again_and_again_rests() {
    let api = Api::with(|settings| {
        settings.credential = Credential::held("WRONG", "YOUR_COMMUNITY_ID");
        settings.ban_pause = Duration::from_secs(600);
        settings.stale_if_error = "getAccountV2=600".parse().unwrap();
    });
    let state = |page: &str| api.get(&format!("/_gateway/{page}"));
    assert_eq!((state("ready").status, &state("health").json()["paused"]), (200, &Value::Null));
    assert_eq!(api.get(COMMUNITY).status, 401);
    // At the door, and in version 1, which says so by a text.
    let call = api.send("POST", "/_gateway/call/getCommunityV2", &[], b"");
    assert_eq!(call.json()["error"]["kind"], "auth");
    assert_eq!(api.send("POST", "/general/get_departments", &[], b"{\"data\":[]}").status, 400);
    let sent = api.journal("").len();
    assert!(paused(&api.get(COMMUNITY)).ends_with(WHY));
    assert!(paused(&api.send("POST", "/_gateway/call/getCommunityV2", &[], b"")).ends_with(WHY));
    let rename = format!("/v2/community/accounts/{ACCOUNT}/name");
    assert!(paused(&api.send("PATCH", &rename, &[], br#"{"newName":"A"}"#)).ends_with(WHY));
    assert_eq!(api.journal("").len(), sent);
    let (ready, health) = (state("ready"), state("health"));
    assert_eq!((ready.status, health.status), (503, 200));
    for told in [ready.json(), health.json()] {
        assert_eq!(told["paused"]["reason"], "key");
        assert!(told["paused"]["seconds"].as_u64().is_some_and(|left| left <= 600));
    }
    let metrics = state("metrics").text;
    for line in
        [r#"paused{reason="key"} 1"#, r#"paused{reason="machine"} 0"#, r#"pauses_total{reason="key"} 1"#]
    {
        assert!(metrics.contains(&format!("sonoran_gateway_{line}\n")), "{line} in {metrics}");
    }
}

#[test]
fn a_page_of_something_before_the_service_is_enough_for_all() {
    let api = Api::with(|settings| settings.credential = Credential::PassedThrough);
    let page = json!({ "times": 1, "action": { "type": "respond", "status": 403, "headers": { "content-type": "text/html" },
        "body": "<html><title>Access denied</title></html>" } });
    api.admin("POST", "/faults", &page);
    let asked = |key: &str| api.send("GET", COMMUNITY, &[&format!("Authorization: Bearer {key}")], b"");
    assert_eq!(asked("YOUR_API_KEY").status, 403);
    let words = "something before the service refuses this machine.";
    assert!(paused(&asked("YOUR_API_KEY")).ends_with(words) && paused(&asked("ANOTHER")).ends_with(words));
    assert_eq!(api.get("/_gateway/health").json()["paused"]["reason"], "machine");
    assert_eq!(api.journal("").len(), 1);
}

#[test]
fn one_callers_key_is_not_anothers() {
    let api = Api::with(|settings| settings.credential = Credential::PassedThrough);
    let asked = |key: &str| api.send("GET", COMMUNITY, &[&format!("Authorization: Bearer {key}")], b"");
    for _ in 0..3 {
        assert_eq!(asked("WRONG").status, 401);
    }
    assert!(paused(&asked("WRONG")).ends_with(WHY));
    assert_eq!(asked("YOUR_API_KEY").status, 200);
    assert_eq!(api.get("/_gateway/ready").status, 200);
}

#[test]
fn whoever_tries_one_key_after_the_other_has_strange_keys_rest_and_no_others() {
    let api = Api::with(|settings| settings.credential = Credential::PassedThrough);
    let asked = |key: &str| api.send("GET", COMMUNITY, &[&format!("Authorization: Bearer {key}")], b"");
    assert_eq!(asked("YOUR_API_KEY").status, 200);
    for number in 0..9 {
        // Twice with the same one is no more than once.
        let key = format!("WRONG{number}");
        assert_eq!((asked(&key).status, asked(&key).status), (401, 401));
    }
    assert_eq!(asked("WRONG9").status, 401);
    let sent = api.journal("").len();
    let words = "keys that had a good answer before go on.";
    assert!(paused(&asked("ANOTHER")).ends_with(words) && paused(&asked("WRONG0")).ends_with(words));
    let body = json!({ "id": "YOUR_COMMUNITY_ID", "key": "ANOTHER", "data": [] }).to_string();
    assert!(paused(&api.send("POST", "/general/get_departments", &[], body.as_bytes())).ends_with(words));
    assert_eq!(api.journal("").len(), sent);
    assert_eq!(asked("YOUR_API_KEY").status, 200);
    let (ready, health) = (api.get("/_gateway/ready"), api.get("/_gateway/health"));
    assert_eq!((ready.status, health.status), (200, 200));
    for told in [ready.json(), health.json()] {
        assert_eq!(told["paused"]["reason"], "strangers");
    }
    let metrics = api.get("/_gateway/metrics").text;
    for line in [
        r#"paused{reason="strangers"} 1"#,
        r#"paused{reason="key"} 0"#,
        r#"pauses_total{reason="strangers"} 1"#,
    ] {
        assert!(metrics.contains(&format!("sonoran_gateway_{line}\n")), "{line} in {metrics}");
    }
}

#[test]
fn whoever_waits_in_line_is_told_and_what_is_kept_stands_in() {
    let api = Api::with(|settings| {
        settings.max_wait = Duration::from_secs(600);
        settings.rate_window = Duration::from_secs(600);
        settings.stale_if_error = "getAccountV2=600".parse().unwrap();
    });
    let account = format!("/v2/community/accounts/{ACCOUNT}");
    assert_eq!(api.get(&account).status, 200);
    while api.get(COMMUNITY).header("ratelimit-remaining") != "0" {}
    let mut waits = api.wrote(
        format!("GET {COMMUNITY} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes(),
    );
    api.wait_for_line("getCommunityV2", 1);
    api.admin(
        "POST",
        "/faults",
        &json!({ "times": 3, "action": { "type": "respond", "status": 401, "body": "{}" } }),
    );
    for _ in 0..3 {
        assert_eq!(api.get("/v2/community/departments").status, 401);
    }
    let mut told = Vec::new();
    std::io::Read::read_to_end(&mut waits, &mut told).unwrap();
    assert!(paused(&crate::client::parse(&told).unwrap()).ends_with(WHY));
    let stale = api.get(&account);
    assert_eq!((stale.status, stale.header("cache-status").contains("stale")), (200, true));
}

/// What the log says of no request, when callers have sent some with these headers.
fn notes(given: &[&str], key: Option<&str>, headers: &[&str], number: u32) -> Vec<String> {
    let emulator = Emulator::start(Options { limits: Switch::Off, ..Options::default() }).unwrap();
    let mut program = program();
    program.envs(key.map(|key| ("SONORAN_GATEWAY_API_KEY", key)));
    program
        .args(["--port", "0", "--log", "off", "--coalesce", "no", "--api-url", &emulator.url()])
        .args(given);
    let (mut child, ready) = ready(&mut program);
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
    for _ in 0..number {
        assert_eq!(send(address, "GET", COMMUNITY, headers, b"").unwrap().status, 401);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(!log.contains("WRONG"), "{log}");
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.map(|line| line["note"].as_str().expect("a note").to_owned()).collect()
}

#[test]
fn a_wrong_key_is_told_of_once_with_what_to_check_and_its_pause_with_who_asked_last() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (token, lines) = sonoran_gateway::new_token("bot", &["read".to_owned()]).unwrap();
    std::fs::write(file.path(), lines).unwrap();
    let given = ["--community-id", "YOUR_COMMUNITY_ID", "--tokens-file", file.path().to_str().unwrap()];
    let token = format!("Authorization: Bearer {token}");
    let told = notes(&given, Some("WRONG"), &[&token], 3);
    assert!(
        told[0].starts_with("the service refused the API key (status 401, getCommunityV2): check the key (SONORAN_GATEWAY_API_KEY"),
        "{told:?}"
    );
    let paused = "nothing is sent for 60 s: the service refused the API key three times in a row; the last request was of bot";
    assert_eq!(&told[1..], [paused]);
}

#[test]
fn a_pause_of_a_callers_own_key_says_which_without_showing_it() {
    let told = notes(&["--pass-through"], None, &["Authorization: Bearer WRONG"], 3);
    let which = "nothing is sent with the key whose SHA-256 begins with 02b60b3b for 60 s: ";
    assert!(told.len() == 1 && told[0].starts_with(which), "{told:?}");
}

#[test]
fn it_can_be_switched_off() {
    let api = Api::with(|settings| {
        settings.credential = Credential::held("WRONG", "YOUR_COMMUNITY_ID");
        settings.ban_pause = Duration::ZERO;
    });
    for _ in 0..5 {
        assert_eq!(api.get(COMMUNITY).status, 401);
    }
}
