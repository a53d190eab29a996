//! The one object at the boundary.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use sonoran::{Call, CallOptions, Operation, Options, Response};

use crate::arguments::{misuse, read};
use crate::convert::to_python;
use crate::encode::encode_options;
use crate::payload;
use crate::runtime::{PerProcess, release, settle, wait};
use crate::waiting;

/// A client of the API.
#[pyclass(frozen, module = "sonoran._native")]
pub(crate) struct Client {
    options: Options,
    inner: PerProcess<sonoran::Client>,
    #[cfg(feature = "fault-injection")]
    panics: bool,
}

#[pymethods]
impl Client {
    /// A client from its options, by name.
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        let options = encode_options(options)?;
        #[cfg(feature = "fault-injection")]
        let panics = options.contains(r#""userAgentSuffix":"panic in the binding""#);
        let options = Options::from_json(&options)
            .map_err(|error| misuse(&error))?
            .agent(concat!("sonoran-python/", env!("CARGO_PKG_VERSION")))
            .on_wait(waiting::note);
        let client = Self {
            options,
            inner: PerProcess::new(),
            #[cfg(feature = "fault-injection")]
            panics,
        };
        client.current(py)?;
        Ok(client)
    }

    /// Makes a call and returns the fields of its response.
    fn execute<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        arguments: &Bound<'py, PyTuple>,
        payload: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = options.map(encode_options).transpose()?;
        let options = CallOptions::from_json(options.as_deref()).map_err(|error| misuse(&error))?;
        let payload = payload::read(operation, payload)?;
        let call = Call::from_parts(operation, read(operation, arguments)?, payload, options)
            .map_err(|error| misuse(&error))?;
        let client = self.current(py)?;
        let answer = guarded(operation, || {
            #[cfg(feature = "fault-injection")]
            assert!(!self.panics, "injected");
            wait(py, || async move {
                let response = client.execute(call).await?;
                if !response.success {
                    // It may have given up a connection.
                    settle().await;
                }
                Ok(response.to_json())
            })
        })?;
        let text = answer.map_err(|error| misuse(&error))?;
        to_python(py, &text).or_else(|error| {
            // Such as data nested deeper than Python can hold; Ctrl-C is no such thing.
            if !error.is_instance_of::<PyException>(py) {
                return Err(error);
            }
            to_python(py, &internal(operation, format!("The answer cannot be read: {error}")))
        })
    }

    /// The fields of the state of an operation's rate limit.
    fn rate_limit<'py>(&self, py: Python<'py>, operation: &str) -> PyResult<Bound<'py, PyAny>> {
        let state = self.current(py)?.rate_limit(operation).map_err(|error| misuse(&error))?;
        to_python(py, &state.to_json())
    }

    /// What pickling asks for, as sending an instance to another process does.
    #[allow(clippy::unused_self)] // Python calls it with one.
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("an Instance cannot be pickled: make one per process"))
    }

    /// Closes the idle connections; a later call opens new ones.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.inner.take(py).map_or(Ok(()), |client| release(py, client))
    }
}

impl Client {
    fn current(&self, py: Python<'_>) -> PyResult<sonoran::Client> {
        self.inner.get(py, || sonoran::Client::new(self.options.clone())).map_err(|error| misuse(&error))
    }
}

type Answer = Result<String, sonoran::ArgumentError>;

/// A panic must not cross into Python: it becomes a response of kind `internal`.
fn guarded(operation: &str, call: impl FnOnce() -> PyResult<Answer>) -> PyResult<Answer> {
    // Its message is on standard error already, and might be anything.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        let reason = "The library failed; please report it with what was written to standard error.";
        Ok(Ok(internal(operation, reason.to_owned())))
    })
}

fn internal(operation: &str, reason: String) -> String {
    let name = Operation::find(operation).map_or("", |operation| operation.name);
    <Response>::internal(name, reason).to_json()
}
