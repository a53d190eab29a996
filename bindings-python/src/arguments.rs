//! From Python to the core: positional arguments, and misuse as Python's own exceptions.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString, PyTuple};
use sonoran::{Argument, ArgumentError, Kind, Operation, Parameter};

/// The core's form of the positional arguments of an operation.
pub(crate) fn read(operation: &str, values: &Bound<'_, PyTuple>) -> PyResult<Vec<Argument>> {
    let parameters: &[Parameter] = Operation::find(operation).map_or(&[], |operation| operation.parameters);
    values
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let parameter = parameters.get(index);
            let name = parameter.map_or("argument", |parameter| parameter.name);
            let kind = parameter.map_or(Kind::Text, |parameter| parameter.kind);
            match argument(&value, kind) {
                Some(Ok(argument)) => Ok(argument),
                Some(Err(_)) => Err(not_text(name)),
                None => Err(refusal(name, kind, &value)),
            }
        })
        .collect()
}

/// None when the value is of a type that the argument does not have.
fn argument(value: &Bound<'_, PyAny>, kind: Kind) -> Option<PyResult<Argument>> {
    if let Ok(flag) = value.cast::<PyBool>() {
        return (kind == Kind::Boolean).then(|| Ok(Argument::Boolean(flag.is_true())));
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return (kind == Kind::Number).then(|| Ok(Argument::Number(number.value())));
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Some(text.to_cow().map(|text| Argument::Text(text.into_owned())));
    }
    if value.is_none() {
        return Some(Ok(Argument::Missing));
    }
    if value.is_instance_of::<PyInt>() {
        // A number too large for an integer is still an id, written out.
        return Some(value.extract().map(Argument::Integer).or_else(|_| text_of(value)));
    }
    is_uuid(value).then(|| text_of(value))
}

fn text_of(value: &Bound<'_, PyAny>) -> PyResult<Argument> {
    Ok(Argument::Text(value.str()?.to_cow()?.into_owned()))
}

fn is_uuid(value: &Bound<'_, PyAny>) -> bool {
    // Whoever has a UUID has imported its module already, so looking it up costs nothing.
    value
        .py()
        .import("uuid")
        .and_then(|module| module.getattr("UUID"))
        .is_ok_and(|class| value.is_instance(&class).unwrap_or(false))
}

fn refusal(name: &str, kind: Kind, value: &Bound<'_, PyAny>) -> PyErr {
    let wanted = match kind {
        Kind::Boolean => "a bool",
        Kind::Number => "a number",
        Kind::Text | Kind::Uuid | Kind::Integer => "a str, an int or a uuid.UUID",
    };
    PyTypeError::new_err(format!("{name} must be {wanted}, not {}", type_name(value)))
}

/// The name of a value's type, for messages.
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string())
}

/// A string may hold half of a surrogate pair, an integer more digits than Python writes out.
fn not_text(name: &str) -> PyErr {
    PyValueError::new_err(format!("{name} cannot be written as text"))
}

/// Misuse found by the core, as the exception that Python has for it.
pub(crate) fn misuse(error: &ArgumentError) -> PyErr {
    let message = error.to_string();
    if error.wrong_type { PyTypeError::new_err(message) } else { PyValueError::new_err(message) }
}
