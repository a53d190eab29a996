//! The ways to call one of C#'s methods.

use serde::Serialize;

use super::super::model::{Argument, Kind, Operation, Parameter, Payload, PayloadKind, Type};
use super::xml;

/// One way to call a method.
#[derive(Serialize)]
pub(super) struct Overload<'a> {
    parameters: Vec<ParameterView<'a>>,
    /// What is handed to the core: every id, and the payload.
    arguments: Vec<String>,
    payload: String,
    tail: Tail,
}

/// How call options and token stand at the end.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Tail {
    /// Both, with defaults.
    Defaults,
    /// The options must be given.
    Options,
    /// The token alone.
    Token,
}

/// What stands between the method's brackets.
#[derive(Serialize)]
struct ParameterView<'a> {
    declared: String,
    local: &'a str,
    description: String,
}

/// All ways to call a method. Only what stands at the end can have a default value, so that others leave the server id
/// out where something follows it. Where a payload may be left out, call options or a token in its place would be taken
/// for one, were there no overloads for them.
pub(super) fn overloads(operation: &Operation) -> Vec<Overload<'_>> {
    let whole = Shape { server: true, payload: true, tail: Tail::Defaults };
    let without_server = Shape { server: false, ..whole };
    let optional_payload = operation.payload.as_ref().is_some_and(|payload| !payload.required);
    let server_first = has_server_before_more(operation);
    let mut shapes = vec![whole];
    if server_first {
        shapes.push(without_server);
    }
    if optional_payload {
        for tail in [Tail::Options, Tail::Token] {
            shapes.push(Shape { payload: false, tail, ..whole });
            if server_first {
                shapes.push(Shape { payload: false, tail, ..without_server });
            }
        }
    }
    shapes.into_iter().map(|shape| overload(operation, shape)).collect()
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
    payload: bool,
    tail: Tail,
}

fn overload(operation: &Operation, shape: Shape) -> Overload<'_> {
    let arguments = operation.ordered();
    let taken = |argument: &Argument<'_>| match argument {
        Argument::Parameter(_) => shape.server || !is_server(argument),
        Argument::Payload(_) => shape.payload,
    };
    let last = arguments.iter().rposition(taken);
    let last_required = arguments.iter().rposition(|argument| taken(argument) && argument.required());
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
                parameters.push(payload_view(payload, has_default));
            }
            Argument::Payload(_) => {}
        }
    }
    let payload = operation.payload.as_ref().filter(|_| shape.payload);
    Overload {
        parameters,
        arguments: given,
        payload: payload.map_or_else(|| "Payload.None".to_owned(), payload_argument),
        tail: shape.tail,
    }
}

fn is_server(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::Parameter(parameter) if parameter.default_server)
}

fn id(parameter: &Parameter, has_default: bool) -> ParameterView<'_> {
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
    let default = if has_default { " = null" } else { "" };
    ParameterView {
        declared: format!("{plain}{question} {local}{default}"),
        local,
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

fn payload_view(payload: &Payload, has_default: bool) -> ParameterView<'_> {
    let (question, default) = match (payload.required, has_default) {
        (false, true) => ("?", " = null"),
        (false, false) => ("?", ""),
        (true, _) => ("", ""),
    };
    let what = match payload.kind {
        PayloadKind::Body | PayloadKind::Data | PayloadKind::List => "What to send",
        PayloadKind::Query => "What to ask for",
    };
    let record = match &payload.kind_of {
        Type::Ref(name) => format!(": a <see cref=\"Types.{name}\"/>, or any object with its fields"),
        Type::Array(item) => match &**item {
            Type::Ref(name) => {
                format!(": a list of <see cref=\"Types.{name}\"/>, or of any objects with its fields")
            }
            _ => ": a list of objects".to_owned(),
        },
        _ => ": an object".to_owned(),
    };
    let fields: Vec<String> = payload.text_as.iter().map(|field| format!("<c>{}</c>", field.name)).collect();
    let text = if fields.is_empty() {
        String::new()
    } else {
        format!("; a text stands for those of {} that it fits", fields.join(" and "))
    };
    ParameterView {
        declared: format!("object{question} {}{default}", payload.local),
        local: &payload.local,
        description: format!("{what}{record}{text}."),
    }
}

fn payload_argument(payload: &Payload) -> String {
    let factory = if payload.required { "Required" } else { "Optional" };
    format!("Payload.{factory}(\"{}\", {})", payload.name, payload.local)
}
