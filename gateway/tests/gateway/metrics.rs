//! What Prometheus reads.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::json;
use sonoran_gateway::{Credential, new_token};

use crate::client::{ACCOUNT, Answer, Api, until};

const METRICS: &str = "/_gateway/metrics";

/// The numbers by what stands before them, without the program's name.
fn numbers(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    assert!(answer.text.ends_with("# EOF\n"));
    let lines = answer.text.lines().filter(|line| !line.starts_with('#'));
    let split = lines.map(|line| line.rsplit_once(' ').expect("a number"));
    split.map(|(name, number)| (name.replacen("sonoran_gateway_", "", 1), number.to_owned())).collect()
}

#[test]
fn requests_are_counted_by_what_became_of_them() {
    let api = Api::with(|settings| {
        settings.max_wait = Duration::ZERO;
        settings.rate_window = Duration::from_secs(600);
    });
    assert_eq!(api.get("/v2/community").status, 200);
    assert_eq!(api.get("/v2/community").status, 200);
    assert_eq!(api.get("/v2/community/accounts/11111111-2222-3333-4444-555555555555").status, 404);
    assert_eq!(api.get(&format!("/v2/community/accounts/{ACCOUNT}")).status, 200);
    assert_eq!(api.get("/nowhere").status, 404);
    let call = json!({ "arguments": ["11111111-2222-3333-4444-555555555555"] }).to_string();
    assert_eq!(api.send("POST", "/_gateway/call/getAccountV2", &[], call.as_bytes()).status, 200);
    api.admin("POST", "/faults", &json!({ "method": "PATCH", "action": { "type": "close" } }));
    let path = format!("/v2/community/accounts/{ACCOUNT}/name");
    assert_eq!(api.send("PATCH", &path, &[], br#"{"newName":"Alex"}"#).status, 502);
    let told = numbers(&api.get(METRICS));
    for (name, number) in [
        (
            r#"requests_total{operation="getCommunityV2",status="200",outcome="answered",saved="",caller=""}"#,
            "2",
        ),
        (
            r#"requests_total{operation="getAccountV2",status="200",outcome="answered",saved="",caller=""}"#,
            "1",
        ),
        // A call at the door counts by what the service said.
        (
            r#"requests_total{operation="getAccountV2",status="404",outcome="answered",saved="",caller=""}"#,
            "2",
        ),
        (
            r#"requests_total{operation="setAccountNameV2",status="502",outcome="failed",saved="",caller=""}"#,
            "1",
        ),
        (r#"requests_total{operation="",status="404",outcome="refused",saved="",caller=""}"#, "1"),
        (r#"attempts_total{operation="getAccountV2"}"#, "3"),
        (r#"duration_seconds_count{operation="getCommunityV2"}"#, "2"),
        (r#"waited_seconds_bucket{le="60.0",operation="getCommunityV2"}"#, "2"),
        // This one itself.
        ("under_way", "1"),
        (r#"waiting{operation="v1"}"#, "0"),
    ] {
        assert_eq!(told.get(name).map(String::as_str), Some(number), "{name} in {told:#?}");
    }
    let slots =
        |name: &str| told[&format!(r#"{name}{{operation="getCommunityV2"}}"#)].parse::<u32>().unwrap();
    assert_eq!(slots("slots_free"), slots("slots_limit") - 2);
    let later = numbers(&api.get(METRICS));
    assert_eq!(
        later[r#"requests_total{operation="",status="200",outcome="served",saved="",caller=""}"#],
        "1"
    );
}

#[test]
fn what_was_sent_is_counted_also_where_nobody_waits_for_it_any_more() {
    let api = Api::new();
    api.admin("POST", "/faults", &json!({ "method": "GET", "times": 1, "delay": 600_000 }));
    let waits = api.wrote(b"GET /v2/community HTTP/1.1\r\nHost: localhost\r\n\r\n");
    api.wait_for("?outcome=pending");
    drop(waits);
    let left = r#"requests_total{operation="getCommunityV2",status="",outcome="left",saved="",caller=""}"#;
    let told = until(|| Some(numbers(&api.get(METRICS))).filter(|told| told.contains_key(left)));
    assert_eq!(told[r#"attempts_total{operation="getCommunityV2"}"#], "1");
}

#[test]
fn a_token_must_allow_them() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (token, lines) = new_token("prometheus", &["metrics".to_owned()]).unwrap();
    fs::write(file.path(), lines.replace("metrics", "read")).unwrap();
    let api = Api::with(|settings| settings.tokens_file = Some(file.path().to_owned()));
    let header = format!("Authorization: Bearer {token}");
    let asked = |headers: &[&str]| api.send("GET", METRICS, headers, b"");
    assert_eq!(asked(&[]).refusal().0, 401);
    assert!(asked(&[&header]).refusal().1.starts_with("prometheus may not see metrics"));
    fs::write(file.path(), lines).unwrap();
    api.gateway.reload();
    let told = numbers(&asked(&[&header]));
    assert_eq!(
        told[r#"requests_total{operation="",status="403",outcome="refused",saved="",caller="prometheus"}"#],
        "1"
    );
    assert_eq!(api.send("GET", "/v2/community", &[&header], b"").refusal().0, 403);
}

#[test]
fn with_keys_of_the_callers_they_are_for_this_machine() {
    let passed = |by_proxy| {
        Api::with(|settings| {
            settings.credential = Credential::PassedThrough;
            settings.tls_by_proxy = by_proxy;
        })
    };
    assert!(!numbers(&passed(false).get(METRICS)).contains_key(r#"waiting{operation="v1"}"#));
    assert_eq!(passed(true).get(METRICS).refusal().0, 403);
}

#[test]
fn whoever_stands_in_line_is_counted_in_whichever_form_it_came_and_whoever_could_not_wait_so_long_is_not() {
    let window = Duration::from_secs(600);
    let api = Api::with(|settings| {
        settings.ceilings = "getCommunityV2=1".parse().unwrap();
        settings.rate_window = window;
        // Longer than until the second slot, but not until the third.
        settings.max_wait = window + window / 2;
    });
    assert_eq!(api.get("/v2/community").status, 200);
    let read = b"GET /v2/community HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let call = b"POST /_gateway/call/getCommunityV2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    let read = api.wrote(read);
    api.wait_for_line("getCommunityV2", 1);
    // It would have its slot after two windows.
    let refused = api.send("POST", "/_gateway/call/getCommunityV2", &[], b"").json();
    assert_eq!(refused["error"]["kind"], "rateLimited", "{refused}");
    assert!(api.get(METRICS).text.contains("waiting{operation=\"getCommunityV2\"} 1\n"));
    drop(read);
    api.wait_for_line("getCommunityV2", 0);
    let longer = Api::with(|settings| {
        settings.ceilings = "getCommunityV2=1".parse().unwrap();
        settings.rate_window = window;
        settings.max_wait = 4 * window;
    });
    assert_eq!(longer.get("/v2/community").status, 200);
    let _both = [longer.wrote(b"GET /v2/community HTTP/1.1\r\nHost: localhost\r\n\r\n"), longer.wrote(call)];
    longer.wait_for_line("getCommunityV2", 2);
}
