//! Positional arguments of a call.

use serde_json::Value;

use crate::ArgumentError;
use crate::settings::wrong_type;

/// A positional argument of a call, mostly an id as text or as a whole number.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// Text.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// Left out: stands for the instance's default server where the operation has one.
    Missing,
}

impl Argument {
    /// As text, which is how a path and a query take it; nothing where it is left out.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Integer(number) => Some(number.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Boolean(flag) => Some(flag.to_string()),
            Self::Missing => None,
        }
    }

    pub(crate) fn from_json(name: &str, value: &Value) -> Result<Self, ArgumentError> {
        match value {
            Value::Null => Ok(Self::Missing),
            Value::String(text) => Ok(Self::Text(text.clone())),
            Value::Bool(flag) => Ok(Self::Boolean(*flag)),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Ok(Self::Integer(whole)),
                (None, Some(fraction)) if number.is_f64() => Ok(Self::Number(fraction)),
                _ => Err(ArgumentError::value(name, "must be no whole number beyond 64 bits")),
            },
            other => Err(wrong_type(name, "text, a number or a boolean", other)),
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

impl From<f64> for Argument {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Argument {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl<T: Into<Argument>> From<Option<T>> for Argument {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}
