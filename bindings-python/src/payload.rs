//! The payload or query object of a call.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use sonoran::{Operation, Payload};

use crate::arguments::type_name;
use crate::convert::to_python;
use crate::encode::encode;

/// Its JSON text; nothing where it is None. What it must hold is for the core to say.
pub(crate) fn read(operation: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    let operation = Operation::find(operation);
    let name = operation.map_or("payload", |operation| operation.payload_name());
    let text = encode(name, value)?;
    let (first, wanted) = match operation.map(|operation| &operation.payload) {
        Some(Payload::List) => ("[", "a list of dicts"),
        Some(Payload::Data { text_as, .. }) if !text_as.is_empty() => {
            ("{\"", "a str or a mapping such as a dict")
        }
        _ => ("{", "a mapping such as a dict"),
    };
    if text.starts_with(|sign| first.contains(sign)) {
        return Ok(Some(text));
    }
    Err(PyTypeError::new_err(format!("{name} must be {wanted}, not {}", type_name(value))))
}

/// The fields of the query that a walk begins with: what a call would send, as a dict.
#[pyfunction]
pub(crate) fn fields<'py>(operation: &str, query: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let text = read(operation, query)?;
    to_python(query.py(), text.as_deref().unwrap_or("{}"))
}
