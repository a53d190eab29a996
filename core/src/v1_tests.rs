use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::attempt::Attempt;
use crate::request::prepare;
use crate::{Argument, CallOptions, Location, Method, Parameter, Wire, response};

const fn operation(data: DataShape, result: ResultForm, payload: Payload) -> Operation {
    Operation {
        name: "test",
        group: "test",
        method: Method::Post,
        path: "/general/test",
        arguments: &["serverId", "note", "points", "state", "payload"],
        parameters: &[
            Parameter {
                name: "serverId",
                field: "serverId",
                kind: Kind::Integer,
                location: Location::Data,
                default_server: true,
                required: false,
            },
            Parameter {
                name: "note",
                field: "note",
                kind: Kind::Text,
                location: Location::Data,
                default_server: false,
                required: false,
            },
            Parameter {
                name: "points",
                field: "points",
                kind: Kind::Number,
                location: Location::Data,
                default_server: false,
                required: true,
            },
            Parameter {
                name: "state",
                field: "state",
                kind: Kind::Boolean,
                location: Location::Data,
                default_server: false,
                required: false,
            },
        ],
        payload,
        ceiling: 60,
        success: 200,
        repeatable: false,
        wire: Wire::V1(V1 { request_type: "TEST", data, result, at_least_one_of: &["accId", "apiId"] }),
    }
}

const DATA: Payload = Payload::Data { required: false, default_server: false };
static WRAPPED: Operation = operation(DataShape::ObjectInArray, ResultForm::Json, DATA);
static BARE: Operation = operation(DataShape::Object, ResultForm::Member("data"), DATA);
static TEXT: Operation = operation(DataShape::Object, ResultForm::Text, DATA);
static NUMBER: Operation = operation(DataShape::Object, ResultForm::Number, DATA);
static LIST: Operation =
    Operation { parameters: &[], ..operation(DataShape::List, ResultForm::Json, Payload::List) };
static NOTHING: Operation =
    Operation { parameters: &[], ..operation(DataShape::Nothing, ResultForm::Json, Payload::None) };

fn sent(
    operation: &'static Operation,
    arguments: &[Argument],
    payload: Option<&str>,
) -> Result<Value, String> {
    let call = Call {
        operation,
        arguments: arguments.to_vec(),
        payload: payload.map(str::to_owned),
        options: CallOptions::default(),
    };
    let caller = Caller { community_id: "COMMUNITY", api_key: "KEY", default_server: 7 };
    let request = prepare(&call, caller).map_err(|error| error.to_string())?;
    assert!(!request.key_in_header);
    Ok(serde_json::from_slice(&request.body.unwrap()).unwrap())
}

fn got(operation: &'static Operation, status: u16, content_type: &str, body: &[u8]) -> Response {
    let reply = Reply {
        status,
        body: Bytes::copy_from_slice(body),
        content_type: content_type.to_owned(),
        retry_after: None,
        request_id: None,
    };
    response::decode(operation, Attempt::Answered(reply), 1, false)
}

fn data(operation: &'static Operation, content_type: &str, body: &str) -> Value {
    let response = got(operation, 200, content_type, body.as_bytes());
    assert!(response.success, "{:?}", response.reason);
    serde_json::from_str(response.data.as_ref().map_or("null", |data| data.get())).unwrap()
}

#[test]
fn arguments_and_payload_become_one_object() {
    let arguments = [Argument::Missing, "x".into(), 5.into(), true.into()];
    let data = json!({ "accId": "a", "note": "x", "points": 5, "serverId": 7, "state": true, "more": [1], "apiId": null });
    let payload = Some(r#"{"accId":"a","more":[1],"apiId":null}"#);
    let envelope = |data| json!({ "id": "COMMUNITY", "key": "KEY", "type": "TEST", "data": data });
    assert_eq!(sent(&WRAPPED, &arguments, payload).unwrap(), envelope(json!([data])));
    assert_eq!(sent(&BARE, &arguments, payload).unwrap(), envelope(data));
    assert_eq!(sent(&NOTHING, &[], None).unwrap(), envelope(json!([])));
    assert_eq!(sent(&LIST, &[], Some(r#"[{"id":1}]"#)).unwrap(), envelope(json!([{ "id": 1 }])));
}

#[test]
fn numbers_keep_their_form() {
    let fraction = sent(&BARE, &[1.into(), Argument::Missing, 2.5.into()], Some(r#"{"accId":"a"}"#)).unwrap();
    assert_eq!(fraction["data"], json!({ "accId": "a", "points": 2.5, "serverId": 1 }));
}

#[test]
fn misuse_is_refused() {
    let problem =
        |operation, arguments: &[Argument], payload| sent(operation, arguments, payload).unwrap_err();
    let points = [Argument::Missing, Argument::Missing, 5.into()];
    assert!(problem(&BARE, &[], Some(r#"{"accId":"a"}"#)).starts_with("points is required"));
    assert!(problem(&BARE, &points, None).contains("at least one of accId, apiId"));
    assert!(problem(&BARE, &points, Some(r#"{"accId":"","apiId":null}"#)).contains("at least one of"));
    assert!(problem(&BARE, &points, Some("[]")).contains("an object of fields, not a list"));
    assert!(problem(&LIST, &[], None).contains("is required"));
    assert!(problem(&LIST, &[], Some("[]")).contains("at least one entry"));
    assert!(problem(&LIST, &[], Some("[1]")).contains("a list of objects"));
    assert!(problem(&NOTHING, &[], Some("{}")).contains("not taken"));
    assert!(
        problem(&BARE, &[true.into()], Some("{}"))
            .contains("serverId must be text or a whole number, not a boolean")
    );
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
    assert_eq!(kind(&TEXT, "text/plain", b""), ErrorKind::InvalidResponse);
    assert_eq!(kind(&BARE, "application/json", b"[1]"), ErrorKind::InvalidResponse);
    assert_eq!(got(&TEXT, 302, "", b"").error.unwrap().kind, ErrorKind::InvalidResponse);
}

#[test]
fn error_texts_and_their_kinds() {
    for (text, kind) in KINDS {
        let response = got(&TEXT, 400, "text/plain", text.as_bytes());
        assert_eq!((response.reason.as_deref(), response.error.unwrap().kind), (Some(text), kind));
    }
    let response =
        got(&TEXT, 400, "application/json", br#"{"status":400,"message":"NOT ALLOWED ON WHITELIST"}"#);
    assert_eq!(response.reason.as_deref(), Some("NOT ALLOWED ON WHITELIST"));
    assert_eq!(response.error.unwrap().kind, ErrorKind::Api);
    assert_eq!(got(&TEXT, 500, "", b"").error.unwrap().kind, ErrorKind::Api);
}

#[test]
fn a_block_without_an_end_lasts_a_minute_here() {
    let response = got(&TEXT, 429, "text/plain", b"RATE LIMITED");
    let failure = response.error.unwrap();
    assert_eq!((failure.kind, failure.retry_after), (ErrorKind::RateLimited, Some(FREEZE)));
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
