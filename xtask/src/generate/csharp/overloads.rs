//! The ways to call one of C#'s methods.

use serde::Serialize;

use super::super::model::{Argument, Kind, Operation, Parameter, Payload, PayloadKind, Type};
use super::types::record;
use super::xml;

/// One way to call a method.
#[derive(Serialize)]
pub(super) struct Overload<'a> {
    parameters: Vec<ParameterView<'a>>,
    /// What is handed to the core: every id, and the payload.
    arguments: Vec<String>,
    payload: String,
    /// Whether the payload's members are looked at when the program runs.
    reflects: bool,
    tail: Tail,
}

/// How call options and token stand at the end.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Tail {
    /// Both, with defaults.
    Defaults,
    /// The options alone.
    Options,
    /// Both, without defaults.
    Both,
    /// The token alone.
    Token,
}

/// What stands between the method's brackets.
#[derive(Serialize)]
pub(super) struct ParameterView<'a> {
    #[serde(rename = "type")]
    written: String,
    local: &'a str,
    default: &'static str,
    description: String,
}

/// The form of the payload.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Its record, or a list of it.
    Typed,
    /// Anything that becomes an object.
    Any,
    /// A text that stands for it.
    Text,
    LeftOut,
}

/// All ways to call a method. Only what stands at the end can have a default value, so that others leave the server id
/// out where something follows it. The record has one, and not any object, or a call without both would be either. Where
/// a payload may be left out, call options or a token in its place would be taken for one, were there no overloads for
/// them; these have no default values, so that they win where the arguments are named.
pub(super) fn overloads(operation: &Operation) -> Vec<Overload<'_>> {
    let mut forms = Vec::new();
    if let Some(payload) = &operation.payload {
        if typed(payload).is_some() {
            forms.push((Form::Typed, Tail::Defaults));
        }
        forms.push((Form::Any, Tail::Defaults));
        if !payload.text_as.is_empty() {
            forms.push((Form::Text, Tail::Defaults));
        }
        if !payload.required {
            let tails = [Tail::Options, Tail::Both, Tail::Token];
            forms.extend(tails.map(|tail| (Form::LeftOut, tail)));
        }
    } else {
        forms.push((Form::LeftOut, Tail::Defaults));
    }
    let servers: &[bool] = if has_server_before_more(operation) { &[true, false] } else { &[true] };
    let shapes = forms
        .iter()
        .flat_map(|&(form, tail)| servers.iter().map(move |&server| Shape { server, form, tail }));
    shapes.map(|shape| overload(operation, shape)).collect()
}

/// The record of a payload, or a list of it.
fn typed(payload: &Payload) -> Option<String> {
    match &payload.kind_of {
        Type::Ref(name) => Some(record(name)),
        Type::Array(item) if matches!(**item, Type::Ref(_)) => Some(list_of(item)),
        _ => None,
    }
}

/// A list as it is given.
pub(super) fn list_of(item: &Type) -> String {
    format!("global::System.Collections.Generic.IEnumerable<{}>", super::types::written(item))
}

/// Whether a server id that may be left out stands before another argument.
fn has_server_before_more(operation: &Operation) -> bool {
    let arguments = operation.ordered();
    arguments.iter().take(arguments.len().saturating_sub(1)).any(is_server)
}

/// What an overload takes.
#[derive(Clone, Copy)]
struct Shape {
    server: bool,
    form: Form,
    tail: Tail,
}

fn overload(operation: &Operation, shape: Shape) -> Overload<'_> {
    let arguments = operation.ordered();
    let taken = |argument: &Argument<'_>| match argument {
        Argument::Parameter(_) => shape.server || !is_server(argument),
        Argument::Payload(_) => shape.form != Form::LeftOut,
    };
    let required = |argument: &Argument<'_>| match argument {
        Argument::Payload(payload) => {
            payload.required || (shape.form != Form::Typed && typed(payload).is_some())
        }
        Argument::Parameter(_) => argument.required(),
    };
    let last = arguments.iter().rposition(taken);
    let last_required = arguments.iter().rposition(|argument| taken(argument) && required(argument));
    let (mut parameters, mut given) = (Vec::new(), vec![String::new(); operation.parameters.len()]);
    let mut indexes = operation.arguments.iter().flatten();
    for (at, argument) in arguments.iter().enumerate() {
        // One without the server id must not be the same call as one with everything left out.
        let whole = shape.server || last != Some(at);
        let has_default = shape.tail == Tail::Defaults && whole && last_required.is_none_or(|last| at > last);
        match argument {
            Argument::Parameter(parameter) => {
                if let Some(&index) = indexes.next() {
                    given[index] = argument_text(parameter, taken(argument));
                }
                if taken(argument) {
                    parameters.push(id(parameter, has_default));
                }
            }
            Argument::Payload(payload) if taken(argument) => {
                parameters.push(payload_view(payload, shape.form, has_default));
            }
            Argument::Payload(_) => {}
        }
    }
    let payload = operation.payload.as_ref().filter(|_| shape.form != Form::LeftOut);
    Overload {
        parameters,
        arguments: given,
        payload: payload
            .map_or_else(|| "Payload.None".to_owned(), |payload| payload_argument(payload, shape.form)),
        reflects: shape.form == Form::Any,
        tail: shape.tail,
    }
}

fn is_server(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::Parameter(parameter) if parameter.default_server)
}

pub(super) fn id(parameter: &Parameter, has_default: bool) -> ParameterView<'_> {
    let Parameter { local, required, .. } = parameter;
    let plain = match parameter.kind {
        Kind::Uuid => "SonoranId",
        Kind::Integer | Kind::Text if is_id(parameter) => "SonoranId",
        Kind::Integer => "long",
        Kind::Text => "string",
        Kind::Boolean => "bool",
        Kind::Number => "double",
    };
    let question = if *required { "" } else { "?" };
    ParameterView {
        written: format!("{plain}{question}"),
        local,
        default: if has_default { " = null" } else { "" },
        description: xml(&parameter.description),
    }
}

/// Whether a program may have it as text, number or UUID.
fn is_id(parameter: &Parameter) -> bool {
    parameter.default_server || parameter.name.ends_with("Id")
}

fn argument_text(parameter: &Parameter, taken: bool) -> String {
    let Parameter { name, local, required, .. } = parameter;
    match (taken, required) {
        (false, _) => format!("Argument.Missing(\"{name}\")"),
        (true, true) => format!("Argument.Required(\"{name}\", {local})"),
        (true, false) => format!("Argument.Optional(\"{name}\", {local})"),
    }
}

fn payload_view(payload: &Payload, form: Form, has_default: bool) -> ParameterView<'_> {
    let written = match form {
        Form::Typed => typed(payload).unwrap_or_default(),
        Form::Text => "string".to_owned(),
        _ => "object".to_owned(),
    };
    let question = if payload.required { "" } else { "?" };
    ParameterView {
        written: format!("{written}{question}"),
        local: &payload.local,
        default: if has_default && !payload.required { " = null" } else { "" },
        description: described(payload, form),
    }
}

fn described(payload: &Payload, form: Form) -> String {
    let what = match payload.kind {
        PayloadKind::Body | PayloadKind::Data | PayloadKind::List => "What to send",
        PayloadKind::Query => "What to ask for",
    };
    let described = match (form, &payload.kind_of) {
        (Form::Text, _) => {
            let fields: Vec<String> =
                payload.text_as.iter().map(|field| format!("<c>{}</c>", field.name)).collect();
            format!(": a text for those of {} that it fits", fields.join(" and "))
        }
        (Form::Typed, _) => String::new(),
        (_, Type::Ref(name)) => format!(": any object with the fields of <see cref=\"Types.{name}\"/>"),
        (_, Type::Array(item)) => match &**item {
            Type::Ref(name) => {
                format!(": a list of any objects with the fields of <see cref=\"Types.{name}\"/>")
            }
            _ => ": a list of objects".to_owned(),
        },
        _ => ": an object".to_owned(),
    };
    format!("{what}{described}.")
}

fn payload_argument(payload: &Payload, form: Form) -> String {
    let factory = if payload.required { "Required" } else { "Optional" };
    let Payload { name, local, .. } = payload;
    match (form, &payload.kind_of) {
        (Form::Any, Type::Ref(record)) => {
            format!("Payload.{factory}(\"{name}\", {local}, typeof(Types.{record}))")
        }
        _ => format!("Payload.{factory}(\"{name}\", {local})"),
    }
}
