use bytes::Bytes;
use http::HeaderMap;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::attempt::Reply;
use crate::{DataShape, Method, Payload, ResultForm, V1};

const ONCE: Course = Course { attempts: 1, waited: std::time::Duration::ZERO, outcome_unknown: false };

const fn operation(result: ResultForm) -> Operation {
    Operation {
        name: "test",
        group: "test",
        method: Method::Post,
        path: "/general/test",
        arguments: &[],
        parameters: &[],
        payload: Payload::None,
        known: &[],
        ceiling: 60,
        success: 200,
        repeatable: false,
        paged: None,
        wire: Wire::V1(V1 {
            request_type: "TEST",
            data: DataShape::Nothing,
            result,
            at_least_one_of: &[],
            also_at: &[],
        }),
    }
}

static WRAPPED: Operation = operation(ResultForm::Json);
static BARE: Operation = operation(ResultForm::Member("data"));
static TEXT: Operation = operation(ResultForm::Text);
static NUMBER: Operation = operation(ResultForm::Number);

fn got(operation: &'static Operation, status: u16, content_type: &str, body: &[u8]) -> Response {
    let reply = Reply {
        status,
        body: Bytes::copy_from_slice(body),
        content_type: content_type.to_owned(),
        retry_after: None,
        left: None,
        request_id: None,
        headers: HeaderMap::new(),
    };
    decode(operation, Attempt::Answered(reply), ONCE)
}

fn data(operation: &'static Operation, content_type: &str, body: &str) -> Value {
    let response = got(operation, 200, content_type, body.as_bytes());
    assert!(response.success, "{:?}", response.reason);
    serde_json::from_str(response.data.as_ref().map_or("null", |data| data.get())).unwrap()
}

#[test]
fn a_block_that_says_for_how_long_keeps_its_own_words() {
    let reply = |retry_after| Reply {
        status: 429,
        body: Bytes::from_static(b"SLOW DOWN"),
        content_type: String::new(),
        retry_after,
        left: None,
        request_id: None,
        headers: HeaderMap::new(),
    };
    let told = |wait| decode(&TEXT, Attempt::Answered(reply(wait)), ONCE);
    let wait = std::time::Duration::from_secs(7);
    let known = told(Some(wait));
    assert_eq!((known.reason.as_deref(), known.error.unwrap().retry_after), (Some("SLOW DOWN"), Some(wait)));
    assert!(told(None).reason.unwrap().contains("does not say for how long"));
}

#[test]
fn a_page_is_no_text_whether_its_type_says_so_or_not() {
    for (content_type, body) in [("text/html", "Welcome"), ("text/plain", "<html>"), ("text/html", "<html>")]
    {
        let got = got(&TEXT, 200, content_type, body.as_bytes());
        assert_eq!(got.error.unwrap().kind, ErrorKind::InvalidResponse, "{content_type}: {body}");
    }
}

#[test]
fn results_in_every_form() {
    assert_eq!(data(&TEXT, "text/plain", "ExampleAccount"), json!("ExampleAccount"));
    assert_eq!(data(&TEXT, "application/json", r#""quoted""#), json!("quoted"));
    assert_eq!(data(&NUMBER, "text/plain", "3 - PLUS"), json!(3));
    assert_eq!(data(&NUMBER, "application/json", "5"), json!(5));
    assert_eq!(data(&WRAPPED, "application/json", r#"{"id":1}"#), json!({ "id": 1 }));
    assert_eq!(data(&WRAPPED, "", "[1]"), json!([1]));
    assert_eq!(data(&WRAPPED, "text/plain", "Not Clocked In"), json!("Not Clocked In"));
    assert_eq!(data(&BARE, "application/json", r#"{"success":true,"data":[2]}"#), json!([2]));
}

#[test]
fn what_is_no_result() {
    let kind =
        |operation, content_type, body: &[u8]| got(operation, 200, content_type, body).error.unwrap().kind;
    assert_eq!(kind(&BARE, "application/json", br#"{"success":false,"reason":"no"}"#), ErrorKind::Api);
    assert_eq!(kind(&WRAPPED, "application/json", b"{"), ErrorKind::InvalidResponse);
    assert_eq!(kind(&NUMBER, "text/plain", b"PLUS"), ErrorKind::InvalidResponse);
    assert_eq!(kind(&TEXT, "text/html", b"<html>"), ErrorKind::InvalidResponse);
    let refused = got(&TEXT, 200, "text/plain", br#"{"success":false,"reason":"INVALID API KEY"}"#);
    assert_eq!((refused.success, refused.error.unwrap().kind), (false, ErrorKind::Auth));
    assert!(got(&TEXT, 200, "text/plain", b"{a name}").success);
    assert_eq!(kind(&TEXT, "text/plain", b""), ErrorKind::InvalidResponse);
    assert_eq!(kind(&BARE, "application/json", b"[1]"), ErrorKind::InvalidResponse);
    assert_eq!(got(&TEXT, 302, "", b"").error.unwrap().kind, ErrorKind::InvalidResponse);
}

#[test]
fn error_texts_and_their_kinds() {
    for (text, (refusal, kind)) in refusal::TEXTS {
        let response = got(&TEXT, 400, "text/plain", text.as_bytes());
        let failure = response.error.unwrap();
        assert_eq!((response.reason.as_deref(), failure.refusal), (Some(text), refusal));
        assert_eq!(failure.kind, kind.unwrap_or(ErrorKind::Api));
    }
    let response =
        got(&TEXT, 400, "application/json", br#"{"status":400,"message":"NOT ALLOWED ON WHITELIST"}"#);
    assert_eq!(response.reason.as_deref(), Some("NOT ALLOWED ON WHITELIST"));
    let failure = response.error.unwrap();
    assert_eq!((failure.kind, failure.refusal), (ErrorKind::Api, Some(Refusal::NotWhitelisted)));
    assert_eq!(got(&TEXT, 500, "", b"").error.unwrap().kind, ErrorKind::Unavailable);
    assert_eq!(got(&TEXT, 403, "", b"NOT YOURS").error.unwrap().kind, ErrorKind::Auth);
    assert_eq!(got(&TEXT, 403, "", b"error code: 1020").error.unwrap().kind, ErrorKind::Blocked);
    assert_eq!(got(&TEXT, 403, "text/html", b"NOT YOURS").error.unwrap().kind, ErrorKind::Blocked);
}

#[test]
fn a_block_without_an_end_lasts_a_minute_here() {
    let response = got(&TEXT, 429, "text/plain", b"RATE LIMITED");
    let failure = response.error.unwrap();
    assert_eq!((failure.kind, failure.retry_after), (ErrorKind::RateLimited, Some(crate::attempt::BLOCK)));
    assert!(response.reason.unwrap().contains("for a minute"));
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in 100u16..600, body in any::<Vec<u8>>(), json in any::<bool>()) {
        for operation in [&WRAPPED, &BARE, &TEXT, &NUMBER] {
            let content_type = if json { "application/json" } else { "text/plain" };
            let response = got(operation, status, content_type, &body);
            prop_assert_eq!(response.success, response.error.is_none());
        }
    }
}
