//! Push events: the keys that prove them, and a body read with these.

use std::borrow::Cow;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString, PyTuple};
use sonoran::parse_event;

use crate::arguments::{HALF_A_PAIR, misuse, type_name};
use crate::convert::to_python;

/// The keys that events may carry. Python never gets them back.
#[pyclass(frozen, module = "sonoran._native")]
pub(crate) struct EventKeys(sonoran::EventKeys);

#[pymethods]
impl EventKeys {
    #[new]
    fn new(keys: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let keys = keys.iter().map(|value| key(&value)).collect::<PyResult<Vec<String>>>()?;
        sonoran::EventKeys::new(keys).map(Self).map_err(|error| misuse(&error))
    }

    /// The fields of the event, or those of its refusal, which has a `kind`.
    fn read<'py>(&self, py: Python<'py>, body: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let answer = match parse_event(bytes(body)?, &self.0) {
            Ok(event) => event.to_json(),
            Err(refusal) => refusal.to_json(),
        };
        to_python(py, &answer)
    }
}

/// A key's text. What is refused here is never repeated: it may be a key.
fn key(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = value.cast::<PyString>().map_err(|_| {
        PyTypeError::new_err(format!("key must be a str or a sequence of them, not {}", type_name(value)))
    })?;
    text.to_cow().map(Cow::into_owned).map_err(|_| PyValueError::new_err(format!("key {HALF_A_PAIR}")))
}

fn bytes<'a>(body: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    if let Ok(bytes) = body.cast::<PyBytes>() {
        return Ok(Cow::Borrowed(bytes.as_bytes()));
    }
    if let Ok(text) = body.cast::<PyString>() {
        return match text.to_cow() {
            Ok(Cow::Borrowed(text)) => Ok(Cow::Borrowed(text.as_bytes())),
            Ok(Cow::Owned(text)) => Ok(Cow::Owned(text.into_bytes())),
            // Half of a surrogate pair: passed on as such, so that it is refused as other bad bytes are.
            Err(_) => owned(&body.call_method1("encode", ("utf-8", "surrogatepass"))?),
        };
    }
    if let Ok(bytes) = body.cast::<PyByteArray>() {
        return Ok(Cow::Owned(bytes.to_vec()));
    }
    if body.is_instance_of::<PyMemoryView>() {
        return owned(&body.call_method0("tobytes")?);
    }
    let given = type_name(body);
    Err(PyTypeError::new_err(format!("body must be bytes, a bytearray, a memoryview or a str, not {given}")))
}

fn owned(bytes: &Bound<'_, PyAny>) -> PyResult<Cow<'static, [u8]>> {
    Ok(Cow::Owned(bytes.cast::<PyBytes>()?.as_bytes().to_vec()))
}
