//! A request's `data`, which callers wrap in several ways: an object, an array of objects, or an object with the keys
//! "0", "1" and so on in place of an array.

use serde_json::{Map, Value};

use super::Refusal;
use crate::handlers::call::{Fields, stands_for_object};
use crate::problem::Problem;
use crate::time::Timestamp;
use crate::validate::Input;

static NOTHING: Value = Value::Null;

/// One call: what was sent, and when.
#[derive(Debug)]
pub(crate) struct Call {
    entries: Vec<Value>,
    pub(super) now: Timestamp,
}

impl Call {
    pub(crate) fn new(data: Value, now: Timestamp) -> Self {
        let entries = match data {
            Value::Null => Vec::new(),
            Value::Array(entries) => entries,
            Value::Object(fields) if is_list(&fields) => in_order(fields),
            other => vec![other],
        };
        Self { entries, now }
    }

    /// The one object that most operations are asked with.
    pub(super) fn data(&self) -> Fields<'_> {
        Fields::of(self.entries.first().unwrap_or(&NOTHING), "")
    }

    /// The objects of an operation that is asked with a list. At least one is needed.
    pub(super) fn list(&self) -> Result<Vec<Fields<'_>>, Refusal> {
        let entries = self.entries.iter().enumerate();
        let entries = entries.map(|(index, value)| match value {
            _ if stands_for_object(value) => Ok(Fields::of(value, &format!("data[{index}]."))),
            _ => Err(Problem::field(format!("data[{index}]"), "must be an object")),
        });
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        if entries.is_empty() { Err(Problem::field("data", "is empty").into()) } else { Ok(entries) }
    }

    /// The same objects, as they came.
    pub(crate) fn entries(&self) -> &[Value] {
        &self.entries
    }

    /// The data as the body of a version 2 call.
    pub(super) fn as_body(&self) -> crate::handlers::Call {
        let payload = self.entries.first().cloned().unwrap_or_default();
        crate::handlers::Call { input: Input { payload, ..Input::default() }, now: self.now }
    }
}

/// Whether an object stands for a list: a client of this API copies its lists into such objects.
fn is_list(fields: &Map<String, Value>) -> bool {
    !fields.is_empty() && fields.keys().all(|key| key.parse::<usize>().is_ok())
}

fn in_order(fields: Map<String, Value>) -> Vec<Value> {
    let mut entries: Vec<(usize, Value)> =
        fields.into_iter().filter_map(|(key, value)| Some((key.parse().ok()?, value))).collect();
    entries.sort_by_key(|(place, _)| *place);
    entries.into_iter().map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entries(data: Value) -> Vec<Value> {
        Call::new(data, Timestamp::default()).entries
    }

    #[test]
    fn reads_every_wrapping() {
        assert_eq!(entries(json!({ "a": 1 })), [json!({ "a": 1 })]);
        assert_eq!(entries(json!([{ "a": 1 }, { "b": 2 }])), [json!({ "a": 1 }), json!({ "b": 2 })]);
        let copied = json!({ "1": { "b": 2 }, "0": { "a": 1 }, "10": 3, "2": 2 });
        assert_eq!(entries(copied), [json!({ "a": 1 }), json!({ "b": 2 }), json!(2), json!(3)]);
        for nothing in [json!(null), json!([])] {
            assert!(entries(nothing).is_empty());
        }
        assert_eq!(entries(json!({})), [json!({})]);
    }

    #[test]
    fn a_list_has_objects_in_it() {
        for wrong in [json!(null), json!([]), json!([1]), json!([{}, "x"]), json!("x")] {
            assert!(Call::new(wrong.clone(), Timestamp::default()).list().is_err(), "{wrong}");
        }
    }
}
