//! Version 1: what the generator makes of its documents, and of two documents together.

use anyhow::Result;
use serde_json::json;

use super::super::build::build;
use super::super::model::{Api, DataShape, Kind, PayloadKind, ResultForm, Type};
use super::super::whole::merged;

const SOURCES: [&str; 2] = ["spec/small.yaml", "spec/small-v1.yaml"];

/// Both small documents; `edits` replace parts of the second.
fn read(edits: &[(&str, &str)]) -> Result<Api> {
    let mut text = include_str!("small-v1.yaml").to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "the small document has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    let apis = vec![build(include_str!("small.yaml"), SOURCES[0])?, build(&text, SOURCES[1])?];
    merged(apis, &SOURCES)
}

#[track_caller]
fn refused(edits: &[(&str, &str)], words: &[&str]) {
    let problem = format!("{:#}", read(edits).expect_err("it was accepted"));
    for word in words {
        assert!(problem.contains(word), "{word:?} is not in: {problem}");
    }
}

#[test]
fn both_documents_are_one_api() {
    let api = read(&[]).unwrap();
    let pages: Vec<_> = api.groups.iter().map(|group| (group.version, group.page.as_str())).collect();
    assert_eq!(pages, [(2, "cms-v2/things"), (1, "cms-v1/things")]);
    assert!(SOURCES.iter().all(|source| api.notice.contains(source)), "{}", api.notice);
}

#[test]
fn arguments_keep_their_order() {
    let api = read(&[]).unwrap();
    let operation = api.operations().find(|operation| operation.name == "setThingOld").unwrap();
    let arguments = operation.ordered();
    let named: Vec<_> = arguments.iter().map(|argument| (argument.name(), argument.required())).collect();
    assert_eq!(named, [("serverId", false), ("changes", true), ("thingId", true), ("state", false)]);
    assert_eq!(operation.values(), [json!(1), json!({ "name": "new" }), json!(42), json!(null)]);
    assert_eq!(operation.given().len(), 3);
    let [server, thing, state] = operation.parameters.as_slice() else {
        panic!("{:?}", operation.parameters)
    };
    assert!(server.default_server);
    assert_eq!((thing.name.as_str(), thing.field.as_str()), ("thingId", "id"));
    assert_eq!(state.kind, Kind::Boolean);
}

#[test]
fn the_payload_has_the_fields_that_are_left() {
    let api = read(&[]).unwrap();
    let operation = api.operations().find(|operation| operation.name == "setThingOld").unwrap();
    let payload = operation.payload.as_ref().unwrap();
    assert_eq!((payload.kind, payload.default_server), (PayloadKind::Data, false));
    assert_eq!(payload.kind_of, Type::Ref("V1SetThingChanges".to_owned()));
    assert_eq!(payload.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), ["name"]);
}

#[test]
fn the_wire_is_described() {
    let api = read(&[]).unwrap();
    let [set, count] = ["setThingOld", "countThings"]
        .map(|name| api.operations().find(|operation| operation.name == name).unwrap());
    let wire = set.wire.as_ref().unwrap();
    assert_eq!((wire.request_type.as_str(), wire.data_shape), ("SET_THING", DataShape::ObjectInArray));
    assert_eq!(wire.result, ResultForm::Member("thing".to_owned()));
    assert_eq!(
        (wire.subscription, wire.also_at.as_slice()),
        (Some(3), ["/things/set".to_owned()].as_slice())
    );
    assert_eq!(wire.at_least_one_of, ["name"]);
    assert_eq!(
        (set.limit, set.data.clone(), set.example.data.clone()),
        (60, Type::String, Some(json!("one")))
    );
    assert!(set.errors[0].description.contains("`NO THING`"));
    assert_eq!(count.wire.as_ref().unwrap().data_shape, DataShape::Nothing);
    assert_eq!((count.data.clone(), count.example.data.clone()), (Type::Integer, Some(json!(3))));
}

#[test]
fn mistakes_are_named() {
    refused(&[("thingId, state]", "thingID, state]")], &["POST /things/set_thing", "`thingID`"]);
    refused(&[("x-payload: changes", "x-payload: change")], &["x-payload"]);
    refused(&[("{ name: new }, 42", "{ name: old }, 42")], &["x-example-arguments", "old"]);
    refused(&[("x-text-as: [name]", "x-text-as: [nmae]")], &["x-text-as", "`nmae`"]);
    refused(&[("member:thing", "member:other")], &["`other`"]);
    refused(&[("x-result: number", "x-result: numbers")], &["numbers", "member:NAME"]);
    refused(&[("3 - MANY", "MANY")], &["begins with no number"]);
    refused(&[("x-counterpart: setThing", "x-counterpart: setThings")], &["setThings", "no x-method"]);
    refused(&[("x-method: countThings", "x-method: getThings")], &["x-method: getThings", "its own"]);
    refused(&[("x-subscription", "x-subscribtion")], &["x-subscribtion"]);
}
