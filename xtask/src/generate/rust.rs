//! The face of Rust: the core's table of operations, its typed methods and its types.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use heck::ToShoutySnakeCase;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::Input;
use super::model::{Api, Field, Kind, Operation, PayloadKind, Role, Type, TypeDef, contains};
use super::names::Language;
use super::output::Output;
use super::render::{comment, environment, hanging, render};
use super::samples;

const FOLDER: &str = "core/src/generated";

pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let api = input.api.localized(Language::Rust);
    let mut environment = environment()?;
    environment.add_filter("rust_doc", |text: String, prefix: String| comment(&escaped(&text), &prefix));
    environment.add_filter("bullet", |text: String, prefix: String| hanging(&escaped(&text), &prefix, "  "));
    environment.add_filter("code", |text: String, prefix: String| code(&text, &prefix));
    let api_of_filter = api.clone();
    environment.add_filter("rust_type", move |kind_of: Serde<Type>, module: String| {
        let read_as = api_of_filter.bare_list(&kind_of).map(|(def, _)| format!("{module}{}", def.local));
        read_as.unwrap_or_else(|| rust_type(&kind_of, &module))
    });
    environment.add_filter("parameter_kind", |kind_of: Serde<Type>| format!("{:?}", kind(&kind_of)));
    let api_of_filter = api.clone();
    environment.add_filter("field_type", move |kind_of: Serde<Type>, owner: String| {
        field_type(&kind_of, &owner, &api_of_filter)
    });

    let mut operations: Vec<&Operation> = api.operations().collect();
    operations.sort_by(|one, other| one.name.cmp(&other.name));
    let context = context! {
        api => Value::from(Serde(&api)),
        operations => Value::from(Serde(&operations)),
        examples => Value::from(Serde(by_name(&api, |operation| samples::rust(operation, &api)))),
        walk_examples => Value::from(Serde(by_name(&api, samples::rust_walk))),
        payload_hints => Value::from(Serde(by_name(&api, payload_hint))),
        argument_names => Value::from(Serde(argument_names(&api))),
        sent => Value::from(Serde(by_name(&api, sent))),
        always => Value::from(Serde(always(&api))),
        bare_lists => Value::from(Serde(api.bare_lists())),
        known => Value::from(Serde(known(&api))),
        known_of => Value::from(Serde(by_name(&api, known_of))),
    };
    [
        ("mod.rs", include_str!("../../templates/rust/mod.rs.j2")),
        ("operations.rs", include_str!("../../templates/rust/operations.rs.j2")),
        ("known.rs", include_str!("../../templates/rust/known.rs.j2")),
        ("cms.rs", include_str!("../../templates/rust/cms.rs.j2")),
        ("walks.rs", include_str!("../../templates/rust/walks.rs.j2")),
        ("types.rs", include_str!("../../templates/rust/types.rs.j2")),
        ("events.rs", include_str!("../../templates/rust/events.rs.j2")),
    ]
    .into_iter()
    .map(|(name, template)| {
        let text = render(&environment, &format!("rust/{name}.j2"), template, context.clone())?;
        Output::rust(input.root, format!("{FOLDER}/{name}"), &text)
    })
    .collect()
}

fn by_name<T>(api: &Api, of: impl Fn(&Operation) -> T) -> BTreeMap<&str, T> {
    api.operations().map(|operation| (operation.name.as_str(), of(operation))).collect()
}

fn argument_names(api: &Api) -> BTreeMap<&str, Vec<String>> {
    let names = |operation: &Operation| {
        operation.ordered().iter().map(|argument| argument.name().to_owned()).collect()
    };
    api.operations().map(|operation| (operation.name.as_str(), names(operation))).collect()
}

/// The types of the fields that need no `Option`, by the names of the object and the field.
fn always(api: &Api) -> BTreeMap<&str, BTreeMap<&str, String>> {
    api.types.iter().map(|def| (def.local.as_str(), always_of(def, api))).collect()
}

fn always_of<'a>(def: &'a TypeDef, api: &Api) -> BTreeMap<&'a str, String> {
    let certain = def.fields.iter().filter(|field| def.always_has(field));
    certain
        .map(|field| (field.local.as_str(), field_type(&field.kind_of, &def.local, api)))
        // An object within itself would have no end.
        .filter(|(_, kind)| !kind.starts_with("Box<"))
        // The one type without a default value.
        .map(|(name, kind)| (name, kind.replace("serde_json::Number", "f64")))
        .collect()
}

/// The names of a documented object's fields.
#[derive(Serialize)]
struct KnownView {
    local: String,
    fields: Vec<KnownField>,
}

#[derive(Serialize)]
struct KnownField {
    name: String,
    /// What it holds, where that is an object or a list of such.
    holds: Option<String>,
}

/// Those of all objects that are sent.
fn known(api: &Api) -> Vec<KnownView> {
    let payloads = api.operations().filter_map(|operation| operation.payload.as_ref());
    let mut open: Vec<&str> = payloads.filter_map(|payload| object(&payload.kind_of)).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            let fields = api.types.iter().filter(|def| def.local == name).flat_map(|def| &def.fields);
            open.extend(fields.filter_map(|field| object(&field.kind_of)));
        }
    }
    let sent = api.types.iter().filter(|def| found.contains(def.local.as_str()));
    sent.map(|def| KnownView { local: def.local.to_shouty_snake_case(), fields: known_fields(def) }).collect()
}

fn known_fields(def: &TypeDef) -> Vec<KnownField> {
    let field = |field: &Field| KnownField { name: field.name.clone(), holds: held(&field.kind_of) };
    def.fields.iter().map(field).collect()
}

/// Those of an operation's payload.
fn known_of(operation: &Operation) -> Option<String> {
    operation.payload.as_ref().and_then(|payload| held(&payload.kind_of))
}

fn held(kind_of: &Type) -> Option<String> {
    object(kind_of).map(ToShoutySnakeCase::to_shouty_snake_case)
}

/// The one object that a type is, or is a list of.
fn object(kind_of: &Type) -> Option<&str> {
    match kind_of {
        Type::Ref(name) => Some(name),
        Type::Array(inner) | Type::Nullable(inner) => object(inner),
        _ => None,
    }
}

/// Which type the payload has, for the documentation.
fn payload_hint(operation: &Operation) -> String {
    let Some(payload) = &operation.payload else { return String::new() };
    let left_out = if payload.required { "" } else { " `&()` leaves it out." };
    match (&payload.kind_of, payload.kind) {
        (_, PayloadKind::List) => "Any list of objects that serializes will do.".to_owned(),
        _ if !payload.any_object() => String::new(),
        (Type::Ref(name), _) => {
            format!("[`types::{name}`] has its fields; any object that serializes will do.{left_out}")
        }
        _ => format!("Any object that serializes will do.{left_out}"),
    }
}

/// What goes to `send` as payload.
fn sent(operation: &Operation) -> String {
    match &operation.payload {
        None => "None::<&()>".to_owned(),
        Some(payload) if payload.any_object() => format!("Some({})", payload.local),
        Some(payload) => payload.local.clone(),
    }
}

/// What rustdoc would take for links or HTML.
fn escaped(text: &str) -> String {
    text.replace("[`", "\u{0}").replace('[', r"\[").replace('\u{0}', "[`").replace('<', r"\<")
}

fn code(text: &str, prefix: &str) -> String {
    text.lines().map(|line| format!("{prefix} {line}")).collect::<Vec<_>>().join("\n")
}

/// A type of Rust; `module` stands before the names of generated types.
fn rust_type(kind_of: &Type, module: &str) -> String {
    match kind_of {
        Type::Any | Type::OneOf(_) => "serde_json::Value".to_owned(),
        Type::Null => "()".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Integer => "i64".to_owned(),
        Type::Number => "serde_json::Number".to_owned(),
        Type::String | Type::Uuid | Type::Time | Type::Choice(_) => "String".to_owned(),
        Type::Array(item) => format!("Vec<{}>", rust_type(item, module)),
        Type::Map(value) if **value == Type::Any => "serde_json::Map<String, serde_json::Value>".to_owned(),
        Type::Map(value) => format!("std::collections::BTreeMap<String, {}>", rust_type(value, module)),
        Type::Ref(name) => format!("{module}{name}"),
        Type::Nullable(inner) => format!("Option<{}>", rust_type(inner, module)),
    }
}

/// The type of a field without its `Option`, which stands for null too.
fn field_type(kind_of: &Type, owner: &str, api: &Api) -> String {
    let sent = api.types.iter().any(|def| def.local == owner && def.role != Role::Data);
    match if sent { kind_of.documented() } else { kind_of } {
        Type::Nullable(inner) => field_type(inner, owner, api),
        Type::Ref(name) if contains(api, name, owner, &mut Vec::new()) => format!("Box<{name}>"),
        other => rust_type(other, ""),
    }
}

/// The kind of a query field of this type.
fn kind(kind_of: &Type) -> Kind {
    match kind_of {
        Type::Uuid => Kind::Uuid,
        Type::Integer => Kind::Integer,
        Type::Boolean => Kind::Boolean,
        _ => Kind::Text,
    }
}
