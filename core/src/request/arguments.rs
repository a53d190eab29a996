//! What both versions check of a call's arguments, and the words in which they refuse them.

use serde_json::Value;

use crate::settings::wrong_type;
use crate::{Argument, ArgumentError, Call, Kind, Operation, Parameter};

/// The operation's parameters with what was given for them.
pub(super) fn positional(call: &Call) -> impl Iterator<Item = (&'static Parameter, &Argument)> {
    let given = call.arguments.iter().chain(std::iter::repeat(&Argument::Missing));
    call.operation.parameters.iter().zip(given)
}

pub(super) fn not_taken(operation: &Operation) -> ArgumentError {
    ArgumentError::of_type(operation.payload_name(), format!("is not taken by {}", usage(operation)))
}

pub(super) fn required(operation: &Operation, name: &str) -> ArgumentError {
    ArgumentError::of_type(name, format!("is required: {}", usage(operation)))
}

pub(super) fn usage(operation: &Operation) -> String {
    format!("{}({})", operation.name, operation.arguments.join(", "))
}

/// The text of an argument, with the default server where it has one, or nothing where it may be
/// left out.
pub(super) fn value(
    operation: &Operation,
    parameter: &Parameter,
    argument: &Argument,
    default_server: i64,
) -> Result<Option<String>, ArgumentError> {
    check_type(parameter, argument)?;
    let value = match argument.text() {
        Some(text) => text,
        None if parameter.default_server => default_server.to_string(),
        None if parameter.required => return Err(required(operation, parameter.name)),
        None => return Ok(None),
    };
    check_kind(parameter.name, parameter.kind, &value)?;
    Ok(Some(value))
}

/// Ids come as text or as whole numbers; `true` or 1.5 for one is a mistake, whatever its text.
fn check_type(parameter: &Parameter, argument: &Argument) -> Result<(), ArgumentError> {
    const EXPECTED: &str = "must be text or a whole number";
    match argument {
        Argument::Boolean(_) if parameter.kind != Kind::Boolean => {
            Err(ArgumentError::of_type(parameter.name, format!("{EXPECTED}, not a boolean")))
        }
        // A number too, but not of those that will do.
        Argument::Number(_) if parameter.kind != Kind::Number => {
            Err(ArgumentError::value(parameter.name, format!("{EXPECTED}, not a fraction")))
        }
        _ => Ok(()),
    }
}

pub(super) fn check_kind(name: &str, kind: Kind, value: &str) -> Result<(), ArgumentError> {
    let (fits, expected) = match kind {
        Kind::Text => (true, ""),
        Kind::Uuid => (is_uuid(value), "a UUID such as 00000000-0000-0000-0000-000000000000"),
        Kind::Integer => (value.parse::<i64>().is_ok(), "a whole number"),
        Kind::Number => (value.parse::<f64>().is_ok_and(f64::is_finite), "a number"),
        Kind::Boolean => (matches!(value, "true" | "false"), "true or false"),
    };
    if fits {
        return Ok(());
    }
    Err(ArgumentError::value(name, format!("must be {expected}, not {}", shown(value))))
}

/// A value for an error message: short, and without control characters.
fn shown(value: &str) -> String {
    let start: String = value.chars().take(60).collect();
    if start.len() < value.len() { format!("{start:?}…") } else { format!("{start:?}") }
}

/// The text form of RFC 9562, in either case.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

pub(super) fn not_an_object(name: &str, text: &str) -> ArgumentError {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => wrong_type(name, "an object of fields", &value),
        Err(_) => ArgumentError::of_type(name, "must be an object of fields, as JSON text"),
    }
}
