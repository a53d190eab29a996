//! The Python class of methods, its stubs and its types, as the templates get them.

mod annotations;
mod docstrings;
mod literals;
mod shapes;

use anyhow::Result;
use serde::Serialize;

use super::Input;
use super::model::{Api, Operation, PayloadKind};
use super::names::Language;
use super::output::Output;
use super::render::{environment, render};
use annotations::Annotations;
use shapes::Shape;

/// The generated files of the package.
pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let api = input.api.localized(Language::Python);
    let view = view(&api);
    let environment = environment()?;
    [
        ("_cms.py", include_str!("../../templates/python/_cms.py.j2")),
        ("_cms.pyi", include_str!("../../templates/python/_cms.pyi.j2")),
        ("types.py", include_str!("../../templates/python/types.py.j2")),
    ]
    .into_iter()
    .map(|(file, template)| {
        let text = render(&environment, &format!("python/{file}.j2"), template, &view)?;
        Ok(Output::new(format!("bindings-python/python/sonoran/{file}"), text))
    })
    .collect()
}

/// What the templates of `xtask/templates/python` see.
#[derive(Serialize)]
struct View<'a> {
    notice: &'a str,
    groups: Vec<Group<'a>>,
    types: Vec<Shape>,
    /// Whether a method hides a built-in type.
    builtins: bool,
}

#[derive(Serialize)]
struct Group<'a> {
    name: &'a str,
    methods: Vec<Method<'a>>,
}

#[derive(Serialize)]
struct Method<'a> {
    name: &'a str,
    /// The parameters of the implementation, after `self`.
    parameters: String,
    summary: String,
    /// The rest of its docstring.
    doc: Vec<String>,
    /// What it hands to the one `_execute`.
    call: String,
    /// The parameters of the stub, in each way to call it.
    stubs: Vec<String>,
    /// The type of the response's data.
    data: String,
}

fn view(api: &Api) -> View<'_> {
    let annotations = Annotations::of_methods(api);
    let groups = api
        .groups
        .iter()
        .map(|group| Group {
            name: &group.name,
            methods: group.operations.iter().map(|operation| method(operation, &annotations)).collect(),
        })
        .collect();
    let builtins = ["bool", "dict", "float", "int", "list", "str"];
    let builtins = builtins.iter().any(|name| annotations.builtin(name) != *name);
    View { notice: &api.notice, groups, types: shapes::shapes(api), builtins }
}

fn method<'a>(operation: &'a Operation, annotations: &Annotations<'_>) -> Method<'a> {
    Method {
        name: &operation.local,
        parameters: parameters(operation),
        summary: docstrings::summary(operation),
        doc: docstrings::details(operation, annotations),
        call: call(operation),
        stubs: stubs(operation, annotations),
        data: annotations.of(&operation.data),
    }
}

/// After one that may be left out, Python wants a default for all the others; what is then
/// missing is refused by the native part.
fn parameters(operation: &Operation) -> String {
    let mut names = Vec::new();
    let mut optional = false;
    for parameter in &operation.parameters {
        optional |= parameter.default_server;
        names.push((parameter.local.as_str(), optional));
    }
    if let Some(payload) = &operation.payload {
        names.push((payload.local.as_str(), optional || !payload.required));
    }
    let text = |(name, optional)| format!(", {name}{}", if optional { "=None" } else { "" });
    names.into_iter().map(text).collect::<Vec<_>>().concat()
}

fn call(operation: &Operation) -> String {
    let names: Vec<&str> = operation.parameters.iter().map(|parameter| parameter.local.as_str()).collect();
    // A tuple of one needs its comma.
    let comma = if names.len() == 1 { "," } else { "" };
    let payload = operation.payload.as_ref().map_or_else(String::new, |payload| {
        let kind = match payload.kind {
            PayloadKind::Body => "payload",
            PayloadKind::Query => "query",
        };
        format!(", {kind}={}", payload.local)
    });
    format!("\"{}\", ({}{comma}), timeout, deadline, retries{payload}", operation.name, names.join(", "))
}

/// The parameters of the stub. Where a server id stands before what must be given there are two
/// ways to call: with everything in its place, or without the server id and the rest by name.
fn stubs(operation: &Operation, annotations: &Annotations<'_>) -> Vec<String> {
    let payload = operation.payload.as_ref();
    let last_required = operation.parameters.iter().rposition(|parameter| !parameter.default_server);
    let must_follow = |index: usize| {
        payload.is_some_and(|payload| payload.required) || last_required.is_some_and(|last| last > index)
    };
    let mut in_place = vec!["self".to_owned()];
    let mut by_name = in_place.clone();
    let mut two_ways = false;
    for (index, parameter) in operation.parameters.iter().enumerate() {
        let text = format!("{}: {}", parameter.local, annotations.parameter(parameter));
        if !parameter.default_server {
            by_name.push(text.clone());
            in_place.push(text);
        } else if must_follow(index) {
            if !std::mem::replace(&mut two_ways, true) {
                by_name.push("*".to_owned());
            }
            in_place.push(format!("{text} | None"));
        } else {
            in_place.push(format!("{text} | None = None"));
        }
    }
    if let Some(payload) = payload {
        let default = if payload.required { "" } else { " | None = None" };
        let text = format!("{}: {}{default}", payload.local, annotations.payload(payload));
        by_name.push(text.clone());
        in_place.push(text);
    }
    in_place.push("*".to_owned());
    let ways = if two_ways { vec![in_place, by_name] } else { vec![in_place] };
    ways.into_iter().map(|way| format!("{}, {}", way.join(", "), bounds(annotations))).collect()
}

/// What holds for one call alone.
fn bounds(annotations: &Annotations<'_>) -> String {
    let (float, int) = (annotations.builtin("float"), annotations.builtin("int"));
    [("timeout", &float), ("deadline", &float), ("retries", &int)]
        .map(|(name, kind)| format!("{name}: {kind} | None = None"))
        .join(", ")
}
