use serde_json::{Value, json};

use super::*;
use crate::{
    Argument, CallOptions, DataShape, Field, Kind, Location, Operation, Parameter, Payload, ResultForm, V1,
};

const fn operation(data: DataShape, payload: Payload) -> Operation {
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
        known: &[],
        ceiling: 60,
        success: 200,
        repeatable: false,
        paged: None,
        wire: Wire::V1(V1 {
            request_type: "TEST",
            data,
            result: ResultForm::Json,
            at_least_one_of: &["accId", "apiId"],
            also_at: &[],
        }),
    }
}

const DATA: Payload = Payload::Data { required: false, default_server: false, text_as: &[] };
static WRAPPED: Operation = operation(DataShape::ObjectInArray, DATA);
static BARE: Operation = operation(DataShape::Object, DATA);
static FILLED: Operation = Operation {
    arguments: &["payload"],
    parameters: &[],
    ..operation(DataShape::Object, Payload::Data { required: true, default_server: true, text_as: &[] })
};
static LIST: Operation =
    Operation { arguments: &["payload"], parameters: &[], ..operation(DataShape::List, Payload::List) };
static NOTHING: Operation = Operation { parameters: &[], ..operation(DataShape::Nothing, Payload::None) };

fn sent(
    operation: &'static Operation,
    arguments: &[Argument],
    payload: Option<&str>,
) -> Result<Value, String> {
    let payload = payload.map(str::to_owned);
    let call = Call::to(operation, arguments.to_vec(), payload, CallOptions::default());
    let caller = Caller { community_id: "COMMUNITY", api_key: "KEY", default_server: 7 };
    let request = prepare(&call, caller).map_err(|error| error.to_string())?;
    assert!(!request.key_in_header);
    Ok(serde_json::from_slice(&request.body.unwrap()).unwrap())
}

#[test]
fn the_default_server_fills_a_payload_that_names_none() {
    let server = |payload| sent(&FILLED, &[], Some(payload)).unwrap()["data"]["serverId"].clone();
    assert_eq!(server(r#"{"accId":"a"}"#), server(r#"{"accId":"a","serverId":null}"#));
    assert_eq!(server(r#"{"accId":"a"}"#), 7);
    assert_eq!(server(r#"{"accId":"a","serverId":""}"#), 7);
    assert_eq!(server(r#"{"accId":"a","serverId":3}"#), 3);
    assert_eq!(server(r#"{"accId":"a","serverId":"3"}"#), 3);
    let refused = sent(&FILLED, &[], Some(r#"{"accId":"a","serverId":"x"}"#)).unwrap_err();
    assert!(refused.contains("payload.serverId must be a whole number"), "{refused}");
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
fn a_text_stands_for_the_fields_that_it_fits() {
    static TEXT: Operation = Operation {
        parameters: &[],
        ..operation(
            DataShape::ObjectInArray,
            Payload::Data {
                required: true,
                default_server: true,
                text_as: &[
                    Field { name: "apiId", kind: Kind::Text },
                    Field { name: "accId", kind: Kind::Uuid },
                ],
            },
        )
    };
    let data = |text: &str| sent(&TEXT, &[], Some(&json!(text).to_string())).map(|body| body["data"].clone());
    assert_eq!(data("a \"name\"").unwrap(), json!([{ "apiId": "a \"name\"", "serverId": 7 }]));
    let id = "00000000-0000-4000-8000-000000000000";
    assert_eq!(data(id).unwrap(), json!([{ "accId": id, "apiId": id, "serverId": 7 }]));
    let bare = id.replace('-', "");
    assert_eq!(data(&bare).unwrap(), json!([{ "accId": id, "apiId": bare, "serverId": 7 }]));
    assert!(data("").unwrap_err().contains("at least one of"));
    assert!(sent(&BARE, &[], Some(r#""a""#)).unwrap_err().contains("must be an object of fields"));
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
        problem(&BARE, &[true.into()], Some("{}")).contains("serverId must be a whole number, not a boolean")
    );
    assert!(problem(&BARE, &points, Some(r#"{"signal":{}}"#)).starts_with("payload.signal is a call option"));
    assert!(
        problem(&LIST, &[], Some(r#"[{"a":"\ud83d"}]"#)).starts_with("payload[0].a must be whole Unicode")
    );
}

#[test]
fn a_payload_does_not_contradict_an_argument() {
    let both = |payload| sent(&BARE, &[3.into(), "x".into(), 5.into()], Some(payload)).map(drop);
    both(r#"{"accId":"a","points":5,"serverId":" 3","note":"x"}"#).unwrap();
    both(r#"{"accId":"a","serverId":null,"note":""}"#).unwrap();
    assert_eq!(
        both(r#"{"accId":"a","serverId":4}"#).unwrap_err(),
        r#"payload.serverId is "4", but the argument serverId is "3": leave it out, or give the same"#
    );
    assert!(both(r#"{"accId":"a","note":"y"}"#).unwrap_err().starts_with("payload.note is "));
}

#[test]
fn empty_text_for_an_optional_argument_is_not_sent() {
    let arguments = ["".into(), "".into(), 5.into(), "".into()];
    let data = sent(&BARE, &arguments, Some(r#"{"accId":"a"}"#)).unwrap()["data"].clone();
    assert_eq!(data, json!({ "accId": "a", "points": 5, "serverId": 7 }));
}
