//! The client whose calls block.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use sonoran::{ArgumentError, Response};

use crate::arguments::misuse;
use crate::async_client::AsyncClient;
use crate::held::{Held, call, unpicklable};
use crate::response::{FAILED, internal, to_python};
use crate::runtime::{self, release};

/// A client of the API.
#[pyclass(frozen, module = "sonoran._native")]
pub(crate) struct Client(Held);

#[pymethods]
impl Client {
    /// A client from its options, by name.
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        Held::new(py, options).map(Self)
    }

    /// Makes a call and returns its response.
    fn execute<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        arguments: &Bound<'py, PyTuple>,
        payload: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let client = self.0.to_call(py)?;
        let call = call(operation, arguments, payload, options)?;
        let outcome = guarded(operation, || {
            #[cfg(feature = "fault-injection")]
            assert!(!self.0.panics(), "injected");
            runtime::execute(py, client, call)
        })?;
        match outcome {
            Ok(response) => to_python(py, operation, &response),
            Err(error) if error.is_closed() => Err(cancelled(py)),
            Err(error) => Err(misuse(&error)),
        }
    }

    /// The fields of the state of an operation's rate limit.
    fn rate_limit<'py>(&self, py: Python<'py>, operation: &str) -> PyResult<Bound<'py, PyAny>> {
        self.0.rate_limit(py, operation)
    }

    #[allow(clippy::unused_self)] // Python calls it with one.
    fn __reduce__(&self) -> PyResult<()> {
        Err(unpicklable("Instance"))
    }

    /// A client with the same options for many calls at once, to be closed for itself.
    fn awaited(&self, py: Python<'_>) -> PyResult<AsyncClient> {
        self.0.again(py).map(AsyncClient::of)
    }

    /// Ends the calls under way and closes the connections; later calls are refused.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.0.close(py).map_or(Ok(()), |client| release(py, client))
    }
}

type Outcome = Result<Response, ArgumentError>;

/// A panic must not cross into Python: it becomes a response of kind `internal`.
fn guarded(operation: &str, call: impl FnOnce() -> PyResult<Outcome>) -> PyResult<Outcome> {
    // Its message is on standard error already, and might be anything.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Ok(Ok(internal(operation, FAILED.to_owned()))))
}

/// What a call raises that was under way when its instance was closed.
fn cancelled(py: Python<'_>) -> PyErr {
    py.import("concurrent.futures")
        .and_then(|module| module.getattr("CancelledError")?.call1(("the instance was closed",)))
        .map_or_else(|error| error, PyErr::from_value)
}
