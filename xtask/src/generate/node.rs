//! The face of JavaScript: the class of methods, its declarations, the types of the data, and the events.

use anyhow::Result;
use minijinja::Environment;
use serde::Serialize;

use super::Input;
use super::model::{
    Argument, Event, Field, Kind, Operation, Parameter, Payload, PayloadKind, Role, Type, TypeDef,
};
use super::names::Language;
use super::output::Output;
use super::render::{comment, environment, literal, render};
use super::samples;

/// Name of a template, its text, and the file that it writes.
const FILES: [(&str, &str, &str); 5] = [
    ("node/cms.js.j2", include_str!("../../templates/node/cms.js.j2"), "bindings-node/generated/cms.js"),
    (
        "node/cms.d.ts.j2",
        include_str!("../../templates/node/cms.d.ts.j2"),
        "bindings-node/generated/cms.d.ts",
    ),
    (
        "node/types.d.ts.j2",
        include_str!("../../templates/node/types.d.ts.j2"),
        "bindings-node/generated/types.d.ts",
    ),
    (
        "node/events.js.j2",
        include_str!("../../templates/node/events.js.j2"),
        "bindings-node/generated/events.js",
    ),
    (
        "node/events.d.ts.j2",
        include_str!("../../templates/node/events.d.ts.j2"),
        "bindings-node/generated/events.d.ts",
    ),
];

/// A doc comment beyond this is written over several lines.
const LONGEST_LINE: usize = 90;

/// The members of `NoCallOptions` in lib/options.d.ts.
const ELSEWHERE: [&str; 8] =
    ["signal", "timeout", "deadline", "retries", "maxWait", "rateLimit", "aborted", "length"];

#[derive(Serialize)]
struct View<'a> {
    notice: &'a str,
    methods: Vec<MethodView<'a>>,
    types: Vec<TypeView<'a>>,
    events: Vec<EventView<'a>>,
}

#[derive(Serialize)]
struct MethodView<'a> {
    operation: &'a Operation,
    arguments: Vec<ArgumentView<'a>>,
    data: String,
    /// The documented call, as code.
    example: String,
}

#[derive(Serialize)]
struct ArgumentView<'a> {
    local: &'a str,
    optional: bool,
    #[serde(rename = "type")]
    written_type: String,
    description: String,
}

#[derive(Serialize)]
struct TypeView<'a> {
    local: &'a str,
    role: Role,
    description: &'a str,
    fields: Vec<FieldView<'a>>,
}

#[derive(Serialize)]
struct FieldView<'a> {
    key: String,
    optional: bool,
    #[serde(rename = "type")]
    written_type: String,
    description: &'a str,
}

#[derive(Serialize)]
struct EventView<'a> {
    name: &'a str,
    stem: &'a str,
    summary: &'a str,
    description: &'a str,
    data: String,
}

/// The generated files of the package.
pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let api = input.api.localized(Language::JavaScript);
    let environment = filters(environment()?);
    let view = View {
        notice: &api.notice,
        methods: api.operations().map(method).collect(),
        types: api.types.iter().map(type_view).collect(),
        events: api.events.iter().map(event_view).collect(),
    };
    FILES
        .iter()
        .map(|(name, template, path)| Ok(Output::new(*path, render(&environment, name, template, &view)?)))
        .collect()
}

fn filters(mut environment: Environment<'static>) -> Environment<'static> {
    environment.add_filter("js_key", |name: String| key(&name));
    environment.add_filter("js_text", |text: String| inside_comment(&text));
    environment.add_filter("js_doc", |text: String, indent: String| doc(&text, &indent));
    environment.add_filter("js_lines", |text: String, prefix: String| lines(&text, &prefix));
    environment
}

fn method(operation: &Operation) -> MethodView<'_> {
    let view = |argument| match argument {
        Argument::Parameter(parameter) => id(parameter),
        Argument::Payload(given) => payload(given),
    };
    let mut arguments: Vec<ArgumentView<'_>> = operation.ordered().into_iter().map(view).collect();
    // TypeScript lets an argument be left out only where all after it may be left out too.
    let last_required = arguments.iter().rposition(|argument| !argument.optional);
    for argument in arguments.iter_mut().take(last_required.unwrap_or_default()) {
        if std::mem::take(&mut argument.optional) {
            argument.written_type.push_str(" | undefined");
        }
    }
    let data = written(&operation.data, "types.");
    MethodView { operation, arguments, data, example: samples::javascript(operation) }
}

fn id(parameter: &Parameter) -> ArgumentView<'_> {
    let plain = match parameter.kind {
        Kind::Integer | Kind::Number => "number | bigint | string",
        Kind::Text if parameter.default_server => "number | bigint | string",
        // Ids of Discord and the like are numbers beyond what is exact in a number of JavaScript.
        Kind::Text => "string | bigint",
        Kind::Uuid => "string",
        Kind::Boolean => "boolean",
    };
    let null = if parameter.required { "" } else { " | null" };
    ArgumentView {
        local: &parameter.local,
        optional: !parameter.required,
        written_type: format!("{plain}{null}"),
        description: parameter.description.clone(),
    }
}

fn payload(payload: &Payload) -> ArgumentView<'_> {
    let null = if payload.required { "" } else { " | null" };
    let text = if payload.text_as.is_empty() { "" } else { "string | " };
    let description = match payload.kind {
        PayloadKind::Body => "What to send: a plain object.",
        PayloadKind::Query => "What to ask for: a plain object.",
        PayloadKind::Data => "A plain object.",
        PayloadKind::List => "A list of plain objects.",
    };
    ArgumentView {
        local: &payload.local,
        optional: !payload.required,
        written_type: format!("{text}{}{null}", given(payload)),
        description: if payload.description.is_empty() {
            description.to_owned()
        } else {
            payload.description.clone()
        },
    }
}

/// The type of a payload; an object with named fields has nothing in it that belongs in another argument.
fn given(payload: &Payload) -> String {
    let kind = written(&payload.kind_of, "types.");
    if !matches!(payload.kind_of, Type::Ref(_)) {
        return kind;
    }
    let fields = payload.fields.iter().map(|field| field.name.as_str());
    let documented: Vec<String> = fields.filter(|name| ELSEWHERE.contains(name)).map(literal).collect();
    match documented.join(" | ") {
        names if names.is_empty() => format!("({kind} & NoCallOptions)"),
        names => format!("({kind} & Omit<NoCallOptions, {names}>)"),
    }
}

fn type_view(def: &TypeDef) -> TypeView<'_> {
    let fields = def.fields.iter().map(|field| FieldView {
        key: key(&field.name),
        optional: !field.required,
        written_type: field_type(field, def.role),
        description: &field.description,
    });
    TypeView { local: &def.local, role: def.role, description: &def.description, fields: fields.collect() }
}

fn event_view(event: &Event) -> EventView<'_> {
    let Event { name, stem, summary, description, data, .. } = event;
    EventView { name, stem, summary, description, data: written(data, "types.") }
}

/// A type in TypeScript; `prefix` stands before the names of generated types.
fn written(kind: &Type, prefix: &str) -> String {
    match kind {
        Type::Any => "unknown".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer | Type::Number => "number".to_owned(),
        Type::String | Type::Uuid | Type::Time => "string".to_owned(),
        // `string & {}` lets editors offer the known values while any other passes.
        Type::Choice(values) => {
            let known = values.iter().map(|value| literal(value));
            known.chain(["(string & {})".to_owned()]).collect::<Vec<_>>().join(" | ")
        }
        Type::Array(item) => format!("Array<{}>", written(item, prefix)),
        Type::Map(value) => format!("Record<string, {}>", written(value, prefix)),
        Type::Ref(name) => format!("{prefix}{name}"),
        Type::Nullable(inner) => union(&[written(inner, prefix), "null".to_owned()]),
        Type::OneOf(variants) => {
            union(&variants.iter().map(|variant| written(variant, prefix)).collect::<Vec<_>>())
        }
    }
}

/// Alternatives without repetition; what may be anything needs none.
fn union(types: &[String]) -> String {
    let mut alternatives: Vec<&str> = Vec::new();
    for alternative in types {
        if alternative == "unknown" {
            return alternative.clone();
        }
        if !alternatives.contains(&alternative.as_str()) {
            alternatives.push(alternative);
        }
    }
    alternatives.join(" | ")
}

/// What is sent may name a field and leave it undefined; null is not sent in a query.
fn field_type(field: &Field, role: Role) -> String {
    let kind = written(&field.kind_of, "");
    let absent: &[&str] = match role {
        _ if field.required => &[],
        Role::Data => &[],
        Role::Payload => &["undefined"],
        Role::Query => &["null", "undefined"],
    };
    let parts = std::iter::once(kind).chain(absent.iter().map(|&name| name.to_owned()));
    union(&parts.collect::<Vec<_>>())
}

/// A name as the key of an object, quoted only where it must be.
fn key(name: &str) -> String {
    let plain = name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
        && name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    // The one key that would set the prototype, quoted or not.
    match name {
        "__proto__" => "[\"__proto__\"]".to_owned(),
        _ if plain => name.to_owned(),
        _ => literal(name),
    }
}

/// A doc comment, on one line if it fits.
fn doc(text: &str, indent: &str) -> String {
    let body = comment(&inside_comment(text), &format!("{indent} *"));
    match body.strip_prefix(&format!("{indent} * ")) {
        Some(line) if !line.contains('\n') && line.len() < LONGEST_LINE => format!("{indent}/** {line} */"),
        _ => format!("{indent}/**\n{body}\n{indent} */"),
    }
}

/// Text that does not end the comment that it stands in.
fn inside_comment(text: &str) -> String {
    text.replace("*/", "*\\/")
}

/// Code as it stands, every line behind `prefix`.
fn lines(code: &str, prefix: &str) -> String {
    code.lines().map(|line| format!("{prefix}{line}")).collect::<Vec<_>>().join("\n")
}
