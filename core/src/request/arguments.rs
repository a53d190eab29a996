//! What both versions check of a call's arguments, and the words in which they refuse them.

use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::call::CALL_OPTIONS;
use crate::members::Members;
use crate::settings::{id, whole_float, wrong_type};
use crate::{Argument, ArgumentError, Call, Field, Kind, Operation, Parameter};

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
    match given(parameter, argument)? {
        Some(text) => Ok(Some(text)),
        None if parameter.default_server => Ok(Some(default_server.to_string())),
        None if parameter.required => Err(required(operation, parameter.name)),
        None => Ok(None),
    }
}

/// An argument as it is sent. Empty text for one that may be left out, or for what is no text, is
/// one that was left out.
fn given(parameter: &Parameter, argument: &Argument) -> Result<Option<String>, ArgumentError> {
    let Parameter { name, kind, .. } = *parameter;
    let is_optional = !parameter.required || parameter.default_server || kind != Kind::Text;
    match argument {
        Argument::Missing => Ok(None),
        Argument::Text(text) if text.trim().is_empty() && is_optional => Ok(None),
        Argument::Text(text) => normal(name, kind, text).map(Some),
        Argument::Integer(number) => normal(name, kind, &number.to_string()).map(Some),
        Argument::Number(number) => match whole_float(*number) {
            Some(whole) => normal(name, kind, &whole.to_string()).map(Some),
            None if kind == Kind::Number => normal(name, kind, &number.to_string()).map(Some),
            None => Err(no_fraction(name, kind, *number)),
        },
        Argument::Boolean(flag) if kind == Kind::Boolean => Ok(Some(flag.to_string())),
        // A mistake, whatever its text.
        Argument::Boolean(_) => {
            Err(ArgumentError::of_type(name, format!("must be {}, not a boolean", expected(kind))))
        }
    }
}

fn no_fraction(name: &str, kind: Kind, number: f64) -> ArgumentError {
    let problem = format!("must be {}, not {number}", expected(kind));
    if number.fract() == 0.0 {
        let hint = "a float has no exact digits beyond 2^53, so give it as text";
        return ArgumentError::value(name, format!("{problem}: {hint}"));
    }
    ArgumentError::value(name, problem)
}

/// A value in the form in which it is sent: a UUID with hyphens, a whole number without what is no
/// part of it.
pub(super) fn normal(name: &str, kind: Kind, value: &str) -> Result<String, ArgumentError> {
    let trimmed = value.trim();
    let normal = match kind {
        Kind::Text => Some(value.to_owned()),
        Kind::Uuid => Uuid::try_parse(trimmed).ok().map(|id| id.to_string()),
        Kind::Integer => trimmed.parse::<i64>().ok().map(|number| number.to_string()),
        Kind::Number => trimmed.parse::<f64>().is_ok_and(f64::is_finite).then(|| trimmed.to_owned()),
        Kind::Boolean => matches!(trimmed, "true" | "false").then(|| trimmed.to_owned()),
    };
    normal.ok_or_else(|| {
        ArgumentError::value(name, format!("must be {}, not {}", expected(kind), shown(value)))
    })
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text or a whole number",
        Kind::Uuid => "a UUID such as 00000000-0000-0000-0000-000000000000",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Boolean => "true or false",
    }
}

/// A value for an error message: short, and without control characters.
fn shown(value: &str) -> String {
    let start: String = value.chars().take(60).collect();
    if start.len() < value.len() { format!("{start:?}…") } else { format!("{start:?}") }
}

/// What is to be set as the server of a payload, if anything: the default where it names none, and
/// the number where it gives the digits as text.
pub(super) fn payload_server(
    place: &str,
    given: Option<&RawValue>,
    default_server: i64,
) -> Result<Option<i64>, ArgumentError> {
    let value = given.and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok()).unwrap_or_default();
    match value {
        Value::Null => Ok(Some(default_server)),
        Value::Number(number) if number.is_i64() => Ok(None),
        value => Ok(Some(id(&format!("{place}.serverId"), &value)?.unwrap_or(default_server))),
    }
}

/// Refuses a payload that names another server than the path, which alone would count.
pub(super) fn refuse_other_server(
    place: &str,
    given: Option<&RawValue>,
    server: &str,
) -> Result<(), ArgumentError> {
    let given = given.map(|raw| raw.get().trim_matches('"').trim()).unwrap_or_default();
    if matches!(given, "" | "null") || given == server {
        return Ok(());
    }
    let problem = format!("is not the server of this call, {server}: give the server as the first argument");
    Err(ArgumentError::value(format!("{place}.serverId"), problem))
}

/// The fields that name an account as the path of a call does.
const ACCOUNT_FIELDS: [&str; 2] = ["accId", "accountId"];

/// Refuses fields that name another account than the path, which alone would count. What is no UUID names none:
/// of that the service judges.
pub(super) fn refuse_other_account(
    place: &str,
    fields: &Members<'_>,
    account: &str,
) -> Result<(), ArgumentError> {
    for field in ACCOUNT_FIELDS {
        let raw = fields.get(field).map(RawValue::get);
        // As it mostly is.
        if raw.is_some_and(|raw| raw.trim_matches('"') == account) {
            continue;
        }
        let given = raw.and_then(|raw| serde_json::from_str::<String>(raw).ok());
        let Some(given) = given.and_then(|text| Uuid::try_parse(text.trim()).ok()) else { continue };
        let given = given.to_string();
        if given != account {
            let problem = format!(
                "is {given}, but the account of this call is accountId, {account}: leave it out, or give the same"
            );
            return Err(ArgumentError::value(format!("{place}.{field}"), problem));
        }
    }
    Ok(())
}

/// Refuses a field that says something else than the argument of the same name, which alone would count.
pub(super) fn refuse_other_value(
    place: &str,
    parameter: &Parameter,
    field: Option<&RawValue>,
    argument: &str,
) -> Result<(), ArgumentError> {
    let field = field.map(RawValue::get).unwrap_or_default();
    let given = serde_json::from_str::<String>(field).unwrap_or_else(|_| field.to_owned());
    let name = parameter.name;
    let is_given = !given.trim().is_empty() && given != "null";
    if !is_given || normal(name, parameter.kind, &given).is_ok_and(|same| same == argument) {
        return Ok(());
    }
    let problem = format!(
        "is {}, but the argument {name} is {}: leave it out, or give the same",
        shown(&given),
        shown(argument)
    );
    Err(ArgumentError::value(format!("{place}.{}", parameter.field), problem))
}

/// Refuses what was meant for the call in the place of a field, where it would be sent in vain.
pub(super) fn refuse_call_options<'a>(
    place: &str,
    names: impl IntoIterator<Item = &'a str>,
    documented: &[Field],
) -> Result<(), ArgumentError> {
    let is_misplaced = |name: &&str| {
        (CALL_OPTIONS.contains(name) || *name == "signal")
            && !documented.iter().any(|field| field.name == *name)
    };
    match names.into_iter().find(is_misplaced) {
        None => Ok(()),
        Some(name) => {
            let problem =
                format!("is a call option, not a field of the {place}: give it with the call's options");
            Err(ArgumentError::of_type(format!("{place}.{name}"), problem))
        }
    }
}

pub(super) fn not_an_object(name: &str, text: &str) -> ArgumentError {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => wrong_type(name, "an object of fields", &value),
        Err(_) => ArgumentError::of_type(name, "must be an object of fields, as JSON text"),
    }
}
