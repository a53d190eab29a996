//! The Python class of methods, its stubs and its types, as the templates get them.

mod annotations;
mod docstrings;
mod events;
mod literals;
mod shapes;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::Input;
use super::model::{Api, Argument, Field, Operation, Paged, PayloadKind};
use super::names::{Language, Use, identifier};
use super::output::Output;
use super::render::{environment, render};
use annotations::Annotations;
use events::Event;
use shapes::Shape;

/// The generated files of the package.
pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let api = input.api.localized(Language::Python);
    let view = view(&api);
    let environment = environment()?;
    let methods = include_str!("../../templates/python/_cms.py.j2");
    let stubs = include_str!("../../templates/python/_cms.pyi.j2");
    [
        ("_cms.py", "_cms.py", methods, false),
        ("_cms.pyi", "_cms.pyi", stubs, false),
        ("_async_cms.py", "_cms.py", methods, true),
        ("_async_cms.pyi", "_cms.pyi", stubs, true),
        ("_walks.py", "_walks.py", include_str!("../../templates/python/_walks.py.j2"), false),
        ("_walks.pyi", "_walks.pyi", include_str!("../../templates/python/_walks.pyi.j2"), false),
        ("_events.py", "_events.py", include_str!("../../templates/python/_events.py.j2"), false),
        ("_events.pyi", "_events.pyi", include_str!("../../templates/python/_events.pyi.j2"), false),
        ("types.py", "types.py", include_str!("../../templates/python/types.py.j2"), false),
    ]
    .into_iter()
    .map(|(file, name, template, awaits)| {
        let text =
            render(&environment, &format!("python/{name}.j2"), template, &Shown { view: &view, awaits })?;
        Ok(Output::new(format!("bindings-python/python/sonoran/{file}"), text))
    })
    .collect()
}

/// What a template sees.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    view: &'a View<'a>,
    /// Whether its methods are to be awaited.
    awaits: bool,
}

/// What the templates of `xtask/templates/python` have in common.
#[derive(Serialize)]
struct View<'a> {
    notice: &'a str,
    groups: Vec<Group<'a>>,
    /// Those of the methods whose lists come in pages.
    paged: Vec<Method<'a>>,
    types: Vec<Shape>,
    events: Vec<Event>,
    /// Whether a method hides a built-in type.
    builtins: bool,
    /// The methods, by the names that the core knows them by.
    names: Vec<&'a str>,
    /// Those that a ceiling can be given for.
    ceilings: Vec<&'a str>,
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
    /// How its list comes in pages, if it does.
    paged: Option<Pages>,
}

/// Values as Python writes them, and the type of an item.
#[derive(Serialize)]
struct Pages {
    items: String,
    total: String,
    size: String,
    largest: u32,
    item: String,
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
    let paged = api.operations().filter(|operation| operation.paged.is_some());
    let paged = paged.map(|operation| method(operation, &annotations)).collect();
    let builtins = ["bool", "dict", "float", "int", "list", "str"];
    let builtins = builtins.iter().any(|name| annotations.builtin(name) != *name);
    let operations = |version: &[u8]| -> Vec<&str> {
        api.operations()
            .filter(|each| version.contains(&each.version))
            .map(|each| each.name.as_str())
            .collect()
    };
    View {
        notice: &api.notice,
        groups,
        paged,
        types: shapes::shapes(api),
        events: events::events(api),
        builtins,
        names: operations(&[1, 2]),
        ceilings: operations(&[2]),
    }
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
        paged: operation.paged.as_ref().map(|paged| pages(paged, annotations)),
    }
}

fn pages(paged: &Paged, annotations: &Annotations<'_>) -> Pages {
    let written =
        |name: Option<&String>| literals::inline(&name.map_or(Value::Null, |name| name.as_str().into()));
    Pages {
        items: written(paged.items.as_ref()),
        total: written(paged.total.as_ref()),
        size: written(Some(&paged.size)),
        largest: paged.largest,
        item: annotations.of(&paged.item),
    }
}

fn parameters(operation: &Operation) -> String {
    let mut parts = vec![String::new()];
    for (argument, default) in defaults(operation) {
        parts.push(format!("{}{}", argument.local(), default.unwrap_or_default()));
    }
    parts.push("*".to_owned());
    for field in keywords(operation) {
        parts.push(format!("{}{}", field.name, if needed(field) { NOT_GIVEN } else { NONE }));
    }
    // It stands behind `self`.
    parts.join(", ")
}

/// The default of what may be left out.
const NONE: &str = "=None";
/// The default of what must be given all the same.
const NOT_GIVEN: &str = "=NOT_GIVEN";

/// The arguments with their defaults. After one that may be left out, Python wants a default for all the others, as
/// for a payload that can be given by its fields; what is then missing is refused by the native part.
fn defaults(operation: &Operation) -> Vec<(Argument<'_>, Option<&'static str>)> {
    let by_fields = !keywords(operation).is_empty();
    let mut optional = false;
    let arguments = operation.ordered().into_iter();
    arguments
        .map(|argument| {
            optional |= !argument.required() || (by_fields && matches!(argument, Argument::Payload(_)));
            let value = if argument.required() { NOT_GIVEN } else { NONE };
            (argument, optional.then_some(value))
        })
        .collect()
}

/// Whether a field given by name must be given.
fn needed(field: &Field) -> bool {
    field.required && !field.default_server
}

/// The fields of a payload that can be given by name instead: all whose name nothing else has.
fn keywords(operation: &Operation) -> Vec<&Field> {
    let Some(payload) = operation.payload.as_ref().filter(|payload| payload.kind == PayloadKind::Data) else {
        return Vec::new();
    };
    let free = |field: &&Field| {
        identifier(Language::Python, Use::Argument, &field.name) == field.name
            && operation.ordered().iter().all(|argument| argument.local() != field.name)
    };
    payload.fields.iter().filter(free).collect()
}

fn call(operation: &Operation) -> String {
    let unset: Vec<String> = defaults(operation)
        .iter()
        .filter(|(_, default)| *default == Some(NOT_GIVEN))
        .map(|(argument, _)| argument.local().to_owned())
        .collect();
    let value = |name: &String| if unset.contains(name) { format!("given({name})") } else { name.clone() };
    let names: Vec<String> = operation.parameters.iter().map(|parameter| value(&parameter.local)).collect();
    // A tuple of one needs its comma.
    let comma = if names.len() == 1 { "," } else { "" };
    let bounds = "timeout, deadline, retries, maxWait, rateLimit";
    let mut parts = vec![format!("\"{}\", ({}{comma}), {bounds}", operation.name, names.join(", "))];
    let payload = operation.payload.iter();
    parts.extend(payload.map(|payload| format!("\"{}\", {}", payload.name, value(&payload.local))));
    let by_name: Vec<String> = keywords(operation)
        .iter()
        .map(|field| {
            let name = &field.name;
            if needed(field) { format!("\"{name}\": given({name})") } else { format!("\"{name}\": {name}") }
        })
        .collect();
    if !by_name.is_empty() {
        parts.push(format!("{{{}}}", by_name.join(", ")));
    }
    parts.join(", ")
}

/// The parameters of the stub, in each way to call it: with everything in its place, and with the fields of the
/// payload by name.
fn stubs(operation: &Operation, annotations: &Annotations<'_>) -> Vec<String> {
    let mut ways = vec![in_place(operation, annotations)];
    let fields = keywords(operation);
    if !fields.is_empty() {
        ways.push(by_name(operation, annotations, &fields));
    }
    ways.into_iter()
        .map(|way| [vec!["self".to_owned()], way, vec![bounds(annotations)]].concat().join(", "))
        .collect()
}

fn typed(argument: &Argument<'_>, annotations: &Annotations<'_>) -> String {
    let kind = match argument {
        Argument::Parameter(parameter) => annotations.parameter(parameter),
        Argument::Payload(payload) => annotations.payload(payload),
    };
    format!("{}: {kind}", argument.local())
}

/// What must be given behind what may be left out has a default here, too: one signature, unlike two of which each
/// tells the half, fits what takes a function and its arguments, such as `asyncio.to_thread`.
fn in_place(operation: &Operation, annotations: &Annotations<'_>) -> Vec<String> {
    let mut optional = false;
    let mut way: Vec<String> = operation
        .ordered()
        .iter()
        .map(|argument| {
            let text = typed(argument, annotations);
            optional |= !argument.required();
            match (argument.required(), optional) {
                (true, false) => text,
                (true, true) => format!("{text} = ..."),
                (false, _) => format!("{text} | None = None"),
            }
        })
        .collect();
    way.push("*".to_owned());
    way
}

/// From the first argument that is not needed everything is given by name, the payload by its fields
/// where there are some.
fn by_name(operation: &Operation, annotations: &Annotations<'_>, fields: &[&Field]) -> Vec<String> {
    let mut way = Vec::new();
    let mut named = false;
    for argument in operation.ordered() {
        let replaced = matches!(argument, Argument::Payload(_)) && !fields.is_empty();
        if (replaced || !argument.required()) && !std::mem::replace(&mut named, true) {
            way.push("*".to_owned());
        }
        if replaced {
            way.extend(fields.iter().map(|field| keyword(field, annotations)));
        } else {
            let default = if argument.required() { "" } else { " | None = None" };
            way.push(format!("{}{default}", typed(&argument, annotations)));
        }
    }
    way
}

fn keyword(field: &Field, annotations: &Annotations<'_>) -> String {
    let kind = annotations.of(&field.kind_of);
    if needed(field) {
        return format!("{}: {kind}", field.name);
    }
    let none = if kind == "_Any" || kind.ends_with("None") { "" } else { " | None" };
    format!("{}: {kind}{none} = None", field.name)
}

/// What holds for one call alone.
fn bounds(annotations: &Annotations<'_>) -> String {
    let time = format!("{} | _timedelta", annotations.builtin("float"));
    let mode = "_Literal[\"wait\", \"error\", \"off\"]".to_owned();
    let int = annotations.builtin("int");
    [("timeout", &time), ("deadline", &time), ("retries", &int), ("maxWait", &time), ("rateLimit", &mode)]
        .map(|(name, kind)| format!("{name}: {kind} | None = None"))
        .join(", ")
}
