//! The face of Lua: the methods, with annotations that editors read, and the types of the data.

use anyhow::Result;
use minijinja::Environment;
use serde::Serialize;

use super::Input;
use super::model::{Api, Argument, Field, Kind, Operation, Parameter, Payload, Type};
use super::names::Language;
use super::output::Output;
use super::render::{self, environment, hanging, literal, render};
use super::samples;

/// Name of a template, its text, and the file that it writes.
const FILES: [(&str, &str, &str); 3] = [
    ("lua/cms.lua.j2", include_str!("../../templates/lua/cms.lua.j2"), "bindings-lua/lua/sonoran/cms.lua"),
    (
        "lua/walks.lua.j2",
        include_str!("../../templates/lua/walks.lua.j2"),
        "bindings-lua/lua/sonoran/walks.lua",
    ),
    (
        "lua/types.lua.j2",
        include_str!("../../templates/lua/types.lua.j2"),
        "bindings-lua/lua/sonoran/types.lua",
    ),
];

#[derive(Serialize)]
struct View<'a> {
    notice: &'a str,
    methods: Vec<MethodView<'a>>,
    types: Vec<TypeView<'a>>,
}

#[derive(Serialize)]
struct MethodView<'a> {
    operation: &'a Operation,
    arguments: Vec<ArgumentView<'a>>,
    data: String,
    /// The type of an item, where the list comes in pages.
    item: Option<String>,
    /// The documented call, as code.
    example: String,
}

#[derive(Serialize)]
struct ArgumentView<'a> {
    local: &'a str,
    optional: bool,
    /// Whether it is no plain value.
    payload: bool,
    /// Which argument it is, from 1.
    place: usize,
    #[serde(rename = "type")]
    written_type: String,
    description: String,
}

#[derive(Serialize)]
struct TypeView<'a> {
    local: &'a str,
    description: &'a str,
    fields: Vec<FieldView<'a>>,
}

#[derive(Serialize)]
struct FieldView<'a> {
    key: String,
    #[serde(rename = "type")]
    written_type: String,
    description: &'a str,
}

/// The generated files of the package.
pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let api = input.api.localized(Language::Lua);
    let environment = filters(environment()?);
    let view =
        View { notice: &api.notice, methods: api.operations().map(method).collect(), types: types(&api) };
    FILES
        .iter()
        .map(|(name, template, path)| Ok(Output::new(*path, render(&environment, name, template, &view)?)))
        .collect()
}

fn filters(mut environment: Environment<'static>) -> Environment<'static> {
    environment.add_filter("lua_lines", |text: String, prefix: String| {
        text.lines().map(|line| format!("{prefix}{line}")).collect::<Vec<_>>().join("\n")
    });
    environment.add_filter("lua_item", |text: String| hanging(&text, "---", "  "));
    environment.add_filter("lua_line", |text: String| text.split_whitespace().collect::<Vec<_>>().join(" "));
    environment
}

fn method(operation: &Operation) -> MethodView<'_> {
    let view = |argument| match argument {
        Argument::Parameter(parameter) => id(parameter),
        Argument::Payload(given) => payload(given),
    };
    let mut arguments: Vec<ArgumentView<'_>> = operation.ordered().into_iter().map(view).collect();
    for (place, argument) in (1..).zip(&mut arguments) {
        argument.place = place;
    }
    MethodView {
        operation,
        arguments,
        data: written(&operation.data),
        item: operation.paged.as_ref().map(|paged| written(&paged.item)),
        example: samples::lua(operation),
    }
}

fn id(parameter: &Parameter) -> ArgumentView<'_> {
    let written_type = match parameter.kind {
        Kind::Text if !parameter.choices.is_empty() => literals(&parameter.choices),
        Kind::Integer | Kind::Number | Kind::Text => "string|number".to_owned(),
        Kind::Uuid => "string".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
    };
    ArgumentView {
        local: &parameter.local,
        optional: !parameter.required,
        payload: false,
        place: 0,
        written_type,
        description: parameter.description.clone(),
    }
}

fn payload(payload: &Payload) -> ArgumentView<'_> {
    let text = if payload.text_as.is_empty() { "" } else { "string|" };
    let description = match payload.description.as_str() {
        "" => "A table of fields.",
        description => description,
    };
    ArgumentView {
        local: &payload.local,
        optional: !payload.required,
        payload: true,
        place: 0,
        written_type: format!("{text}{}", written(&payload.kind_of)),
        description: description.to_owned(),
    }
}

fn types(api: &Api) -> Vec<TypeView<'_>> {
    api.types
        .iter()
        .map(|def| TypeView {
            local: &def.local,
            description: &def.description,
            fields: def.fields.iter().map(field).collect(),
        })
        .collect()
}

fn field(field: &Field) -> FieldView<'_> {
    let written_type = match written(&field.kind_of) {
        written if field.required => written,
        // What may be left out is marked behind the type.
        written if written.contains('|') => format!("({written})?"),
        written => format!("{written}?"),
    };
    FieldView { key: key(&field.name), written_type, description: &field.description }
}

/// A field's name as an annotation has it.
fn key(name: &str) -> String {
    samples::lua_field(name)
}

/// A type as the language server of Lua reads it.
fn written(kind: &Type) -> String {
    match kind {
        Type::Any => "any".to_owned(),
        Type::Null => "sonoran.Null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer => "integer".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String | Type::Uuid | Type::Time => "string".to_owned(),
        // Any other text passes too.
        Type::Choice(values) => format!("{}|string", literals(values)),
        Type::Array(item) => match written(item) {
            item if item.contains('|') => format!("({item})[]"),
            item => format!("{item}[]"),
        },
        Type::Map(value) => format!("table<string, {}>", written(value)),
        Type::Ref(name) => format!("sonoran.{name}"),
        Type::Nullable(inner) => union(&[written(inner), "sonoran.Null".to_owned()]),
        Type::OneOf(variants) => union(&variants.iter().map(written).collect::<Vec<_>>()),
    }
}

fn literals(values: &[String]) -> String {
    values.iter().map(|value| literal(value)).collect::<Vec<_>>().join("|")
}

/// Alternatives as this language writes them.
fn union(types: &[String]) -> String {
    render::union(types, "any", "|")
}
