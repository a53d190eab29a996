//! The client of event loops: a call is started, and its response comes to the loop's queue.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use sonoran::{ArgumentError, Operation, Response};

use crate::engine;
use crate::held::{Held, call, unpicklable};
use crate::queue::{Arrival, Inbox, LoopQueue, Running};
use crate::response::{FAILED, internal};
use crate::waiting;

/// A client of the API for event loops.
#[pyclass(frozen, module = "sonoran._native")]
pub(crate) struct AsyncClient(Held);

impl AsyncClient {
    pub(crate) fn of(held: Held) -> Self {
        Self(held)
    }
}

#[pymethods]
impl AsyncClient {
    /// A client from its options, by name.
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        Held::new(py, options).map(Self)
    }

    /// Starts a call; the future gets its response, on the loop that the queue and the future are of.
    #[allow(clippy::too_many_arguments)] // Those of a call, and where its response goes.
    fn start<'py>(
        &self,
        py: Python<'py>,
        queue: &Bound<'py, LoopQueue>,
        future: Bound<'py, PyAny>,
        operation: &str,
        arguments: &Bound<'py, PyTuple>,
        payload: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Running> {
        let client = self.0.to_call(py)?;
        let call = call(operation, arguments, payload, options)?;
        let engine = engine::current(py)?;
        let is_told = waiting::begin(py) || self.0.calls_back();
        let context = is_told.then(|| waiting::context(py)).transpose()?;
        let inbox = queue.get().inbox();
        let number = queue.get().expect(future.unbind(), context);
        let name = Operation::find(operation).map_or("", |operation| operation.name);
        let ticket = Ticket { inbox: Arc::clone(&inbox), number, operation: name };
        #[cfg(feature = "fault-injection")]
        let panics = self.0.panics();
        let work = async move {
            let ticket = ticket;
            #[cfg(feature = "fault-injection")]
            assert!(!panics, "injected");
            ticket.give(client.execute(call).await);
        };
        let task = engine.spawn(waiting::told_to(inbox, number, work)).abort_handle();
        Ok(Running::new(queue.clone().unbind(), number, task))
    }

    /// The fields of the state of an operation's rate limit.
    fn rate_limit<'py>(&self, py: Python<'py>, operation: &str) -> PyResult<Bound<'py, PyAny>> {
        self.0.rate_limit(py, operation)
    }

    #[allow(clippy::unused_self)] // Python calls it with one.
    fn __reduce__(&self) -> PyResult<()> {
        Err(unpicklable("AsyncInstance"))
    }

    /// Ends the calls under way and closes the connections; later calls are refused.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(client) = self.0.close(py) {
            engine::current(py)?.spawn(async move { drop(client) });
        }
        Ok(())
    }
}

/// What a call under way owes to its loop.
struct Ticket {
    inbox: Arc<Inbox>,
    number: u64,
    operation: &'static str,
}

impl Ticket {
    fn give(&self, outcome: Result<Response, ArgumentError>) {
        self.inbox.put(Arrival::Outcome(self.number, self.operation, outcome));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        // Its message is on standard error already, and might be anything.
        if std::thread::panicking() {
            self.give(Ok(internal(self.operation, FAILED.to_owned())));
        }
    }
}
