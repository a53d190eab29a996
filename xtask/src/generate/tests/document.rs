//! What the generator makes of a document, and what it says of a wrong one.

use super::super::build::build;
use super::super::model::{Api, Kind, Location, PayloadKind, Role, Type};

/// A small document; `edits` replace parts of it.
fn read(edits: &[(&str, &str)]) -> anyhow::Result<Api> {
    let mut text = include_str!("small.yaml").to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "the small document has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    build(&text, "spec/small.yaml")
}

fn problem(edits: &[(&str, &str)]) -> String {
    format!("{:#}", read(edits).expect_err("it was accepted"))
}

/// Checks that the message names the file, the operation and what to do.
#[track_caller]
fn refused(edits: &[(&str, &str)], operation: &str, words: &[&str]) {
    let problem = problem(edits);
    for word in ["spec/small.yaml", operation].iter().chain(words) {
        assert!(problem.contains(word), "{word:?} is not in: {problem}");
    }
}

const PUT: &str = "PUT /v2/things/{thingId}";
const GET: &str = "GET /v2/things";

#[test]
fn an_operation_is_read_whole() {
    let api = read(&[]).unwrap();
    let operation = api.operations().find(|operation| operation.name == "setThing").unwrap();
    assert_eq!((operation.method.as_str(), operation.success, operation.limit), ("PUT", 200, 7));
    assert!(operation.repeatable && operation.undocumented);
    let [thing, server] = operation.parameters.as_slice() else { panic!("{:?}", operation.parameters) };
    assert_eq!((thing.kind, thing.location, thing.default_server), (Kind::Uuid, Location::Path, false));
    assert_eq!((server.kind, server.location, server.default_server), (Kind::Integer, Location::Query, true));
    let payload = operation.payload.as_ref().unwrap();
    assert_eq!((payload.kind, payload.required, payload.default_server), (PayloadKind::Body, true, true));
    assert_eq!(payload.kind_of, Type::Ref("ThingPayload".to_owned()));
    assert_eq!(operation.example.arguments.len(), 2);
    assert_eq!(operation.example.payload.as_ref().unwrap()["name"], "new");
    assert_eq!(operation.errors.iter().map(|error| error.status).collect::<Vec<_>>(), [429]);
}

#[test]
fn a_query_becomes_a_type() {
    let api = read(&[]).unwrap();
    let operation = api.operations().find(|operation| operation.name == "getThings").unwrap();
    let payload = operation.payload.as_ref().unwrap();
    assert_eq!((payload.kind, payload.required), (PayloadKind::Query, false));
    assert_eq!(payload.kind_of, Type::Ref("GetThingsQuery".to_owned()));
    let query = api.types.iter().find(|def| def.name == "GetThingsQuery").unwrap();
    assert_eq!(query.role, Role::Query);
    assert_eq!(query.fields[0].kind_of, Type::Integer);
    assert_eq!(operation.example.payload.as_ref().unwrap()["take"], 5);
}

#[test]
fn types_are_what_the_schemas_say() {
    let api = read(&[]).unwrap();
    let thing = api.types.iter().find(|def| def.name == "Thing").unwrap();
    let of = |name: &str| thing.fields.iter().find(|field| field.name == name).unwrap().kind_of.clone();
    let parent = Type::Nullable(Box::new(Type::Ref("Thing".to_owned())));
    assert_eq!(of("id"), Type::Uuid);
    assert_eq!(of("note"), Type::Nullable(Box::new(Type::String)));
    assert_eq!(of("parent"), parent);
    assert_eq!(of("kind"), Type::Choice(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(of("counts"), Type::Map(Box::new(Type::Integer)));
    assert_eq!(of("either"), Type::OneOf(vec![Type::String, Type::Number]));
    assert_eq!(of("free"), Type::Map(Box::new(Type::Any)));
    assert_eq!(of("inner"), Type::Ref("ThingInner".to_owned()));
    assert_eq!(thing.role, Role::Data);
    assert_eq!(api.types.iter().find(|def| def.name == "ThingPayload").unwrap().role, Role::Payload);
}

#[test]
fn an_object_in_whose_place_an_empty_list_may_stand_is_an_object() {
    let api = read(&[(
        "free: { type: object }",
        "free: { type: [object, array], maxItems: 0, properties: { name: { type: string } } }",
    )])
    .unwrap();
    let thing = api.types.iter().find(|def| def.name == "Thing").unwrap();
    let free = thing.fields.iter().find(|field| field.name == "free").unwrap();
    assert_eq!(free.kind_of, Type::Ref("ThingFree".to_owned()));
}

#[test]
fn the_parts_of_an_object_come_first_and_its_own_fields_count() {
    let api = read(&[(
        "ThingPayload:\n      type: object\n      required: [name]\n      properties:\n",
        "Named: { type: object, properties: { id: { type: string }, name: { type: integer } } }\n    ThingPayload:\n      allOf: [{ $ref: \"#/components/schemas/Named\" }]\n      required: [name]\n      properties:\n",
    )])
    .unwrap();
    let payload = api.types.iter().find(|def| def.name == "ThingPayload").unwrap();
    let names: Vec<_> = payload.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["id", "name", "serverId"]);
    assert_eq!((&payload.fields[1].kind_of, payload.fields[1].required), (&Type::String, true));
}

#[test]
fn a_body_that_is_not_required_may_be_left_out() {
    let api = read(&[("required: true\n        content", "required: false\n        content")]).unwrap();
    let operation = api.operations().find(|operation| operation.name == "setThing").unwrap();
    assert!(!operation.payload.as_ref().unwrap().required);
}

#[test]
fn the_bare_list_stands_for_the_object_that_holds_it() {
    let thing = || Type::Ref("Thing".to_owned());
    let list = || Type::Array(Box::new(thing()));
    let page = "type: object, properties: { things: { type: array, items: { $ref: \"#/components/schemas/Thing\" } } }";
    let both = format!(
        "anyOf: [{{ {page} }}, {{ type: array, items: {{ $ref: \"#/components/schemas/Thing\" }} }}]"
    );
    let api = read(&[("type: array, items: { $ref: \"#/components/schemas/Thing\" }", &both)]).unwrap();
    let operation = api.operations().find(|operation| operation.name == "getThings").unwrap();
    let (def, field) = api.bare_list(&operation.data).unwrap();
    assert_eq!((def.name.as_str(), field.name.as_str()), ("GetThingsData1", "things"));
    assert_eq!(operation.data, Type::OneOf(vec![Type::Ref("GetThingsData1".to_owned()), list()]));
    assert!(api.bare_list(&Type::OneOf(vec![thing(), list()])).is_none());
}

#[test]
fn what_is_certain_needs_no_option() {
    let api = read(&[(
        "Thing:\n      type: object\n",
        "Thing:\n      type: object\n      required: [id, note, kind]\n",
    )])
    .unwrap();
    let of = |name: &str| api.types.iter().find(|def| def.name == name).unwrap();
    let certain = |def: &str| {
        let fields = of(def).fields.iter().filter(|field| of(def).always_has(field));
        fields.map(|field| field.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(certain("Thing"), ["id", "kind"]);
    // What is sent may be built up field by field.
    assert!(certain("ThingPayload").is_empty());
}

#[test]
fn the_first_of_several_plain_types_is_the_documented_one() {
    let several = Type::OneOf(vec![Type::Integer, Type::String]);
    assert_eq!(several.documented(), &Type::Integer);
    let mixed = Type::OneOf(vec![Type::Integer, Type::Ref("Thing".to_owned())]);
    assert_eq!(mixed.documented(), &mixed);
}

#[test]
fn missing_fields_are_named() {
    refused(&[("x-method: setThing\n", "\n")], PUT, &["x-method", "x-method: getAccountV2"]);
    refused(&[("x-arguments: [thingId, serverId, payload]\n", "\n")], PUT, &["x-arguments"]);
    refused(&[("x-limit: 7\n", "\n")], PUT, &["x-limit"]);
    refused(&[("x-repeatable: true # of setThing\n", "\n")], PUT, &["x-repeatable"]);
    refused(&[("operationId: setThing\n", "\n")], PUT, &["operationId"]);
    refused(&[("tags: [things] # of setThing", "tags: []")], PUT, &["exactly one tag"]);
    refused(&[("tags: [things] # of setThing", "tags: [other]")], PUT, &["`other`", "add it"]);
    refused(&[("example: { name: new }", "description: no example")], PUT, &["no example", "payload"]);
    refused(&[(", example: 1 }", " }")], PUT, &["`serverId`", "no example"]);
}

#[test]
fn names_are_used_once() {
    refused(&[("x-method: setThing\n", "x-method: getThings\n")], PUT, &["x-method: getThings", "its own"]);
    refused(&[("operationId: setThing\n", "operationId: getThings\n")], PUT, &["operationId: getThings"]);
    refused(&[("x-method: setThing\n", "x-method: toString\n")], PUT, &["`toString`", "choose another"]);
}

#[test]
fn arguments_and_parameters_must_fit() {
    let arguments = "x-arguments: [thingId, serverId, payload]";
    refused(
        &[(arguments, "x-arguments: [thingID, serverId, payload]")],
        PUT,
        &["`thingID`", "correct the name"],
    );
    refused(&[(arguments, "x-arguments: [serverId, payload]")], PUT, &["`thingId`", "can't be given"]);
    refused(&[(arguments, "x-arguments: [payload, thingId, serverId]")], PUT, &["must come last"]);
    refused(&[(arguments, "x-arguments: [thingId, serverId]")], PUT, &["does not end with payload"]);
    refused(&[("/{thingId}:", "/{thing}:")], "PUT /v2/things/{thing}", &["{thing}", "add it to parameters"]);
    refused(&[("/{thingId}:", "/one:")], "PUT /v2/things/one", &["`thingId`", "does not stand in the path"]);
    refused(&[("{ take: 5 }", "{ tkae: 5 }")], GET, &["`tkae`", "x-example-query"]);
}

#[test]
fn typing_mistakes_are_found() {
    refused(&[("x-undocumented", "x-undocumentd")], "put", &["`x-undocumentd`", "x-undocumented"]);
    refused(
        &[("#/components/schemas/ThingPayload", "#/components/schemas/Thign")],
        PUT,
        &["Thign", "add it"],
    );
    refused(
        &[("#/components/parameters/Server", "#/components/parameters/Sever")],
        PUT,
        &["Sever", "add it"],
    );
    refused(&[("note: { type: [string,", "note: { type: [text,")], GET, &["`text`", "string"]);
}

#[test]
fn answers_must_be_envelopes_with_an_example() {
    refused(&[("data: { type: array", "result: { type: array")], GET, &["no envelope"]);
    refused(&[("example: { data: [] }", "description: none")], GET, &["no example"]);
    refused(&[("\"200\": # of getThings", "\"404\":")], GET, &["exactly one answer"]);
}

#[test]
fn broken_text_is_reported_with_its_line() {
    let problem = format!("{:#}", build("paths: [", "spec/small.yaml").expect_err("it was accepted"));
    assert!(problem.contains("spec/small.yaml"), "{problem}");
}

#[test]
fn no_field_of_a_body_has_the_name_of_a_call_option() {
    refused(
        &[(
            "        name: { type: string }\n        serverId",
            "        name: { type: string }\n        signal: { type: string }\n        serverId",
        )],
        PUT,
        &["`signal`", "call option"],
    );
}

const SKIP: &str = "- { name: skip, in: query, schema: { type: integer } }\n        - { name: take,";

#[test]
fn a_list_that_comes_in_pages_says_how() {
    let paged = |how: &str| {
        let how = format!("x-limit: 5\n      x-paged: {how}");
        read(&[("- { name: take,", SKIP), ("x-limit: 5", &how)])
    };
    let api = paged("{ size: take, largest: 50 }").unwrap();
    let paged_by = api.operations().find_map(|operation| operation.paged.as_ref()).unwrap();
    assert_eq!((paged_by.size.as_str(), paged_by.largest, &paged_by.items), ("take", 50, &None));
    assert_eq!(paged_by.item, Type::Ref("Thing".to_owned()));
    refused(&[("- { name: take,", SKIP)], GET, &["it takes `skip`", "x-paged"]);
    for (how, problem) in [
        ("{ size: limit, largest: 50 }", "needs the field `limit`"),
        ("{ size: take, largest: 0 }", "holds nothing"),
        ("{ items: rows, size: take, largest: 50 }", "no list of the data"),
        ("{ total: count, size: take, largest: 50 }", "no whole number of the data"),
    ] {
        let refused = format!("{:#}", paged(how).unwrap_err());
        assert!(refused.contains(problem) && refused.contains(GET), "{refused}");
    }
}
