//! What TypeScript is told of an object, by the way that it travels.

use std::path::Path;

use super::super::build::build;
use super::super::model::Type;
use super::super::{Input, node};

const PAYLOAD: &str = "        name: { type: string }\n        serverId";

/// The small document, in which a thing is sent too, and a query has known values.
fn document() -> String {
    let sent = "        name: { type: string }\n        thing: { $ref: \"#/components/schemas/Thing\" }\n        serverId";
    let text = include_str!("small.yaml");
    assert!(text.contains(PAYLOAD));
    let take = "{ name: take, in: query, schema: { type: integer } }";
    assert!(text.contains(take));
    let order = "{ name: take, in: query, schema: { type: string, enum: [all, none] } }";
    text.replacen(PAYLOAD, sent, 1).replacen(take, order, 1).replacen("{ take: 5 }", "{ take: all }", 1)
}

fn types() -> String {
    let api = build(&document(), "spec/small.yaml").unwrap();
    let files = node::files(&Input { api: &api, documents: &[], root: Path::new(".") }).unwrap();
    files.into_iter().find(|file| file.path == "bindings-node/generated/types.d.ts").unwrap().text
}

fn interface<'a>(types: &'a str, head: &str) -> &'a str {
    let start =
        types.find(&format!("export interface {head} {{")).unwrap_or_else(|| panic!("no {head}: {types}"));
    types[start..].split_once("\n}").unwrap().0
}

#[test]
fn what_goes_both_ways_has_a_type_for_each() {
    let types = types();
    let came = interface(&types, "Thing");
    assert!(came.contains("parent?: Thing | null;"), "{came}");
    assert!(came.contains(r#"kind?: "a" | "b" | (string & {});"#), "{came}");
    assert!(came.contains("[field: string]: unknown;"), "{came}");
    let sent = interface(&types, "ThingInput");
    assert!(sent.contains("parent?: ThingInput | null | undefined;"), "{sent}");
    assert!(sent.contains(r#"kind?: "a" | "b" | undefined;"#), "{sent}");
    assert!(!sent.contains("[field: string]"), "{sent}");
    let payload = interface(&types, "ThingPayload extends NoCallOptions");
    assert!(payload.contains("thing?: ThingInput | undefined;"), "{payload}");
}

#[test]
fn known_values_of_a_query_are_its_type() {
    let api = build(&document(), "spec/small.yaml").unwrap();
    let query = api.types.iter().find(|def| def.name == "GetThingsQuery").unwrap();
    assert_eq!(query.fields[0].kind_of, Type::Choice(vec!["all".to_owned(), "none".to_owned()]));
    let types = types();
    let query = interface(&types, "GetThingsQuery extends NoCallOptions");
    assert!(query.contains(r#"take?: "all" | "none" | null | undefined;"#), "{query}");
}
