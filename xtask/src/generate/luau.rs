//! The face of Roblox: the types of what Lua's face gives, for Luau's checker.

use anyhow::Result;
use serde::Serialize;

use super::Input;
use super::model::{Argument, Field, Kind, Operation, Parameter, Payload, Type};
use super::names::Language;
use super::output::Output;
use super::render::{self, environment, render};
use super::samples;

const TEMPLATE: (&str, &str) = ("lua/roblox.luau.j2", include_str!("../../templates/lua/roblox.luau.j2"));

#[derive(Serialize)]
struct View<'a> {
    notice: &'a str,
    types: Vec<TypeView<'a>>,
    methods: Vec<MethodView<'a>>,
}

#[derive(Serialize)]
struct TypeView<'a> {
    local: &'a str,
    description: &'a str,
    fields: Vec<Named>,
}

#[derive(Serialize)]
struct MethodView<'a> {
    local: &'a str,
    summary: &'a str,
    arguments: Vec<Named>,
    data: String,
    /// The type of an item, where the list comes in pages.
    item: Option<String>,
}

/// A field or an argument.
#[derive(Serialize)]
struct Named {
    name: String,
    #[serde(rename = "type")]
    written_type: String,
}

impl Named {
    fn new(name: String, written_type: String, required: bool) -> Self {
        let written_type = if required { written_type } else { optional(&written_type) };
        Self { name, written_type }
    }
}

/// The generated file of the package.
pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let api = input.api.localized(Language::Lua);
    let (name, template) = TEMPLATE;
    let types = api.types.iter().map(|def| TypeView {
        local: &def.local,
        description: &def.description,
        fields: def.fields.iter().map(field).collect(),
    });
    let view =
        View { notice: &api.notice, types: types.collect(), methods: api.operations().map(method).collect() };
    let text = render(&environment()?, name, template, &view)?;
    Ok(vec![Output::new("bindings-lua/roblox/src/init.luau", text)])
}

fn method(operation: &Operation) -> MethodView<'_> {
    let argument = |argument: Argument<'_>| match argument {
        Argument::Parameter(parameter) => id(parameter),
        Argument::Payload(given) => payload(given),
    };
    MethodView {
        local: &operation.local,
        summary: &operation.summary,
        arguments: operation.ordered().into_iter().map(argument).collect(),
        data: written(&operation.data),
        item: operation.paged.as_ref().map(|paged| written(&paged.item)),
    }
}

fn id(parameter: &Parameter) -> Named {
    let written_type = match parameter.kind {
        Kind::Integer | Kind::Number | Kind::Text => "string | number",
        Kind::Uuid => "string",
        Kind::Boolean => "boolean",
    };
    Named::new(parameter.local.clone(), written_type.to_owned(), parameter.required)
}

fn payload(payload: &Payload) -> Named {
    let form = written(&payload.kind_of);
    let form = if payload.text_as.is_empty() { form } else { union(&["string".to_owned(), form]) };
    Named::new(payload.local.clone(), form, payload.required)
}

fn field(field: &Field) -> Named {
    Named::new(samples::lua_field(&field.name), written(&field.kind_of), field.required)
}

/// A type as Luau reads it.
fn written(kind: &Type) -> String {
    match kind {
        Type::Any => "any".to_owned(),
        Type::Null => "Null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer | Type::Number => "number".to_owned(),
        // Of a choice any other text passes too.
        Type::String | Type::Uuid | Type::Time | Type::Choice(_) => "string".to_owned(),
        Type::Array(item) => format!("{{ {} }}", written(item)),
        Type::Map(value) => format!("{{ [string]: {} }}", written(value)),
        Type::Ref(name) => name.clone(),
        Type::Nullable(inner) => union(&[written(inner), "Null".to_owned()]),
        Type::OneOf(variants) => union(&variants.iter().map(written).collect::<Vec<_>>()),
    }
}

fn optional(written: &str) -> String {
    match written {
        "any" => "any".to_owned(),
        union if union.contains(" | ") => format!("({union})?"),
        one => format!("{one}?"),
    }
}

/// Alternatives as this language writes them.
fn union(types: &[String]) -> String {
    render::union(types, "any", " | ")
}
