//! The reference pages: an index, one page for each group of operations, and one for the events.

mod covered;
mod moving;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};

use super::Input;
use super::model::{Api, Field, Group, Operation, Type};
use super::names::Language;
use super::output::Output;
use super::render::{environment, render};
use super::samples;

const FOLDER: &str = "docs/reference";

pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let mut environment = environment()?;
    environment.add_filter("shown_type", |kind_of: Serde<Type>| shown_type(&kind_of));
    environment.add_filter("cell", |text: String| cell(&text));
    environment.add_filter("indented", |value: Serde<serde_json::Value>| samples::json_value(&value));
    environment.add_filter("nested", {
        let api = input.api.clone();
        move |kind_of: Serde<Type>| Value::from(Serde(nested(&kind_of, &api)))
    });
    let index = include_str!("../../templates/docs/index.md.j2");
    let context = context! { api => Value::from(Serde(input.api)) };
    let mut outputs = vec![Output::new(
        format!("{FOLDER}/README.md"),
        render(&environment, "docs/index.md.j2", index, context.clone())?,
    )];
    let events = include_str!("../../templates/docs/events.md.j2");
    outputs.push(Output::new(
        format!("{FOLDER}/events.md"),
        render(&environment, "docs/events.md.j2", events, context.clone())?,
    ));
    outputs.extend(pages(input, &environment)?);
    outputs.push(moving::page(input.api, &environment)?);
    outputs.push(covered::readme(input)?);
    Ok(outputs)
}

fn pages(input: &Input<'_>, environment: &Environment<'_>) -> Result<Vec<Output>> {
    let page = include_str!("../../templates/docs/group.md.j2");
    let api = input.api;
    let calls = calls(api);
    let guides = guides(input)?;
    api.groups
        .iter()
        .map(|group| {
            let context = context! {
                api => Value::from(Serde(api)),
                group => Value::from(Serde(group)),
                calls => Value::from(Serde(&calls)),
                links => Value::from(Serde(links(api))),
                guides => Value::from(Serde(&guides)),
            };
            let text = render(environment, "docs/group.md.j2", page, context)?;
            Ok(Output::new(format!("{FOLDER}/{}.md", group.page), text))
        })
        .collect()
}

/// The texts of the guides, by the operation's name.
fn guides<'a>(input: &Input<'a>) -> Result<BTreeMap<&'a str, String>> {
    let with_guide = |operation: &'a Operation| Some((operation.name.as_str(), operation.guide.as_ref()?));
    let read = |(name, guide): (&'a str, &String)| {
        let file = input.root.join("spec").join(guide);
        let text = fs::read_to_string(&file).with_context(|| format!("x-guide of {name}: {guide}"))?;
        Ok((name, text))
    };
    input.api.operations().filter_map(with_guide).map(read).collect()
}

/// Where each operation is described, from the reference's folder.
fn links(api: &Api) -> BTreeMap<&str, String> {
    let of_group = |group: &'_ Group| format!("{}.md", group.page);
    api.groups
        .iter()
        .flat_map(|group| group.operations.iter().map(move |operation| (group, operation)))
        .map(|(group, operation)| {
            let anchor = operation.name.to_lowercase();
            (operation.name.as_str(), format!("{}#{anchor}", of_group(group)))
        })
        .collect()
}

/// The example call of each operation in each language, in the order they are shown.
fn calls(api: &Api) -> BTreeMap<String, Vec<(&'static str, &'static str, String)>> {
    let written = |language, sample: fn(&Operation) -> String| -> Vec<String> {
        api.localized(language).operations().map(sample).collect()
    };
    let rust = api.localized(Language::Rust);
    let languages = [
        ("Python", "python", written(Language::Python, samples::python)),
        ("JavaScript", "javascript", written(Language::JavaScript, samples::javascript)),
        ("C#", "csharp", written(Language::CSharp, samples::csharp)),
        ("Rust", "rust", rust.operations().map(|operation| samples::rust(operation, &rust)).collect()),
        ("Lua", "lua", written(Language::Lua, samples::lua)),
    ];
    let of_operation = |(at, operation): (usize, &Operation)| {
        let calls = languages.iter().map(|(title, code, calls)| (*title, *code, calls[at].clone()));
        (operation.name.clone(), calls.collect())
    };
    api.operations().enumerate().map(of_operation).collect()
}

/// A type in words that mean the same in every language.
fn shown_type(kind_of: &Type) -> String {
    match kind_of {
        Type::Any => "anything".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer => "integer".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String | Type::Time => "text".to_owned(),
        Type::Uuid => "UUID".to_owned(),
        Type::Choice(values) => {
            values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" or ")
        }
        Type::Array(item) => format!("list of {}", shown_type(item)),
        Type::Map(value) if **value == Type::Any => "object".to_owned(),
        Type::Map(value) => format!("object of {}", shown_type(value)),
        Type::Ref(name) => name.clone(),
        Type::Nullable(inner) => format!("{} or null", shown_type(inner)),
        Type::OneOf(variants) => variants.iter().map(shown_type).collect::<Vec<_>>().join(" or "),
    }
}

/// A row of a table of fields; the name has the path to it.
#[derive(serde::Serialize)]
struct Row {
    name: String,
    kind: String,
    required: bool,
    default_server: bool,
    description: String,
}

/// The fields of an object and of the objects in it, one row each; an object is opened once.
fn nested(kind_of: &Type, api: &Api) -> Vec<Row> {
    let mut rows = Vec::new();
    add_rows(kind_of, "", api, &mut Vec::new(), &mut rows);
    rows
}

fn add_rows<'a>(kind_of: &'a Type, path: &str, api: &'a Api, open: &mut Vec<&'a str>, rows: &mut Vec<Row>) {
    match kind_of {
        Type::Array(inner) => add_rows(inner, &format!("{path}[]"), api, open, rows),
        Type::Nullable(inner) => add_rows(inner, path, api, open, rows),
        Type::Map(inner) => add_rows(inner, &format!("{path}.*"), api, open, rows),
        Type::OneOf(variants) => variants.iter().for_each(|variant| add_rows(variant, path, api, open, rows)),
        Type::Ref(name) if !open.contains(&name.as_str()) => {
            open.push(name);
            for field in api.types.iter().filter(|def| def.name == *name).flat_map(|def| &def.fields) {
                add_row(field, path, api, open, rows);
            }
            open.pop();
        }
        _ => {}
    }
}

fn add_row<'a>(field: &'a Field, path: &str, api: &'a Api, open: &mut Vec<&'a str>, rows: &mut Vec<Row>) {
    let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
    let row = Row {
        name: path.clone(),
        kind: shown_type(&field.kind_of),
        required: field.required,
        default_server: field.default_server,
        description: field.description.clone(),
    };
    if rows.iter().all(|other| other.name != row.name) {
        rows.push(row);
    }
    add_rows(&field.kind_of, &path, api, open, rows);
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', r"\|").replace('<', "&lt;")
}
