//! The page "From v1 to v2": what version 2 has for each operation of version 1.

use anyhow::Result;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde::Serialize;

use super::super::model::{Api, Argument, Operation};
use super::super::output::Output;
use super::super::render::render;
use super::links;

/// An operation and its counterpart.
#[derive(Serialize)]
struct Pair<'a> {
    old: &'a str,
    old_arguments: String,
    new: Option<&'a str>,
    new_arguments: String,
    differs: String,
}

pub(super) fn page(api: &Api, environment: &Environment<'_>) -> Result<Output> {
    let old = || api.operations().filter(|operation| operation.version == 1);
    let pairs: Vec<Pair<'_>> = old().map(|operation| pair(operation, api)).collect();
    let template = include_str!("../../../templates/docs/from-v1-to-v2.md.j2");
    let context = context! {
        api => Value::from(Serde(api)),
        pairs => Value::from(Serde(&pairs)),
        links => Value::from(Serde(links(api))),
        limit => old().next().map(|operation| operation.limit),
    };
    let text = render(environment, "docs/from-v1-to-v2.md.j2", template, context)?;
    Ok(Output::new("docs/from-v1-to-v2.md", text))
}

fn pair<'a>(old: &'a Operation, api: &'a Api) -> Pair<'a> {
    let wanted = old.wire.as_ref().and_then(|wire| wire.counterpart.as_deref());
    let new = api.operations().find(|operation| Some(operation.name.as_str()) == wanted);
    Pair {
        old: &old.name,
        old_arguments: names(old).join(", "),
        new: new.map(|new| new.name.as_str()),
        new_arguments: new.map(|new| names(new).join(", ")).unwrap_or_default(),
        differs: new.map(|new| differs(old, new)).unwrap_or_default(),
    }
}

fn names(operation: &Operation) -> Vec<&str> {
    // The names live in the operation, not in the list of references to them.
    let name = |slot: &Option<usize>| match slot {
        Some(index) => Some(operation.parameters[*index].name.as_str()),
        None => operation.payload.as_ref().map(|payload| payload.name.as_str()),
    };
    operation.arguments.iter().filter_map(name).collect()
}

/// What can be given: arguments that are plain values, and fields.
fn given(operation: &Operation) -> Vec<&str> {
    let mut names: Vec<&str> = operation.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let fields = operation.payload.iter().flat_map(|payload| &payload.fields);
    names.extend(fields.map(|field| field.name.as_str()));
    names
}

fn differs(old: &Operation, new: &Operation) -> String {
    let (before, after) = (given(old), given(new));
    let listed = |names: &[&str], others: &[&str]| {
        let names: Vec<String> =
            names.iter().filter(|name| !others.contains(name)).map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let (gone, added) = (listed(&before, &after), listed(&after, &before));
    let payload = |operation: &Operation| operation.ordered().iter().any(is_object);
    let parts = [
        (!gone.is_empty()).then(|| format!("without {gone}")),
        (!added.is_empty()).then(|| format!("with {added}")),
        (payload(old) && !payload(new)).then(|| "no object".to_owned()),
        (!payload(old) && payload(new)).then(|| "now in an object".to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") }
}

fn is_object(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::Payload(_))
}
