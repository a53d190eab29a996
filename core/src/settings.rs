//! Reading single settings out of JSON, with errors that name them.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::ArgumentError;

/// The longest time that a setting may name: enough for any wait, and safe to add to a clock.
pub(crate) const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

pub(crate) fn text(name: &str, value: Value) -> Result<String, ArgumentError> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong_type(name, "text", &other)),
    }
}

pub(crate) fn flag(name: &str, value: &Value) -> Result<bool, ArgumentError> {
    value.as_bool().ok_or_else(|| wrong_type(name, "true or false", value))
}

pub(crate) fn integer(name: &str, value: &Value) -> Result<i64, ArgumentError> {
    value.as_i64().ok_or_else(|| wrong_type(name, "a whole number", value))
}

pub(crate) fn whole(name: &str, value: &Value) -> Result<u32, ArgumentError> {
    u32::try_from(integer(name, value)?)
        .map_err(|_| ArgumentError::value(name, "must be a whole number from 0 to 4294967295"))
}

/// A time in milliseconds, up to seven days.
pub(crate) fn duration(name: &str, value: &Value) -> Result<Duration, ArgumentError> {
    let millis = value.as_f64().ok_or_else(|| wrong_type(name, "a number", value))?;
    Duration::try_from_secs_f64(millis / 1000.0)
        .ok()
        .filter(|duration| *duration <= LONGEST)
        .ok_or_else(|| ArgumentError::value(name, "must be a time from 0 to seven days"))
}

/// As [`duration`], but more than nothing.
pub(crate) fn bound(name: &str, value: &Value) -> Result<Duration, ArgumentError> {
    let duration = duration(name, value)?;
    if duration.is_zero() {
        return Err(ArgumentError::value(name, "must be more than 0"));
    }
    Ok(duration)
}

pub(crate) fn object(name: &str, value: Value) -> Result<Map<String, Value>, ArgumentError> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(wrong_type(name, "an object", &other)),
    }
}

pub(crate) fn list(name: &str, value: Value) -> Result<Vec<Value>, ArgumentError> {
    match value {
        Value::Array(list) => Ok(list),
        other => Err(wrong_type(name, "a list", &other)),
    }
}

// The value itself is never shown: it may be a key in the wrong place.
pub(crate) fn wrong_type(name: &str, expected: &str, value: &Value) -> ArgumentError {
    ArgumentError::of_type(name, format!("must be {expected}, not {}", type_name(value)))
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
