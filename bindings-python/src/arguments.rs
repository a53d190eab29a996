//! From Python to the core: positional arguments, and misuse as Python's own exceptions.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString, PyTuple};
use sonoran::{Argument, ArgumentError, Kind, Operation, Parameter};

/// What is said of text that holds one, read after its name.
pub(crate) const HALF_A_PAIR: &str = "must be whole Unicode text: it holds half of a surrogate pair";

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
            argument(name, kind, &value)?.ok_or_else(|| refusal(name, kind, &value))
        })
        .collect()
}

/// None when the value is of a type that the argument does not have.
fn argument(name: &str, kind: Kind, value: &Bound<'_, PyAny>) -> PyResult<Option<Argument>> {
    if let Ok(text) = value.cast::<PyString>() {
        return text_of(name, text).map(Some);
    }
    if value.is_none() {
        return Ok(Some(Argument::Missing));
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok((kind == Kind::Boolean).then(|| Argument::Boolean(flag.is_true())));
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return Ok(Some(Argument::Number(number.value())));
    }
    if let Ok(number) = value.cast::<PyInt>() {
        return integer(name, number).map(Some);
    }
    if is_of(value, "uuid", "UUID") {
        return text_of(name, &value.str()?).map(Some);
    }
    if is_of(value, "enum", "Enum") {
        return argument(name, kind, &value.getattr("value")?);
    }
    // Such as the integers of numpy; what has the method may still be no number.
    if let Ok(number) = value.call_method0("__index__") {
        return number.cast::<PyInt>().map_or(Ok(None), |number| integer(name, number).map(Some));
    }
    if is_of(value, "numbers", "Real") {
        return Ok(Some(Argument::Number(value.extract()?)));
    }
    Ok(None)
}

fn integer(name: &str, number: &Bound<'_, PyInt>) -> PyResult<Argument> {
    if let Ok(number) = number.extract() {
        return Ok(Argument::Integer(number));
    }
    // A number too large for an integer is still an id, written out, as far as Python does that.
    let digits = number.str().map_err(|_| PyValueError::new_err(format!("{name} must have fewer digits")))?;
    text_of(name, &digits)
}

fn text_of(name: &str, text: &Bound<'_, PyString>) -> PyResult<Argument> {
    match text.to_cow() {
        Ok(text) => Ok(Argument::Text(text.into_owned())),
        Err(_) => Err(PyValueError::new_err(format!("{name} {HALF_A_PAIR}"))),
    }
}

/// Whoever has such a value has imported its module already, so looking it up costs little.
fn is_of(value: &Bound<'_, PyAny>, module: &str, class: &str) -> bool {
    value
        .py()
        .import(module)
        .and_then(|module| module.getattr(class))
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

/// Misuse found by the core, as the exception that Python has for it.
pub(crate) fn misuse(error: &ArgumentError) -> PyErr {
    let message = error.to_string();
    if error.wrong_type { PyTypeError::new_err(message) } else { PyValueError::new_err(message) }
}
