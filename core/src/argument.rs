//! Positional arguments of a call.

use serde_json::Value;
use uuid::Uuid;

use crate::ArgumentError;
use crate::settings::wrong_type;

/// A positional argument of a call, mostly an id as text or as a whole number. Methods take whatever
/// becomes one: text, numbers, a `Uuid`, and an `Option` of them.
///
/// ```
/// use sonoran::Argument;
/// use uuid::Uuid;
///
/// let text = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
/// assert_eq!(Argument::from(text.parse::<Uuid>()?), Argument::from(text));
/// assert_eq!(Argument::from(7), Argument::Integer(7));
/// assert_eq!(Argument::from(None::<i64>), Argument::Missing);
/// # Ok::<(), uuid::Error>(())
/// ```
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
    pub(crate) fn from_json(name: &str, value: Value) -> Result<Self, ArgumentError> {
        match value {
            Value::Null => Ok(Self::Missing),
            Value::String(text) => Ok(Self::Text(text)),
            Value::Bool(flag) => Ok(Self::Boolean(flag)),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Ok(Self::Integer(whole)),
                // Above the signed range, yet exact.
                (None, _) if number.is_u64() => Ok(Self::Text(number.to_string())),
                (None, fraction) => Ok(Self::Number(fraction.unwrap_or(f64::NAN))),
            },
            other => Err(wrong_type(name, "text, a number or a boolean", &other)),
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

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self::Text(number.to_string()), Self::Integer)
    }
}

impl From<Uuid> for Argument {
    fn from(id: Uuid) -> Self {
        Self::Text(id.to_string())
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
