//! The response of a call as Python has it, made from the core's without a text between.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use serde_json::value::RawValue;
use sonoran::{Failure, Operation, Refusal, Response};

use crate::convert;

/// What is said of a panic.
pub(crate) const FAILED: &str =
    "The library failed; please report it with what was written to standard error.";

/// A `SonoranResponse`.
pub(crate) fn to_python<'py>(
    py: Python<'py>,
    operation: &str,
    response: &Response,
) -> PyResult<Bound<'py, PyAny>> {
    whole(py, response).or_else(|error| {
        // Such as data nested deeper than Python can hold; Ctrl-C is no such thing.
        if !error.is_instance_of::<PyException>(py) {
            return Err(error);
        }
        whole(py, &internal(operation, format!("The answer cannot be read: {error}")))
    })
}

/// The failure that a fault of this library is.
pub(crate) fn internal(operation: &str, reason: String) -> Response {
    let name = Operation::find(operation).map_or("", |operation| operation.name);
    Response::internal(name, reason)
}

/// The fields in the order in which the classes take them.
fn whole<'py>(py: Python<'py>, response: &Response) -> PyResult<Bound<'py, PyAny>> {
    let (response_class, failure_class) = classes(py)?;
    let error = response.error.as_deref().map(|error| failure(py, failure_class, error)).transpose()?;
    response_class.bind(py).call1((
        response.success,
        json(py, response.data.as_deref())?,
        response.reason.as_deref(),
        response.status,
        json(py, response.meta.as_deref())?,
        error,
        response.request_id.as_deref(),
        response.attempts,
        response.waited.as_secs_f64(),
    ))
}

fn failure<'py>(py: Python<'py>, class: &Py<PyAny>, failure: &Failure) -> PyResult<Bound<'py, PyAny>> {
    class.bind(py).call1((
        failure.kind.as_str(),
        json(py, failure.problem.as_deref())?,
        failure.retry_after.map(|pause| pause.as_secs_f64()),
        failure.attempts,
        failure.operation,
        failure.request_id.as_deref(),
        failure.outcome_unknown,
        failure.trace_id.as_deref(),
        failure.refusal.map(Refusal::as_str),
    ))
}

fn json<'py>(py: Python<'py>, value: Option<&RawValue>) -> PyResult<Option<Bound<'py, PyAny>>> {
    value.map(|value| convert::to_python(py, value.get())).transpose()
}

/// `SonoranResponse` and `Failure`.
fn classes(py: Python<'_>) -> PyResult<&'static (Py<PyAny>, Py<PyAny>)> {
    static CLASSES: PyOnceLock<(Py<PyAny>, Py<PyAny>)> = PyOnceLock::new();
    CLASSES.get_or_try_init(py, || {
        let module = py.import("sonoran.response")?;
        Ok((module.getattr("SonoranResponse")?.unbind(), module.getattr("Failure")?.unbind()))
    })
}
