//! Positional arguments of a call.

use serde_json::Value;

use crate::ArgumentError;
use crate::settings::wrong_type;

/// A positional argument of a call: an id as text or as a whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Left out: stands for the instance's default server where the operation has one.
    Missing,
}

impl Argument {
    pub(crate) fn from_json(name: &str, value: &Value) -> Result<Self, ArgumentError> {
        match value {
            Value::Null => Ok(Self::Missing),
            Value::String(text) => Ok(Self::Text(text.clone())),
            Value::Number(number) => number
                .as_i64()
                .map(Self::Integer)
                .ok_or_else(|| ArgumentError::value(name, "must be text or a whole number")),
            other => Err(wrong_type(name, "text or a whole number", other)),
        }
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for Argument {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl<T: Into<Argument>> From<Option<T>> for Argument {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}
