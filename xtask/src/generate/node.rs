//! The face of JavaScript: the class of methods, its declarations, the types of the data, and the events.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use minijinja::Environment;
use serde::Serialize;

use super::Input;
use super::model::{
    Api, Argument, Event, Field, Kind, Operation, Parameter, Payload, PayloadKind, Role, Type, TypeDef,
};
use super::names::Language;
use super::output::Output;
use super::render::{self, comment, environment, literal, render};
use super::samples;

/// Name of a template, its text, and the file that it writes.
const FILES: [(&str, &str, &str); 7] = [
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
        "node/walks.js.j2",
        include_str!("../../templates/node/walks.js.j2"),
        "bindings-node/generated/walks.js",
    ),
    (
        "node/walks.d.ts.j2",
        include_str!("../../templates/node/walks.d.ts.j2"),
        "bindings-node/generated/walks.d.ts",
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
    /// The type of an item, where the list comes in pages.
    item: Option<String>,
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
    local: String,
    /// What it has in common with others.
    base: Option<String>,
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
    let ways = Ways::of(&api);
    if let Some(taken) =
        api.types.iter().find(|def| ways.both.iter().any(|name| ways.sent(name) == def.local))
    {
        bail!(
            "{} is also what an object that goes both ways is called where it is sent: rename one",
            taken.name
        );
    }
    let view = View {
        notice: &api.notice,
        methods: api.operations().map(|operation| method(operation, &ways)).collect(),
        types: api.types.iter().flat_map(|def| type_views(def, &ways)).collect(),
        events: api.events.iter().map(event_view).collect(),
    };
    FILES
        .iter()
        .map(|(name, template, path)| Ok(Output::new(*path, render(&environment, name, template, &view)?)))
        .collect()
}

/// Which way the objects travel. What comes is open to more fields, and what is sent is not, so that a slip of the pen
/// is an error: an object that goes both ways has a type for each.
struct Ways<'a> {
    both: BTreeSet<&'a str>,
    /// Those that stand in an argument's place, with their base.
    arguments: BTreeMap<&'a str, String>,
}

impl<'a> Ways<'a> {
    fn of(api: &'a Api) -> Self {
        let defs: BTreeMap<&str, &TypeDef> = api.types.iter().map(|def| (def.local.as_str(), def)).collect();
        let mut come = BTreeSet::new();
        let answers = api.operations().map(|operation| &operation.data);
        for data in answers.chain(api.events.iter().map(|event| &event.data)) {
            reach(data, &defs, &mut come);
        }
        let both = come.into_iter().filter(|name| defs.get(name).is_some_and(|def| def.role != Role::Data));
        let payloads = api.operations().filter_map(|operation| operation.payload.as_ref());
        let arguments = payloads.filter_map(|payload| match &payload.kind_of {
            Type::Ref(name) => Some((name.as_str(), base(&payload.fields))),
            _ => None,
        });
        Self { both: both.collect(), arguments: arguments.collect() }
    }

    /// The name of what is sent.
    fn sent(&self, name: &str) -> String {
        let suffix = if self.both.contains(name) { "Input" } else { "" };
        format!("{name}{suffix}")
    }
}

fn reach<'a>(kind: &'a Type, defs: &BTreeMap<&str, &'a TypeDef>, found: &mut BTreeSet<&'a str>) {
    match kind {
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => reach(inner, defs, found),
        Type::OneOf(variants) => variants.iter().for_each(|variant| reach(variant, defs, found)),
        Type::Ref(name) => {
            let Some(def) = defs.get(name.as_str()).filter(|_| found.insert(name)) else { return };
            def.fields.iter().for_each(|field| reach(&field.kind_of, defs, found));
        }
        _ => {}
    }
}

/// An argument's object has nothing in it that belongs in another argument, unless it is documented.
fn base(fields: &[Field]) -> String {
    let names = fields.iter().map(|field| field.name.as_str());
    let documented: Vec<String> = names.filter(|name| ELSEWHERE.contains(name)).map(literal).collect();
    match documented.join(" | ") {
        names if names.is_empty() => "NoCallOptions".to_owned(),
        names => format!("Omit<NoCallOptions, {names}>"),
    }
}

fn filters(mut environment: Environment<'static>) -> Environment<'static> {
    environment.add_filter("js_key", |name: String| key(&name));
    environment.add_filter("js_text", |text: String| inside_comment(&text));
    environment.add_filter("js_doc", |text: String, indent: String| doc(&text, &indent));
    environment.add_filter("js_lines", |text: String, prefix: String| lines(&text, &prefix));
    environment
}

fn method<'a>(operation: &'a Operation, ways: &Ways<'_>) -> MethodView<'a> {
    let view = |argument| match argument {
        Argument::Parameter(parameter) => id(parameter),
        Argument::Payload(given) => payload(given, ways),
    };
    let mut arguments: Vec<ArgumentView<'_>> = operation.ordered().into_iter().map(view).collect();
    // TypeScript lets an argument be left out only where all after it may be left out too.
    let last_required = arguments.iter().rposition(|argument| !argument.optional);
    for argument in arguments.iter_mut().take(last_required.unwrap_or_default()) {
        if std::mem::take(&mut argument.optional) {
            argument.written_type.push_str(" | undefined");
        }
    }
    let data = came(&operation.data, "types.");
    let item = operation.paged.as_ref().map(|paged| came(&paged.item, "types."));
    MethodView { operation, arguments, data, item, example: samples::javascript(operation) }
}

fn id(parameter: &Parameter) -> ArgumentView<'_> {
    let plain = match parameter.kind {
        Kind::Text if !parameter.choices.is_empty() => &literals(&parameter.choices).join(" | "),
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

fn payload<'a>(payload: &'a Payload, ways: &Ways<'_>) -> ArgumentView<'a> {
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
        written_type: format!("{text}{}{null}", sent(&payload.kind_of, "types.", ways)),
        description: if payload.description.is_empty() {
            description.to_owned()
        } else {
            payload.description.clone()
        },
    }
}

/// The types that stand for an object.
fn type_views<'a>(def: &'a TypeDef, ways: &Ways<'_>) -> Vec<TypeView<'a>> {
    let view = |local: String, base: Option<&String>, role: Role| {
        let fields = def.fields.iter().map(|field| FieldView {
            key: key(&field.name),
            optional: !field.required,
            written_type: field_type(field, role, ways),
            description: &field.description,
        });
        TypeView { local, base: base.cloned(), role, description: &def.description, fields: fields.collect() }
    };
    let base = ways.arguments.get(def.local.as_str());
    let came = (def.role == Role::Data || ways.both.contains(def.local.as_str()))
        .then(|| view(def.local.clone(), None, Role::Data));
    let sent = (def.role != Role::Data).then(|| view(ways.sent(&def.local), base, def.role));
    came.into_iter().chain(sent).collect()
}

fn event_view(event: &Event) -> EventView<'_> {
    let Event { name, stem, summary, description, data, .. } = event;
    EventView { name, stem, summary, description, data: came(data, "types.") }
}

/// How types are written for one way.
struct Written<'a> {
    /// What stands before the names of generated types.
    prefix: &'a str,
    /// None for what comes.
    sent: Option<&'a Ways<'a>>,
}

impl Written<'_> {
    /// A type in TypeScript.
    fn of(&self, kind: &Type) -> String {
        match kind {
            Type::Any => "unknown".to_owned(),
            Type::Null => "null".to_owned(),
            Type::Boolean => "boolean".to_owned(),
            Type::Integer | Type::Number => "number".to_owned(),
            Type::String | Type::Uuid | Type::Time => "string".to_owned(),
            Type::Choice(values) => self.choice(values),
            Type::Array(item) if self.sent.is_some() => format!("ReadonlyArray<{}>", self.of(item)),
            Type::Array(item) => format!("Array<{}>", self.of(item)),
            Type::Map(value) => format!("Record<string, {}>", self.of(value)),
            Type::Ref(name) => {
                let name = self.sent.map_or_else(|| name.clone(), |ways| ways.sent(name));
                format!("{}{name}", self.prefix)
            }
            Type::Nullable(inner) => union(&[self.of(inner), "null".to_owned()]),
            Type::OneOf(variants) => {
                union(&variants.iter().map(|variant| self.of(variant)).collect::<Vec<_>>())
            }
        }
    }

    /// `string & {}` lets editors offer the known values while any other may come.
    fn choice(&self, values: &[String]) -> String {
        let mut known = literals(values);
        if self.sent.is_none() {
            known.push("(string & {})".to_owned());
        }
        known.join(" | ")
    }
}

fn came(kind: &Type, prefix: &str) -> String {
    Written { prefix, sent: None }.of(kind)
}

fn sent(kind: &Type, prefix: &str, ways: &Ways<'_>) -> String {
    Written { prefix, sent: Some(ways) }.of(kind)
}

fn literals(values: &[String]) -> Vec<String> {
    values.iter().map(|value| literal(value)).collect()
}

/// Alternatives as this language writes them.
fn union(types: &[String]) -> String {
    render::union(types, "unknown", " | ")
}

/// What is sent may name a field and leave it undefined; null is not sent in a query.
fn field_type(field: &Field, role: Role, ways: &Ways<'_>) -> String {
    let kind = match role {
        Role::Data => came(&field.kind_of, ""),
        Role::Payload | Role::Query => sent(&field.kind_of, "", ways),
    };
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
