//! Reading single settings out of JSON, with errors that name them.

use std::time::Duration;

use serde_json::{Map, Number, Value};

use crate::ArgumentError;

/// The longest time that a setting may name: enough for any wait, and safe to add to a clock.
pub(crate) const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// A longer text is not shown: it may be a key in the wrong place.
const LONGEST_SHOWN: usize = 20;

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
    match value {
        Value::Number(number) => exact(number).ok_or_else(|| no_whole_number(name, &number.to_string())),
        other => Err(wrong_type(name, "a whole number", other)),
    }
}

/// A whole number, also as text of digits; nothing where the text is empty.
pub(crate) fn id(name: &str, value: &Value) -> Result<Option<i64>, ArgumentError> {
    let Value::String(text) = value else { return integer(name, value).map(Some) };
    match text.trim() {
        "" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| no_whole_number(name, &shown(text))),
    }
}

/// The whole number that a number is, however it is written.
fn exact(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| whole_float(number.as_f64()?))
}

/// The whole number that a float is, where it surely is the one that was meant.
#[allow(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
pub(crate) fn whole_float(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

fn no_whole_number(name: &str, value: &str) -> ArgumentError {
    ArgumentError::value(name, format!("must be a whole number, not {value}"))
}

fn shown(text: &str) -> String {
    if text.chars().count() <= LONGEST_SHOWN { format!("{text:?}") } else { "a long text".to_owned() }
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

// The value itself is not shown: it may be a key in the wrong place.
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_a_number_or_its_digits() {
        let id = |value: Value| id("serverId", &value);
        for seven in [json!(7), json!("7"), json!(" 7\n"), json!("007"), json!(7.0)] {
            assert_eq!(id(seven.clone()), Ok(Some(7)), "{seven}");
        }
        assert_eq!(id(json!("")), Ok(None));
        assert_eq!(id(json!("9007199254740993")), Ok(Some(9_007_199_254_740_993)));
    }

    #[test]
    fn what_is_no_whole_number_is_refused_in_words_that_fit() {
        let problem = |value: Value| id("serverId", &value).unwrap_err().to_string();
        assert_eq!(problem(json!("abc")), "serverId must be a whole number, not \"abc\"");
        assert_eq!(problem(json!(1.5)), "serverId must be a whole number, not 1.5");
        assert_eq!(problem(json!(1e30)), "serverId must be a whole number, not 1e+30");
        assert_eq!(problem(json!(true)), "serverId must be a whole number, not a boolean");
        assert_eq!(problem(json!([1])), "serverId must be a whole number, not a list");
        let key = "0123456789abcdef0123456789";
        assert!(!problem(json!(key)).contains(key));
    }
}
