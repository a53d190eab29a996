//! What `help(instance.cms.method)` shows.

use super::super::model::{Argument, Operation, Parameter, Payload, PayloadKind, Type};
use super::annotations::Annotations;
use super::literals;

/// The widest line, with the indentation that it gets in the class.
const WIDTH: usize = 100 - 8;

/// The docstring's lines after its first, without indentation and quotes.
pub(super) fn details(operation: &Operation, annotations: &Annotations<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    section(&mut lines, paragraph(&operation.description));
    if operation.undocumented {
        section(
            &mut lines,
            paragraph("The service's documentation does not mention it: it may change without notice."),
        );
    }
    section(&mut lines, arguments(operation, annotations));
    section(&mut lines, wrapped("", &result(operation, annotations)));
    section(&mut lines, wrapped("", &failures(operation)));
    section(&mut lines, example(operation));
    lines.iter().map(|line| escaped(line)).collect()
}

/// Text in the lines of a docstring or a comment.
pub(super) fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"").trim_end().to_owned()
}

/// The docstring's first line.
pub(super) fn summary(operation: &Operation) -> String {
    escaped(&sentence(&operation.summary))
}

fn section(lines: &mut Vec<String>, more: Vec<String>) {
    if !more.is_empty() {
        lines.push(String::new());
        lines.extend(more);
    }
}

fn arguments(operation: &Operation, annotations: &Annotations<'_>) -> Vec<String> {
    let lines = |argument| match argument {
        Argument::Parameter(parameter) => parameter_lines(parameter, annotations),
        Argument::Payload(payload) => payload_fields(payload, annotations),
    };
    operation.ordered().into_iter().flat_map(lines).collect()
}

fn parameter_lines(parameter: &Parameter, annotations: &Annotations<'_>) -> Vec<String> {
    let kind = plain(&annotations.parameter(parameter));
    let optional = if parameter.required { "" } else { ", optional" };
    let text = format!("{} ({kind}{optional}): {}", parameter.local, sentence(&parameter.description));
    wrapped("    ", &text)
}

fn payload_fields(payload: &Payload, annotations: &Annotations<'_>) -> Vec<String> {
    let kind = plain(&annotations.payload(payload));
    let optional = if payload.required { "" } else { ", optional" };
    let meaning = match payload.kind {
        PayloadKind::Query => "A dict of what to ask for.".to_owned(),
        PayloadKind::Data => format!(
            "{} Its fields may be given by name instead.",
            sentence(if payload.description.is_empty() { "A dict" } else { &payload.description })
        ),
        PayloadKind::List => {
            sentence(if payload.description.is_empty() { "A list of dicts" } else { &payload.description })
        }
        PayloadKind::Body => {
            sentence(if payload.description.is_empty() { "A dict" } else { &payload.description })
        }
    };
    let mut lines = wrapped("    ", &format!("{} ({kind}{optional}): {meaning}", payload.local));
    for field in &payload.fields {
        let kind = plain(&annotations.of(&field.kind_of));
        let required = if field.required { ", required" } else { "" };
        let text =
            format!("{} ({kind}{required}): {}", literals::key(&field.name), sentence(&field.description));
        lines.extend(wrapped("    ", &text).into_iter().map(|line| format!("    {line}")));
    }
    lines
}

fn result(operation: &Operation, annotations: &Annotations<'_>) -> String {
    match &operation.data {
        Type::Null => format!("Success is status {}, without data.", operation.success),
        data => format!("Success is status {}; data is {}.", operation.success, plain(&annotations.of(data))),
    }
}

fn failures(operation: &Operation) -> String {
    let kinds: Vec<String> = operation
        .errors
        .iter()
        .map(|failure| match failure.status {
            401 | 403 => format!("auth ({})", failure.status),
            404 => "notFound (404)".to_owned(),
            429 => "rateLimited (429)".to_owned(),
            status => format!("api ({status})"),
        })
        .collect();
    let limit = format!("At most {}.", operation.limit_words);
    if kinds.is_empty() { limit } else { format!("Failures: {}. {limit}", kinds.join(", ")) }
}

fn example(operation: &Operation) -> Vec<String> {
    let values = operation.given();
    let call = literals::call(&format!("response = instance.cms.{}", operation.local), &values);
    let mut lines = vec!["Example::".to_owned(), String::new()];
    lines.extend(call.lines().map(|line| format!("    {line}")));
    lines
}

/// A type as a reader wants it, without the file's aliases.
fn plain(annotation: &str) -> String {
    let text = annotation.replace("_types.", "sonoran.types.").replace("_builtins.", "");
    text.replace("_Any", "Any")
        .replace("_Literal", "Literal")
        .replace("_Mapping", "Mapping")
        .replace("_Sequence", "Sequence")
        .replace("_UUID", "uuid.UUID")
}

fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text } else { text + "." }
}

pub(super) fn paragraph(text: &str) -> Vec<String> {
    text.split("\n\n")
        .enumerate()
        .flat_map(|(index, part)| {
            let blank = (index > 0).then(String::new);
            blank.into_iter().chain(wrapped("", &sentence(part)))
        })
        .collect()
}

/// Lines no wider than `WIDTH`; all but the first are indented.
pub(super) fn wrapped(indent: &str, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("{indent}{word}")),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}
