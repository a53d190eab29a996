//! The face of C#: the class of methods, a record for every object that they take and give, a class for every event.

mod overloads;
mod types;

use std::collections::BTreeSet;

use anyhow::Result;
use minijinja::Environment;
use serde::Serialize;

use self::overloads::{Overload, ParameterView, overloads};
use self::types::{Read, TypeView, UnionView};
use super::Input;
use super::model::{Api, Event, Operation, Paged, Type};
use super::names::Language;
use super::output::Output;
use super::render::{comment, environment, render};
use super::samples;

/// Name of a template, its text, and the file that it writes.
const FILES: [(&str, &str, &str); 7] = [
    (
        "csharp/Cms.cs.j2",
        include_str!("../../templates/csharp/Cms.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran/Generated/Cms.cs",
    ),
    (
        "csharp/ICms.cs.j2",
        include_str!("../../templates/csharp/ICms.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran/Generated/ICms.cs",
    ),
    (
        "csharp/Walks.cs.j2",
        include_str!("../../templates/csharp/Walks.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran/Generated/Walks.cs",
    ),
    (
        "csharp/Types.cs.j2",
        include_str!("../../templates/csharp/Types.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran/Generated/Types.cs",
    ),
    (
        "csharp/Read.cs.j2",
        include_str!("../../templates/csharp/Read.cs.j2"),
        "bindings-csharp/dotnet/src/Sonoran/Generated/Read.cs",
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
    walks: Vec<WalkView<'a>>,
    types: Vec<TypeView<'a>>,
    unions: Vec<UnionView>,
    events: &'a [Event],
    /// What is written and is no record, such as a list of them.
    loose: BTreeSet<String>,
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
    /// The type of the data, and how they are read.
    data: String,
    taker: String,
    /// The documented call, as code.
    example: String,
}

/// A list that comes in pages.
#[derive(Serialize)]
struct WalkView<'a> {
    name: &'a str,
    local: &'a str,
    paged: &'a Paged,
    item: String,
    taker: String,
    page: String,
    ids: Vec<ParameterView<'a>>,
    query: String,
    query_local: &'a str,
    /// The field that says how many a page may hold.
    size: &'a str,
}

/// The generated files of the package.
pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let api = input.api.localized(Language::CSharp);
    let environment = filters(environment()?);
    let mut read = Read::new(&api);
    let unions = read.unions();
    let of_a_call: BTreeSet<&str> = api.operations().filter_map(payload_record).collect();
    let view = View {
        notice: &api.notice,
        groups: groups(&api),
        walks: api.operations().filter_map(walk).collect(),
        types: api.types.iter().map(|def| read.record(def, of_a_call.contains(def.local.as_str()))).collect(),
        unions,
        events: &api.events,
        loose: loose(&api),
    };
    FILES
        .iter()
        .map(|(name, template, path)| Ok(Output::new(*path, render(&environment, name, template, &view)?)))
        .collect()
}

/// The record that an operation takes.
fn payload_record(operation: &Operation) -> Option<&str> {
    match &operation.payload.as_ref()?.kind_of {
        Type::Ref(name) => Some(name),
        _ => None,
    }
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
    let bare = api.bare_list(&operation.data).map(|(def, _)| Type::Ref(def.local.clone()));
    let kind = bare.as_ref().unwrap_or(&operation.data);
    MethodView {
        operation,
        overloads: overloads(operation),
        data: types::data(kind),
        taker: types::data_taker(kind, bare.is_some()),
        example: samples::csharp(operation),
    }
}

fn walk(operation: &Operation) -> Option<WalkView<'_>> {
    let paged = operation.paged.as_ref()?;
    let payload = operation.payload.as_ref()?;
    let size = payload.fields.iter().find(|field| field.name == paged.size)?;
    Some(WalkView {
        name: &operation.name,
        local: &operation.local,
        paged,
        item: types::written(&paged.item),
        taker: types::data_taker(&paged.item, false),
        page: types::data(&operation.data),
        ids: operation.parameters.iter().map(|parameter| overloads::id(parameter, false)).collect(),
        query: types::written(&payload.kind_of),
        query_local: &payload.local,
        size: &size.local,
    })
}

/// What `JsonSerializerContext` must know beside the records: lists that are sent or answered, and what a null is read as
/// where a plain value is documented.
fn loose(api: &Api) -> BTreeSet<String> {
    let plain = ["bool?", "long?", "double?", "global::System.Guid?", "global::System.DateTimeOffset?"];
    let data = api.operations().map(|operation| &operation.data);
    let payloads = api.operations().filter_map(|operation| operation.payload.as_ref());
    let lists = payloads.filter_map(|payload| match &payload.kind_of {
        Type::Array(item) => Some(overloads::list_of(item)),
        _ => None,
    });
    data.filter(|data| matches!(data, Type::Array(_) | Type::Map(_)))
        .map(types::written)
        .chain(lists)
        .chain(plain.map(str::to_owned))
        .collect()
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
    use super::xml;

    #[test]
    fn descriptions_are_escaped_and_their_code_marked() {
        assert_eq!(xml("`a<b` & c"), "<c>a&lt;b</c> &amp; c");
    }
}
