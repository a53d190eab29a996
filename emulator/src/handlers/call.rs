//! A request's values, as a handler asks for them.

use serde_json::{Map, Number, Value};

use crate::problem::Problem;
use crate::time::Timestamp;
use crate::validate::Input;

/// One call: what was sent, and when.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) input: Input,
    pub(crate) now: Timestamp,
}

impl Call {
    /// The path parameter at this place, as text.
    pub(super) fn path_text(&self, place: usize) -> &str {
        self.input.path.get(place).and_then(Value::as_str).unwrap_or_default()
    }

    /// The path parameter at this place, as a number.
    pub(super) fn path_integer(&self, place: usize) -> i64 {
        self.input.path.get(place).and_then(Value::as_i64).unwrap_or_default()
    }

    pub(super) fn query_text(&self, name: &str) -> Option<&str> {
        self.input.query.get(name).and_then(Value::as_str)
    }

    pub(super) fn query_boolean(&self, name: &str) -> Option<bool> {
        self.input.query.get(name).and_then(Value::as_bool)
    }

    pub(super) fn query_integer(&self, name: &str) -> Option<i64> {
        self.input.query.get(name).and_then(Value::as_i64)
    }

    /// An identifier in the query, as text; an empty one is not given.
    pub(super) fn query_id(&self, name: &str) -> Option<String> {
        let text = match self.input.query.get(name)? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// The body's fields.
    pub(super) fn body(&self) -> Fields<'_> {
        Fields::of(&self.input.payload, "")
    }
}

/// An object inside the body. Its getters say 400 with the field's full name when a value has the wrong type:
/// the description leaves some types open. A field that is null counts as left out.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    value: &'a Value,
    /// Where the object is, such as `servers[0].`.
    place: String,
}

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Value, place: &str) -> Self {
        Self { value, place: place.to_owned() }
    }

    /// A field's full name.
    pub(super) fn name(&self, field: &str) -> String {
        format!("{}{field}", self.place)
    }

    pub(super) fn get(&self, field: &str) -> Option<&'a Value> {
        self.value.get(field).filter(|value| !value.is_null())
    }

    /// Every field, if this is an object.
    pub(super) fn all(&self) -> Option<&'a Map<String, Value>> {
        self.value.as_object()
    }

    fn read<T>(
        &self,
        field: &str,
        kind: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(value) = self.get(field) else { return Ok(None) };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(Problem::field(self.name(field), format!("must be {kind}"))),
        }
    }

    pub(super) fn text(&self, field: &str) -> Result<Option<&'a str>, Problem> {
        self.read(field, "a text", Value::as_str)
    }

    /// A text that may also be written as a number, as Discord and Roblox ids are.
    pub(super) fn id(&self, field: &str) -> Result<Option<String>, Problem> {
        self.read(field, "a text or a number", |value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    pub(super) fn boolean(&self, field: &str) -> Result<Option<bool>, Problem> {
        self.read(field, "true or false", Value::as_bool)
    }

    /// A whole number; 1.0 is one too, and so is a text of digits. An empty text is not given.
    pub(super) fn integer(&self, field: &str) -> Result<Option<i64>, Problem> {
        if self.get(field).is_some_and(|value| value == "") {
            return Ok(None);
        }
        self.read(field, "a whole number of at most 64 bits", whole)
    }

    pub(super) fn number(&self, field: &str) -> Result<Option<&'a Number>, Problem> {
        self.read(field, "a number", Value::as_number)
    }

    pub(super) fn list(&self, field: &str) -> Result<Option<&'a [Value]>, Problem> {
        self.read(field, "a list", |value| value.as_array().map(Vec::as_slice))
    }

    pub(super) fn texts(&self, field: &str) -> Result<Option<Vec<String>>, Problem> {
        self.read(field, "a list of texts", |value| {
            value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
        })
    }

    /// The entries of a list, each an object. An empty list stands for an empty object, as Lua's encoders write it.
    pub(super) fn objects(&self, field: &str) -> Result<Vec<Fields<'a>>, Problem> {
        let entries = self.list(field)?.unwrap_or_default().iter().enumerate();
        let entries = entries.map(|(index, value)| match value {
            _ if stands_for_object(value) => {
                Ok(Self { value, place: format!("{}[{index}].", self.name(field)) })
            }
            _ => Err(Problem::field(format!("{}[{index}]", self.name(field)), "must be an object")),
        });
        entries.collect()
    }

    /// The value, or 400 because the field is missing.
    pub(super) fn required<T>(&self, field: &str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or_else(|| Problem::field(self.name(field), "is missing"))
    }
}

/// Whether a value is an object, or an empty list in place of one.
pub(super) fn stands_for_object(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(Vec::is_empty)
}

/// A JSON number, or one in a text, as an integer, if it is whole and small enough.
fn whole(value: &Value) -> Option<i64> {
    // Beyond 2^53 a float no longer names one integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let text = || value.as_str()?.trim().parse().ok();
    value.as_i64().or_else(text).or_else(|| {
        let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT)?;
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
        Some(float as i64)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_may_be_written_as_floats_or_texts() {
        assert_eq!(whole(&json!(1.0)), Some(1));
        assert_eq!(whole(&json!(-7)), Some(-7));
        assert_eq!(whole(&json!("50")), Some(50));
        for other in [json!(1.5), json!(1e300), json!("x"), json!(""), json!(u64::MAX)] {
            assert_eq!(whole(&other), None, "{other}");
        }
    }

    #[test]
    fn errors_carry_the_whole_name() {
        let value = json!({"servers": [{"name": 1}, 2]});
        let body = Fields::of(&value, "");
        assert_eq!(body.objects("servers").unwrap_err().errors[0].field, "servers[1]");
        let value = json!({"servers": [{"name": 1}]});
        let entries = Fields::of(&value, "").objects("servers").unwrap();
        assert_eq!(entries[0].text("name").unwrap_err().errors[0].field, "servers[0].name");
        assert_eq!(entries[0].text("other"), Ok(None));
    }
}
