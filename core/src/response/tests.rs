use bytes::Bytes;
use http::HeaderMap;
use proptest::prelude::*;

use serde_json::Value;

use super::*;
use crate::attempt::Reply;
use crate::limit::Alone;
use crate::{Method, Payload};

pub(super) static WRITE: Operation = Operation {
    name: "write",
    group: "test",
    method: Method::Post,
    path: "/",
    arguments: &[],
    parameters: &[],
    payload: Payload::None,
    known: &[],
    ceiling: 1,
    success: 201,
    repeatable: false,
    paged: None,
    wire: Wire::V2,
};

pub(super) const ONCE: Course = Course { attempts: 1, waited: Duration::ZERO, outcome_unknown: false };

fn response(status: u16, content_type: &str, body: &str) -> Response {
    decode(&WRITE, Attempt::Answered(reply(status, content_type, body)), ONCE)
}

pub(super) fn reply(status: u16, content_type: &str, body: &str) -> Reply {
    Reply {
        status,
        body: Bytes::copy_from_slice(body.as_bytes()),
        content_type: content_type.to_owned(),
        retry_after: None,
        left: None,
        request_id: Some("request-1".to_owned()),
        headers: HeaderMap::new(),
    }
}

fn json(status: u16, body: &str) -> Response {
    response(status, "application/json", body)
}

fn kind(response: &Response) -> ErrorKind {
    response.error.as_ref().unwrap().kind
}

#[test]
fn an_envelope() {
    let got = json(201, r#"{"success":true,"data":[1, {"new":2}],"meta":{"path":"/"},"more":0}"#);
    assert!(got.success && got.error.is_none() && got.reason.is_none());
    assert_eq!(got.data.unwrap().get(), r#"[1, {"new":2}]"#);
    assert_eq!(got.meta.unwrap().get(), r#"{"path":"/"}"#);
}

#[test]
fn envelopes_that_lack_something() {
    for body in [r#"{"success":true}"#, r#"{"data":null}"#, r#"{"success":true,"data":null,"meta":null}"#] {
        let got = json(200, body);
        assert!(got.success && got.data.is_none() && got.meta.is_none(), "{body}");
    }
    assert_eq!(response(200, "", r#"{"data":5}"#).typed().unwrap(), Some(Value::from(5)));
}

#[test]
fn no_content_with_and_without_a_stray_body() {
    for body in ["", "stray"] {
        let got = json(204, body);
        assert!(got.success && got.data.is_none());
    }
}

#[test]
fn a_success_that_says_it_is_none() {
    let got = json(200, r#"{"success":false,"message":"No such thing."}"#);
    assert_eq!((got.success, got.status, kind(&got)), (false, Some(200), ErrorKind::Api));
    assert_eq!(got.reason.unwrap(), "No such thing.");
    for said in [r#""false""#, r#""False""#, "0"] {
        let got = json(200, &format!(r#"{{"success":{said},"data":{{}}}}"#));
        assert_eq!((got.success, kind(&got)), (false, ErrorKind::Api), "{said}");
    }
    for said in ["true", r#""true""#, "1", "null"] {
        assert!(json(200, &format!(r#"{{"success":{said},"data":{{}}}}"#)).success, "{said}");
    }
}

#[test]
fn an_error_in_the_place_of_success_is_none() {
    let got = json(200, r#"{"error":"Not today.","data":{}}"#);
    assert_eq!((got.success, kind(&got), got.reason.as_deref()), (false, ErrorKind::Api, Some("Not today.")));
    for body in [r#"{"success":true,"error":"x","data":{}}"#, r#"{"error":null,"data":{}}"#] {
        assert!(json(200, body).success, "{body}");
    }
}

#[test]
fn a_mark_of_the_byte_order_is_let_pass() {
    assert_eq!(json(200, "\u{feff}{\"data\":5}").data.unwrap().get(), "5");
    assert_eq!(json(404, "\u{feff}{\"detail\":\"Gone.\"}").reason.as_deref(), Some("Gone."));
}

#[test]
fn answers_that_are_not_this_apis() {
    for body in
        ["", "OK", "{", "[]", "5", r#"{"other":1}"#, r#"{"success":"perhaps","data":1}"#, "<html>", "[true]"]
    {
        let got = json(200, body);
        assert_eq!((got.success, kind(&got)), (false, ErrorKind::InvalidResponse), "{body}");
        assert!(got.error.unwrap().outcome_unknown);
    }
    assert_eq!(kind(&json(302, "")), ErrorKind::InvalidResponse);
}

#[test]
fn a_problem_document_with_extensions() {
    let body = r#"{"title":"Bad Request","status":400,"detail":"points must be a number","errors":[{"field":"points"}]}"#;
    let got = response(400, "application/problem+json", body);
    assert_eq!(got.reason.as_deref(), Some("points must be a number"));
    let failure = got.error.unwrap();
    assert_eq!(failure.problem.unwrap().get(), body);
    assert_eq!((failure.operation, failure.request_id.as_deref()), ("write", Some("request-1")));
}

#[test]
fn a_key_that_the_service_repeats_is_taken_out() {
    let got = json(401, r#"{"detail":"no such key: S3CRET","title":"T","key":"S3CRET"}"#).printable("S3CRET");
    assert_eq!(got.reason.as_deref(), Some("no such key: [hidden]"));
    assert!(!got.to_json().contains("S3CRET"));
    assert_eq!(got.error.unwrap().problem.unwrap().get().matches("[hidden]").count(), 2);
    let data = json(200, r#"{"success":true,"data":"S3CRET"}"#).printable("S3CRET");
    assert_eq!(data.data.unwrap().get(), r#""S3CRET""#);
}

#[test]
fn kinds_by_status() {
    let kinds = [
        (401, ErrorKind::Auth),
        (403, ErrorKind::Auth),
        (404, ErrorKind::NotFound),
        (429, ErrorKind::RateLimited),
        (400, ErrorKind::Api),
        (408, ErrorKind::Api),
        (501, ErrorKind::Api),
        (505, ErrorKind::Api),
        (519, ErrorKind::Api),
        (531, ErrorKind::Api),
    ];
    for (status, expected) in kinds {
        assert_eq!(kind(&json(status, "{}")), expected, "{status}");
    }
    for status in [500, 502, 503, 504].into_iter().chain(520..=530) {
        for body in ["{}", "", "<html>", "INVALID API KEY", r#"{"detail":"NOT ALLOWED ON WHITELIST"}"#] {
            let got = json(status, body);
            assert_eq!(
                (kind(&got), got.error.unwrap().refusal),
                (ErrorKind::Unavailable, None),
                "{status} {body}"
            );
        }
    }
}

#[test]
fn the_reason_is_the_most_telling_text() {
    let reason = |body: &str| json(400, body).reason.unwrap();
    assert_eq!(reason(r#"{"detail":7,"message":"M","title":"T"}"#), "M");
    assert_eq!(reason(r#"{"detail":"  ","title":"T"}"#), "T");
    assert_eq!(reason("INVALID API KEY"), "INVALID API KEY");
    assert!(reason("").contains("status 400"));
    assert!(reason("{}").contains("{}"));
}

#[test]
fn a_reason_is_short_and_never_cut_within_the_key() {
    let reason = |body: &str, key| json(400, body).printable(key).reason.unwrap();
    assert_eq!(reason(&"ä".repeat(512), "K"), "ä".repeat(512));
    assert_eq!(reason(&format!("x{}", "ä".repeat(5000)), "K"), format!("x{}…", "ä".repeat(511)));
    let key = "S3CRET-AND-LONG";
    for before in 1000..1030 {
        let reason = reason(&format!("{}{key}{}", "x".repeat(before), "y".repeat(100)), key);
        assert!(!reason.contains("S3C"), "{reason}");
    }
}

#[test]
fn a_page_that_repeats_the_key_gives_its_title_without_it() {
    for before in 0..100 {
        let page =
            format!("<title>{} S3CRET-AND-LONG &amp; more</title>S3CRET-AND-LONG", "word ".repeat(before));
        for status in [200, 400, 401, 403, 429, 502] {
            let got = response(status, "text/html", &page).printable("S3CRET-AND-LONG").to_json();
            assert!(!got.contains("S3C"), "{status} {got}");
        }
    }
}

#[test]
fn ids_are_the_headers_or_the_documents() {
    let body = r#"{"detail":"D","traceId":"00-abc-01","request_id":"kong-1"}"#;
    let got = json(400, body);
    let failure = got.error.unwrap();
    assert_eq!(
        (got.request_id.as_deref(), failure.request_id.as_deref()),
        (Some("request-1"), Some("request-1"))
    );
    assert_eq!(failure.trace_id.as_deref(), Some("00-abc-01"));
    let without = |body: &str| {
        let reply = Reply { request_id: None, ..reply(429, "", body) };
        let got = decode(&WRITE, Attempt::Answered(reply), ONCE);
        assert_eq!(got.request_id, got.error.unwrap().request_id);
        got.request_id
    };
    assert_eq!(without(body).as_deref(), Some("kong-1"));
    assert_eq!(without(r#"{"ray_id":"9d99"}"#).as_deref(), Some("9d99"));
    assert_eq!(without(r#"{"request_id":5}"#), None);
    let key = json(400, r#"{"traceId":"00-S3CRET"}"#).printable("S3CRET");
    assert_eq!(key.error.unwrap().trace_id.as_deref(), Some("00-[hidden]"));
}

#[test]
fn what_a_call_took_stands_on_every_response() {
    let course = Course { attempts: 3, waited: Duration::from_millis(1500), outcome_unknown: false };
    for status in [200, 204, 400, 503] {
        let got = decode(&WRITE, Attempt::Answered(reply(status, "", r#"{"data":1}"#)), course);
        assert_eq!(
            (got.attempts, got.waited, got.request_id.as_deref()),
            (3, course.waited, Some("request-1"))
        );
        let told: Value = serde_json::from_str(&got.to_json()).unwrap();
        assert_eq!((&told["attempts"], &told["waited"]), (&Value::from(3), &Value::from(1.5)), "{status}");
        assert_eq!(told["requestId"], "request-1");
    }
    let wait = Duration::from_secs(9);
    let unshared = |alone| limited(&WRITE, &Refused { retry_after: wait, alone }, course);
    let got = unshared(None);
    assert_eq!((got.attempts, got.waited, got.request_id), (3, course.waited, None));
    assert_eq!(got.error.unwrap().retry_after, Some(wait));
    // Where nobody knows when it is over, nobody is told to come back.
    for (is_known, retry_after) in [(true, Some(wait)), (false, None)] {
        let got = unshared(Some(Alone { why: "/f is gone; nothing is sent".to_owned(), is_known }));
        assert_eq!(got.error.unwrap().retry_after, retry_after);
        assert!(got.reason.unwrap().ends_with("with other processes: /f is gone; nothing is sent."));
    }
}

#[test]
fn who_refuses_401_and_403() {
    let page = "<title>Access denied | x &amp; y</title><body>Ray 1</body>";
    let edge =
        r#"{"cloudflare_error":true,"title":"Error 1020: Access denied","ray_id":"9d99","status":403}"#;
    for (status, content_type, body, expected) in [
        (403, "text/html", page, ErrorKind::Blocked),
        (401, "text/html", page, ErrorKind::Blocked),
        (403, "text/html", "Blocked", ErrorKind::Blocked),
        (403, "", page, ErrorKind::Blocked),
        (403, "text/plain", "error code: 1020", ErrorKind::Blocked),
        (403, "text/plain", "Forbidden", ErrorKind::Blocked),
        (403, "application/json", edge, ErrorKind::Blocked),
        (403, "application/json", r#"{"message":"You cannot consume this service"}"#, ErrorKind::Auth),
        (401, "application/json", r#"{"message":"Unauthorized","request_id":"x"}"#, ErrorKind::Auth),
        (403, "text/html", r#"{"detail":"Not for this key"}"#, ErrorKind::Auth),
        (403, "text/html", "INVALID API KEY", ErrorKind::Auth),
        (401, "", "", ErrorKind::Auth),
        (403, "", "", ErrorKind::Auth),
        (401, "text/plain", "Unauthorized", ErrorKind::Auth),
    ] {
        let got = response(status, content_type, body);
        assert_eq!(kind(&got), expected, "{status} {content_type} {body}");
        if expected == ErrorKind::Blocked {
            let reason = got.reason.unwrap();
            assert!(reason.starts_with("A firewall before the service refuses this machine"), "{reason}");
            assert!(
                reason.ends_with("ask the service's support, naming the request id request-1."),
                "{reason}"
            );
            assert!(!reason.contains('<') && !reason.contains("Ray"), "{reason}");
        }
    }
    assert!(response(403, "text/html", page).reason.unwrap().contains("\"Access denied | x & y\""));
    assert!(json(403, edge).reason.unwrap().contains("(status 403, Error 1020: Access denied)"));
}

#[test]
fn a_foreign_text_is_told_in_one_clean_line() {
    let text = format!("denied by <b>{}</b>\n{}", "rule ".repeat(3), "and more ".repeat(900));
    let reason = response(403, "text/plain", &text).reason.unwrap();
    assert!(reason.contains("denied by rule rule rule and more") && reason.len() < 400, "{reason}");
    assert!(!reason.contains(['<', '\n']), "{reason}");
}

#[test]
fn a_429_as_a_page_lasts_a_minute() {
    let page = "<title>Error 1015</title>";
    let got = response(429, "text/html", page);
    let reason = got.reason.as_deref().unwrap();
    assert!(
        reason.contains("firewall") && reason.contains("\"Error 1015\"") && reason.contains("minute"),
        "{reason}"
    );
    assert_eq!(
        (kind(&got), got.error.unwrap().retry_after),
        (ErrorKind::RateLimited, Some(Duration::from_secs(60)))
    );
    let told = Reply { retry_after: Some(Duration::from_secs(7)), ..reply(429, "text/html", page) };
    let got = decode(&WRITE, Attempt::Answered(told), ONCE);
    assert_eq!(got.error.unwrap().retry_after, Some(Duration::from_secs(7)));
    assert_eq!(got.reason.unwrap(), "The server answered with status 429 and a web page \"Error 1015\".");
    let plain = response(429, "text/plain", "Slow down").error.unwrap();
    assert_eq!(plain.retry_after, None);
}

#[test]
fn documented_refusals_are_known_wherever_they_stand() {
    for (text, (refusal, kind)) in refusal::TEXTS {
        for body in [
            text.to_owned(),
            format!(" {}\n", text.to_lowercase()),
            format!(r#"{{"detail":"{text}","title":"Bad Request"}}"#),
            format!(r#"{{"message":"{text}"}}"#),
            format!(r#"{{"title":"{text}","detail":"Something longer"}}"#),
        ] {
            let failure = response(400, "", &body).error.unwrap();
            assert_eq!((failure.refusal, failure.kind), (refusal, kind.unwrap_or(ErrorKind::Api)), "{body}");
            for status in [429, 503] {
                assert_eq!(response(status, "", &body).error.unwrap().refusal, None, "{status} {body}");
            }
        }
        assert_eq!(
            json(200, &format!(r#"{{"success":false,"reason":"{text}"}}"#)).error.unwrap().refusal,
            refusal
        );
    }
    assert_eq!(json(404, r#"{"detail":"UNKNOWN_ACC_API_ID"}"#).error.unwrap().kind, ErrorKind::NotFound);
    for none in ["NOT ALLOWED", "The NOT ALLOWED ON WHITELIST", "<title>NOT ALLOWED ON WHITELIST</title>"] {
        assert_eq!(response(400, "", none).error.unwrap().refusal, None, "{none}");
    }
}

#[test]
fn a_web_page_is_known_by_its_type_or_by_its_first_sign() {
    for (content_type, body) in [
        ("text/html", "Blocked"),
        ("Text/HTML; charset=utf-8", "Blocked"),
        ("application/xhtml+xml", ""),
        ("", "<p>Blocked"),
        ("text/plain", " <p>"),
        ("application/json", "\u{feff}<p>"),
    ] {
        for status in [200, 400, 403, 429, 502] {
            let reason = response(status, content_type, body).reason.unwrap();
            assert!(!reason.contains("Blocked") && !reason.contains('<'), "{reason}");
        }
        assert!(response(403, content_type, body).reason.unwrap().contains("web page"), "{body}");
    }
}

#[test]
fn the_whole_response_as_json() {
    let mut got = json(429, r#"{"title":"Too Many Requests"}"#);
    got.error.as_mut().unwrap().retry_after = Some(Duration::from_millis(1500));
    let value: Value = serde_json::from_str(&got.to_json()).unwrap();
    assert_eq!(value["error"]["retryAfter"], 1.5);
    assert_eq!(value["error"]["kind"], "rateLimited");
    assert_eq!(value["error"]["outcomeUnknown"], false);
    assert_eq!(value["data"], Value::Null);
    assert!(
        got.into_result()
            .unwrap_err()
            .to_string()
            .contains("write: Too Many Requests (rateLimited, status 429, request request-1)")
    );
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in 100u16..600, body in any::<Vec<u8>>(), content_type in any::<String>()) {
        let reply = Reply { status, body: body.into(), content_type, retry_after: None, left: None, request_id: None, headers: HeaderMap::new() };
        let got = decode(&WRITE, Attempt::Answered(reply), ONCE);
        prop_assert_eq!(got.success, got.error.is_none());
        prop_assert!(serde_json::from_str::<Value>(&got.to_json()).is_ok());
    }
}

#[test]
fn a_key_that_is_repeated_with_escapes_is_hidden_too() {
    let key = "ab/CD+ef==";
    for written in [r"ab\/CD+ef==", r"ab/CD\u002Bef=="] {
        let body =
            format!(r#"{{"detail":"bad {written}","more":[{{"{written}":"x {written}"}}],"status":400}}"#);
        let got = json(400, &body).printable(key);
        assert_eq!(got.reason.as_deref(), Some("bad [hidden]"));
        let problem = got.error.unwrap().problem.unwrap();
        assert_eq!(
            problem.get(),
            r#"{"detail":"bad [hidden]","more":[{"[hidden]":"x [hidden]"}],"status":400}"#
        );
        let quoted = json(200, &format!(r#"{{"x":"{written}"}}"#)).printable(key).reason.unwrap();
        assert!(!quoted.contains(written), "{quoted}");
    }
    // A short one damages nothing but the texts that hold it.
    let got = json(400, r#"{"detail":"40 of 40","status":400}"#).printable("40");
    assert_eq!(
        got.error.unwrap().problem.unwrap().get(),
        r#"{"detail":"[hidden] of [hidden]","status":400}"#
    );
}

#[test]
fn an_answer_that_can_not_be_read_is_quoted_in_a_short_line() {
    let told = |body: &str| json(200, body).printable("KEY").reason.unwrap();
    let long = format!("{{\n\t\"page\": \u{1b}[1mKEY\r\n{}", "ä ".repeat(3000));
    let line = told(&long);
    assert!(line.ends_with('…') && line.len() <= 260 && !line.contains(char::is_control), "{line:?}");
    assert!(line.contains("{ \"page\": [1m[hidden] ä ä"), "{line}");
    assert!(told(&"x".repeat(3000)).ends_with("xxx…"));
    assert_eq!(told("a\n b"), told("a b"));
}
