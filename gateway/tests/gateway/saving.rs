//! Reads for which nothing is sent: shared with another, or answered from what was kept.

use std::time::Duration;

use serde_json::json;
use sonoran_emulator::{Options, Switch};

use crate::client::{ACCOUNT, Answer, Api};

const COMMUNITY: &str = "/v2/community";
const RANKS: &str = "/general/get_account_ranks";

fn rename(api: &Api) {
    let path = format!("/v2/community/accounts/{ACCOUNT}/name");
    assert_eq!(api.send("PATCH", &path, &[], br#"{"newName":"Alex"}"#).status, 200);
}

fn account() -> String {
    format!("/v2/community/accounts/{ACCOUNT}")
}

fn name(answer: &Answer) -> String {
    answer.json()["data"]["accName"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_only_looks_the_same_goes_alone() {
    let api = Api::new();
    api.admin("POST", "/faults", &json!({ "method": "GET", "times": 1, "delay": 600_000 }));
    let first = api.wrote(format!("GET {COMMUNITY} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
    api.wait_for("?outcome=pending");
    // Another question.
    let alone = api.send("GET", COMMUNITY, &["Accept-Language: de"], b"");
    assert_eq!((alone.status, alone.header("cache-status")), (200, ""));
    // Whoever reads after a write does not get what was read before it.
    rename(&api);
    assert_eq!(api.get(COMMUNITY).status, 200);
    assert_eq!(api.journal("?operation=getCommunity").len(), 3);
    drop(first);
    api.wait_for("?outcome=aborted");
}

#[test]
fn a_bound_of_the_caller_is_no_reason_to_go_alone() {
    let api = Api::with(|settings| settings.cache = "getAccountV2=600".parse().unwrap());
    let community = |bound: &str, options: &str| {
        api.send("POST", "/_gateway/call/getCommunityV2", &[bound], options.as_bytes())
    };
    api.admin("POST", "/faults", &json!({ "method": "GET", "times": 1, "delay": 600_000 }));
    let first = b"POST /_gateway/call/getCommunityV2 HTTP/1.1\r\nHost: localhost\r\nRequest-Timeout: 600\r\n\
                  Content-Length: 0\r\n\r\n";
    let first = api.wrote(first);
    api.wait_for("?outcome=pending");
    // Each waits with it as long as it says, in the head or among the options.
    for late in [community("Request-Timeout: 0.001", ""), community("X: 1", r#"{"options":{"deadline":1}}"#)]
    {
        assert_eq!((late.status, late.json()["error"]["kind"].as_str()), (200, Some("timeout")), "{late:?}");
        assert_eq!(late.header("cache-status"), "sonoran-gateway; fwd=miss; collapsed");
    }
    let plain = api.send("GET", COMMUNITY, &["Request-Timeout: 600"], b"");
    assert_eq!((plain.status, plain.header("cache-status")), (200, ""), "it has another form");
    // What else a call wants for itself is one.
    let alone = community("Request-Timeout: 600", r#"{"options":{"retries":0}}"#);
    assert_eq!(alone.json()["success"], true);
    assert_eq!(api.journal("?operation=getCommunity").len(), 3);
    drop(first);
    api.wait_for("?outcome=aborted");
    // What is kept stands for it too.
    let account = || api.send("GET", &account(), &["Request-Timeout: 30"], b"");
    assert_eq!(account().header("cache-status"), "");
    assert_eq!(account().header("cache-status"), "sonoran-gateway; hit");
}

#[test]
fn callers_at_once_share_one_answer() {
    let options = Options { window_seconds: 1, limits: Switch::On, ..Options::default() };
    let api = Api::before(options, |settings| settings.rate_window = Duration::from_secs(1));
    let answers: Vec<_> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..20).map(|_| scope.spawn(|| api.get(COMMUNITY))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.status == 200));
    let collapsed = "sonoran-gateway; fwd=miss; collapsed";
    let shared = answers.iter().filter(|answer| answer.header("cache-status") == collapsed).count();
    // However many came in time: what was sent and what was shared are all.
    assert_eq!(api.journal("").len() + shared, answers.len());
}

#[test]
fn it_can_be_switched_off() {
    let api = Api::with(|settings| settings.coalesce = false);
    api.admin("POST", "/faults", &json!({ "method": "GET", "times": 1, "delay": 600_000 }));
    let first = api.wrote(format!("GET {COMMUNITY} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
    api.wait_for("?outcome=pending");
    assert_eq!(api.get(COMMUNITY).status, 200);
    drop(first);
}

#[test]
fn an_answer_stands_until_a_write() {
    let api = Api::with(|settings| settings.cache = "getAccountV2=600,getAccountRanks=600".parse().unwrap());
    let asked = || api.get(&account());
    let first = asked();
    assert_eq!((first.header("cache-status"), first.header("age")), ("", ""));
    let kept = asked();
    assert_eq!((kept.status, &kept.text), (200, &first.text));
    assert_eq!(kept.header("cache-status"), "sonoran-gateway; hit");
    assert!(kept.header("age").parse::<u32>().is_ok());
    let left = kept.header("cache-control").trim_start_matches("private, max-age=").parse::<u32>().unwrap();
    assert!(left <= 600);
    assert_eq!(api.journal("").len(), 1);
    let anew = api.send("GET", &account(), &["Cache-Control: no-cache"], b"");
    assert_eq!(anew.header("cache-status"), "");
    rename(&api);
    assert_eq!(name(&asked()), "Alex");
    assert_eq!(api.journal("?operation=getAccount").len(), 3);
    // Version 1, where the caller's own id and key do not matter; and others are not kept.
    let ranks = |key: &str| {
        let body = json!({ "id": key, "key": key, "data": [{ "apiId": "SOME_API_ID" }] }).to_string();
        api.send("POST", RANKS, &[], body.as_bytes())
    };
    assert_eq!(ranks("A").text, ranks("B").text);
    assert_eq!(api.journal("?operation=v1GetAccountRanks").len(), 1);
    api.get(COMMUNITY);
    assert_eq!(api.get(COMMUNITY).header("cache-status"), "");
}

#[test]
fn what_the_service_refuses_is_not_kept() {
    let api = Api::with(|settings| settings.cache = "getAccountV2=600".parse().unwrap());
    let absent = "/v2/community/accounts/11111111-2222-3333-4444-555555555555";
    assert_eq!((api.get(absent).status, api.get(absent).status), (404, 404));
    assert_eq!(api.journal("").len(), 2);
}

#[test]
fn an_answer_stands_in_when_the_service_is_down() {
    let api = Api::with(|settings| settings.stale_if_error = "getAccountV2=3600".parse().unwrap());
    let asked = || api.get(&account());
    let door = || {
        let body = json!({ "arguments": [ACCOUNT] }).to_string();
        api.send("POST", "/_gateway/call/getAccountV2", &[], body.as_bytes())
    };
    let (first, called) = (asked(), door());
    assert_eq!((first.status, called.json()["success"].as_bool()), (200, Some(true)));
    let down = json!({ "method": "GET", "times": 1000, "action": { "type": "respond", "status": 503, "body": "down" } });
    api.admin("POST", "/faults", &down);
    let stale = asked();
    assert_eq!((stale.status, &stale.text), (200, &first.text));
    assert_eq!(stale.header("cache-status"), "sonoran-gateway; fwd=stale; detail=stale-if-error");
    assert!(!stale.header("age").is_empty());
    assert_eq!(door().json()["data"], called.json()["data"]);
    assert_eq!(api.get(COMMUNITY).status, 503, "nothing of it was kept");
    api.admin("DELETE", "/faults", &json!(null));
    assert_eq!(asked().header("cache-status"), "");
}

#[test]
fn calls_at_the_door_are_kept_too() {
    let api = Api::with(|settings| settings.cache = "getAccountV2=600".parse().unwrap());
    let door = |options: &str| {
        let body = format!(r#"{{"arguments":["{ACCOUNT}"]{options}}}"#);
        api.send("POST", "/_gateway/call/getAccountV2", &[], body.as_bytes())
    };
    let first = door("");
    let kept = door("");
    assert_eq!((&kept.text, kept.header("cache-status")), (&first.text, "sonoran-gateway; hit"));
    assert_eq!(api.journal("").len(), 1);
    rename(&api);
    assert_eq!(door("").json()["data"]["accName"], "Alex");
}

#[test]
fn whoever_was_refused_later_or_was_written_of_is_not_let_in_by_an_old_answer() {
    let api = Api::with(|settings| settings.stale_if_error = "getAccountV2=3600".parse().unwrap());
    let fault = |status: u16| {
        api.admin("DELETE", "/faults", &json!(null));
        let action = json!({ "type": "respond", "status": status, "body": "{}" });
        api.admin("POST", "/faults", &json!({ "method": "GET", "times": 1000, "action": action }));
    };
    let door = || {
        let body = json!({ "arguments": [ACCOUNT], "options": { "retries": 0 } }).to_string();
        let called = api.send("POST", "/_gateway/call/getAccountV2", &[], body.as_bytes()).json();
        called["success"].as_bool().unwrap()
    };
    let asked = || (api.get(&account()).status, door());
    assert_eq!(asked(), (200, true));
    fault(503);
    assert_eq!(asked(), (200, true));
    // Neither a 501 nor a 429 is a failure that it stands in for (RFC 5861), and neither ends it.
    fault(501);
    assert_eq!(asked(), (501, false));
    fault(503);
    assert_eq!(asked(), (200, true));
    fault(400);
    assert_eq!(asked(), (400, false));
    fault(503);
    assert_eq!(asked(), (503, false), "it was refused since");
    api.admin("DELETE", "/faults", &json!(null));
    assert_eq!(asked(), (200, true));
    rename(&api);
    fault(503);
    assert_eq!(asked(), (503, false), "it was written since");
}

#[test]
fn no_slot_in_time_brings_nothing_kept_back() {
    let api = Api::with(|settings| {
        settings.stale_if_error = "getAccountV2=3600".parse().unwrap();
        settings.ceilings = "getAccountV2=2".parse().unwrap();
        settings.max_wait = Duration::ZERO;
    });
    let door = || {
        let body = json!({ "arguments": [ACCOUNT] }).to_string();
        api.send("POST", "/_gateway/call/getAccountV2", &[], body.as_bytes()).json()
    };
    assert_eq!((api.get(&account()).status, door()["success"].as_bool()), (200, Some(true)));
    assert_eq!(api.get(&account()).refusal().0, 429);
    assert_eq!(door()["error"]["kind"], "rateLimited");
    assert_eq!(api.journal("").len(), 2);
}
