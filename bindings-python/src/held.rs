//! The core's client as both of Python's hold it: one per process, until it is closed.

use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use sonoran::{Call, CallOptions, Options};

use crate::arguments::{misuse, read};
use crate::convert::to_python;
use crate::encode::encode_options;
use crate::guard;
use crate::payload;
use crate::waiting::Callbacks;
use crate::warned;
use sonoran::process::PerProcess;

pub(crate) struct Held {
    options: Options,
    inner: PerProcess<sonoran::Client>,
    closed: AtomicBool,
    /// Whether it has callbacks.
    calls_back: bool,
    #[cfg(feature = "fault-injection")]
    panics: bool,
}

impl Held {
    pub(crate) fn new(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        let callbacks = Callbacks::of(options)?;
        let options = encode_options(options)?;
        #[cfg(feature = "fault-injection")]
        let panics = options.contains(r#""userAgentSuffix":"panic in the binding""#);
        let options = Options::from_json(&options)
            .map_err(|error| misuse(&error))?
            .agent(concat!("sonoran-python/", env!("CARGO_PKG_VERSION")));
        let calls_back = !callbacks.is_empty();
        let mut held = Self {
            options: callbacks.hooked(options),
            inner: PerProcess::new(),
            closed: AtomicBool::new(false),
            calls_back,
            #[cfg(feature = "fault-injection")]
            panics,
        };
        // Whatever the environment says later, clients of the same options call the same address.
        let address = held.current(py)?.api_url().to_owned();
        held.options = held.options.api_url(address);
        Ok(held)
    }

    /// Another with the same options, for connections of its own.
    pub(crate) fn again(&self, py: Python<'_>) -> PyResult<Self> {
        self.open(py)?;
        Ok(Self {
            options: self.options.clone(),
            inner: PerProcess::new(),
            closed: AtomicBool::new(false),
            calls_back: self.calls_back,
            #[cfg(feature = "fault-injection")]
            panics: self.panics,
        })
    }

    /// This process's client, unless it is closed.
    pub(crate) fn open(&self, py: Python<'_>) -> PyResult<sonoran::Client> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(PyRuntimeError::new_err("the instance is closed: make a new one"));
        }
        self.current(py)
    }

    /// The same to make a call with.
    pub(crate) fn to_call(&self, py: Python<'_>) -> PyResult<sonoran::Client> {
        self.open(py).and_then(guard::pass)
    }

    fn current(&self, py: Python<'_>) -> PyResult<sonoran::Client> {
        let made = self.inner.get(|| sonoran::Client::new(warned::hooked(py, self.options.clone())));
        warned::tell(py)?;
        made.map_err(|error| misuse(&error))
    }

    /// The fields of the state of an operation's rate limit.
    pub(crate) fn rate_limit<'py>(&self, py: Python<'py>, operation: &str) -> PyResult<Bound<'py, PyAny>> {
        let state = self.open(py)?.rate_limit(operation).map_err(|error| misuse(&error))?;
        to_python(py, &state.to_json())
    }

    /// Ends the calls under way; gives the client, if this process has one, to be dropped where its
    /// connections are.
    pub(crate) fn close(&self, _gil: Python<'_>) -> Option<sonoran::Client> {
        self.closed.store(true, Ordering::Relaxed);
        let client = self.inner.take()?;
        client.close();
        Some(client)
    }

    pub(crate) fn calls_back(&self) -> bool {
        self.calls_back
    }

    #[cfg(feature = "fault-injection")]
    pub(crate) fn panics(&self) -> bool {
        self.panics
    }
}

/// A call from what a method was given.
pub(crate) fn call(
    operation: &str,
    arguments: &Bound<'_, PyTuple>,
    payload: &Bound<'_, PyAny>,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Call> {
    let options = options.map(encode_options).transpose()?;
    let options = CallOptions::from_json(options.as_deref()).map_err(|error| misuse(&error))?;
    let payload = payload::read(operation, payload)?;
    Call::from_parts(operation, read(operation, arguments)?, payload, options).map_err(|error| misuse(&error))
}

/// What pickling is told, as sending an instance to another process asks for it.
pub(crate) fn unpicklable(class: &str) -> PyErr {
    PyTypeError::new_err(format!("an {class} cannot be pickled: make one per process"))
}
