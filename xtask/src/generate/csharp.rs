//! The face of C#: the class of methods, a record for every object that they take and give, a class for every event.

mod overloads;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use minijinja::Environment;
use serde::Serialize;

use self::overloads::{Overload, overloads};
use super::Input;
use super::model::{Api, Event, Field, Operation, Role, Type, TypeDef, contains};
use super::names::Language;
use super::output::Output;
use super::render::{comment, environment, render};
use super::samples;

/// Name of a template, its text, and the file that it writes.
const FILES: [(&str, &str, &str); 4] = [
    (
        "csharp/Cms.cs.j2",
        include_str!("../../templates/csharp/Cms.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran/Generated/Cms.cs",
    ),
    (
        "csharp/Types.cs.j2",
        include_str!("../../templates/csharp/Types.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran/Generated/Types.cs",
    ),
    (
        "csharp/Events.cs.j2",
        include_str!("../../templates/csharp/Events.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran/Generated/Events.cs",
    ),
    (
        "csharp/SonoranEventsOptions.cs.j2",
        include_str!("../../templates/csharp/SonoranEventsOptions.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran.AspNetCore/Generated/SonoranEventsOptions.cs",
    ),
];

#[derive(Serialize)]
struct View<'a> {
    notice: &'a str,
    groups: Vec<GroupView<'a>>,
    types: Vec<TypeView<'a>>,
    events: &'a [Event],
    /// Data that is no object of ours, such as a list of them.
    loose: BTreeSet<String>,
    /// The field that holds the list, of types in whose place that list may come.
    bare_lists: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct GroupView<'a> {
    name: &'a str,
    methods: Vec<MethodView<'a>>,
}

#[derive(Serialize)]
struct MethodView<'a> {
    operation: &'a Operation,
    overloads: Vec<Overload<'a>>,
    /// The type of the data.
    data: String,
    /// The documented call, as code.
    example: String,
}

#[derive(Serialize)]
struct TypeView<'a> {
    local: &'a str,
    description: &'a str,
    fields: Vec<FieldView<'a>>,
}

#[derive(Serialize)]
struct FieldView<'a> {
    name: &'a str,
    local: &'a str,
    #[serde(rename = "type")]
    written_type: String,
    /// What a property that is certainly there holds before it is read; empty for the type's own default.
    initial: Option<String>,
    description: String,
}

/// The generated files of the package.
pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let api = input.api.localized(Language::CSharp);
    let environment = filters(environment()?);
    let view = View {
        notice: &api.notice,
        groups: groups(&api),
        types: api.types.iter().map(|def| type_view(def, &api)).collect(),
        bare_lists: api.bare_lists().into_iter().map(|(def, field)| (def, field.name.as_str())).collect(),
        events: &api.events,
        loose: loose(&api),
    };
    FILES
        .iter()
        .map(|(name, template, path)| Ok(Output::new(*path, render(&environment, name, template, &view)?)))
        .collect()
}

fn filters(mut environment: Environment<'static>) -> Environment<'static> {
    environment.add_filter("xml", |text: String| xml(&text));
    environment.add_filter("cs_doc", |text: String, prefix: String| comment(&text, &format!("{prefix}///")));
    environment.add_filter("cs_code", |text: String, prefix: String| code(&text, &prefix));
    environment
}

fn groups(api: &Api) -> Vec<GroupView<'_>> {
    api.groups
        .iter()
        .map(|group| GroupView {
            name: &group.name,
            methods: group.operations.iter().map(|operation| method(operation, api)).collect(),
        })
        .collect()
}

fn method<'a>(operation: &'a Operation, api: &Api) -> MethodView<'a> {
    let read_as = api.bare_list(&operation.data);
    MethodView {
        operation,
        overloads: overloads(operation),
        data: read_as
            .map_or_else(|| data(&operation.data, "Types."), |(def, _)| format!("Types.{}", def.local)),
        example: samples::csharp(operation),
    }
}

fn type_view<'a>(def: &'a TypeDef, api: &Api) -> TypeView<'a> {
    let fields = def.fields.iter().map(|each| field(each, def, api)).collect();
    TypeView { local: &def.local, description: &def.description, fields }
}

fn field<'a>(field: &'a Field, def: &TypeDef, api: &Api) -> FieldView<'a> {
    let mut description = field.description.clone();
    if let Some(values) = choices(&field.kind_of) {
        let known = values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
        description = format!("{description} Known values: {known}.");
    }
    let kind = if def.role == Role::Data { &field.kind_of } else { field.kind_of.documented() };
    let written = written(kind, "");
    let initial = def.always_has(field).then(|| initial(kind, &written, def, api)).flatten();
    FieldView {
        name: &field.name,
        local: &field.local,
        written_type: if initial.is_some() { written } else { format!("{written}?") },
        initial,
        description,
    }
}

/// What stands for a value that is missing all the same; nothing where null is better.
fn initial(kind: &Type, written: &str, owner: &TypeDef, api: &Api) -> Option<String> {
    match kind {
        Type::Integer | Type::Number => Some(String::new()),
        Type::String | Type::Uuid | Type::Choice(_) => Some("\"\"".to_owned()),
        Type::Array(_) => Some("[]".to_owned()),
        Type::Map(_) => Some(format!("new {}()", written.replace("IReadOnlyDictionary", "Dictionary"))),
        // One within itself would have no end.
        Type::Ref(name) if !contains(api, name, &owner.local, &mut Vec::new()) => Some("new()".to_owned()),
        _ => None,
    }
}

fn choices(kind: &Type) -> Option<&[String]> {
    match kind {
        Type::Choice(values) => Some(values),
        Type::Nullable(inner) => choices(inner),
        _ => None,
    }
}

/// What `JsonSerializerContext` must know beside the records.
fn loose(api: &Api) -> BTreeSet<String> {
    let records = |data: &Type| matches!(data, Type::Ref(_)) || api.bare_list(data).is_some();
    api.operations()
        .filter(|operation| !records(&operation.data))
        .map(|operation| data(&operation.data, ""))
        // What a null is read as where a plain value is documented.
        .chain(["long?", "double?"].map(str::to_owned))
        .collect()
}

/// The type of an answer's data. One that is a plain value can be null: there may be no data.
fn data(kind: &Type, prefix: &str) -> String {
    let written = written(kind, prefix);
    let is_value = matches!(written.as_str(), "bool" | "long" | "double") || written.ends_with("JsonElement");
    if is_value { format!("{written}?") } else { written }
}

/// A type of C#, without the mark that says it may be null; `prefix` stands before the names of records.
///
/// Beside the records themselves, which have no prefix, one of them could hide a name that is not given in full.
fn written(kind: &Type, prefix: &str) -> String {
    let (json, generic) = if prefix.is_empty() {
        ("global::System.Text.Json.", "global::System.Collections.Generic.")
    } else {
        ("", "")
    };
    match kind {
        Type::Any | Type::Null | Type::OneOf(_) => format!("{json}JsonElement"),
        Type::Boolean => "bool".to_owned(),
        Type::Integer => "long".to_owned(),
        Type::Number => "double".to_owned(),
        Type::String | Type::Uuid | Type::Choice(_) => "string".to_owned(),
        Type::Array(item) => format!("{generic}IReadOnlyList<{}>", item_type(item, prefix)),
        Type::Map(value) => format!("{generic}IReadOnlyDictionary<string, {}>", item_type(value, prefix)),
        Type::Ref(name) => format!("{prefix}{name}"),
        Type::Nullable(inner) => written(inner, prefix),
    }
}

/// An item that may be null has to say so: a plain value would not take the null.
fn item_type(kind: &Type, prefix: &str) -> String {
    let mark = if matches!(kind, Type::Nullable(_)) { "?" } else { "" };
    format!("{}{mark}", written(kind, prefix))
}

/// Text of a description for an XML comment: names in backticks become code.
fn xml(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts: Vec<&str> = escaped.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped;
    }
    let marked = parts
        .iter()
        .enumerate()
        .map(|(at, part)| if at % 2 == 1 { format!("<c>{part}</c>") } else { (*part).to_owned() });
    marked.collect()
}

/// Code as it stands, every line behind the prefix.
fn code(text: &str, prefix: &str) -> String {
    let lines =
        text.lines().map(|line| format!("{prefix}/// {}", line.replace('&', "&amp;").replace('<', "&lt;")));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Type, data, written, xml};

    #[test]
    fn plain_values_of_an_answer_can_be_null() {
        assert_eq!(data(&Type::Boolean, ""), "bool?");
        assert_eq!(data(&Type::String, ""), "string");
        assert_eq!(data(&Type::Ref("Account".to_owned()), "Types."), "Types.Account");
    }

    #[test]
    fn items_keep_their_null() {
        let items = Type::Map(Box::new(Type::Nullable(Box::new(Type::Integer))));
        assert_eq!(
            written(&items, ""),
            "global::System.Collections.Generic.IReadOnlyDictionary<string, long?>"
        );
    }

    #[test]
    fn descriptions_are_escaped_and_their_code_marked() {
        assert_eq!(xml("`a<b` & c"), "<c>a&lt;b</c> &amp; c");
    }
}
