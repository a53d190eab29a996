use bytes::Bytes;
use proptest::prelude::*;

use serde_json::Value;

use super::*;
use crate::attempt::Reply;
use crate::{Method, Payload};

static WRITE: Operation = Operation {
    name: "write",
    group: "test",
    method: Method::Post,
    path: "/",
    arguments: &[],
    parameters: &[],
    payload: Payload::None,
    ceiling: 1,
    success: 201,
    repeatable: false,
    wire: Wire::V2,
};

fn response(status: u16, content_type: &str, body: &str) -> Response {
    let reply = Reply {
        status,
        body: Bytes::copy_from_slice(body.as_bytes()),
        content_type: content_type.to_owned(),
        retry_after: None,
        request_id: Some("request-1".to_owned()),
    };
    decode(&WRITE, Attempt::Answered(reply), 1, false)
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
}

#[test]
fn answers_that_are_not_this_apis() {
    for body in ["", "OK", "{", "[]", "5", r#"{"other":1}"#, "<html>", "[true]"] {
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
    let got = json(401, r#"{"detail":"no such key: S3CRET","title":"T","key":"S3CRET"}"#).hiding("S3CRET");
    assert_eq!(got.reason.as_deref(), Some("no such key: [hidden]"));
    assert!(!got.to_json().contains("S3CRET"));
    assert_eq!(got.error.unwrap().problem.unwrap().get().matches("[hidden]").count(), 2);
    let data = json(200, r#"{"success":true,"data":"S3CRET"}"#).hiding("S3CRET");
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
        (500, ErrorKind::Api),
    ];
    for (status, expected) in kinds {
        assert_eq!(kind(&json(status, "{}")), expected, "{status}");
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
    assert!(
        response(502, "text/html; charset=utf-8", "<h1>Bad gateway</h1>")
            .reason
            .unwrap()
            .contains("web page")
    );
    assert_eq!(reason(&"ä".repeat(512)), "ä".repeat(512));
    assert_eq!(reason(&format!("x{}", "ä".repeat(5000))), format!("x{}…", "ä".repeat(511)));
}

#[test]
fn a_web_page_is_known_by_its_type_or_by_its_first_sign() {
    for (content_type, body) in [("text/html", "Blocked"), ("", "<p>Blocked"), ("text/plain", " <p>")] {
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
    assert!(got.into_result().unwrap_err().to_string().contains("write: Too Many Requests (rateLimited)"));
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in 100u16..600, body in any::<Vec<u8>>(), content_type in any::<String>()) {
        let reply = Reply { status, body: body.into(), content_type, retry_after: None, request_id: None };
        let got = decode(&WRITE, Attempt::Answered(reply), 1, false);
        prop_assert_eq!(got.success, got.error.is_none());
        prop_assert!(serde_json::from_str::<Value>(&got.to_json()).is_ok());
    }
}
