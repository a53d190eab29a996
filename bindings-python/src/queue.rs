//! An event loop's own queue: answers come in from the engine's thread, and are taken out on the loop's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use sonoran::{ArgumentError, Response};
use tokio::task::AbortHandle;

use crate::arguments::misuse;
use crate::response;
use crate::waiting::{self, Told};
use crate::wake::{Bell, Ringer, Watched};
use crate::warned;

/// What came for a loop.
pub(crate) enum Arrival {
    /// The outcome of the call with this number.
    Outcome(u64, &'static str, Result<Response, ArgumentError>),
    /// What the call with this number has to tell.
    Told(u64, Told),
    /// A warning, which is kept elsewhere.
    Warned,
}

/// The part of a queue that the engine's thread has. It holds nothing of Python's that a loop could be part of.
pub(crate) struct Inbox {
    arrivals: Mutex<Vec<Arrival>>,
    wake: Wake,
}

enum Wake {
    Bell(Bell),
    Ringer(Ringer),
}

impl Inbox {
    pub(crate) fn put(&self, arrival: Arrival) {
        let mut arrivals = locked(&self.arrivals);
        arrivals.push(arrival);
        let was_empty = arrivals.len() == 1;
        drop(arrivals);
        // Who put the first one has woken the loop for all that come until it looks.
        if was_empty {
            match &self.wake {
                Wake::Bell(bell) => bell.ring(),
                Wake::Ringer(ringer) => ringer.ring(),
            }
        }
    }

    fn take(&self) -> Vec<Arrival> {
        // In this order: what comes in between rings again.
        if let Wake::Bell(bell) = &self.wake {
            bell.silence();
        }
        std::mem::take(&mut locked(&self.arrivals))
    }
}

/// The queue of one event loop, which alone uses it.
#[pyclass(frozen, weakref, module = "sonoran._native")]
pub(crate) struct LoopQueue {
    inbox: Arc<Inbox>,
    pending: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    /// The number of the last call.
    last: u64,
    calls: HashMap<u64, Awaited>,
}

/// A call under way.
struct Awaited {
    future: Py<PyAny>,
    /// Where it is told what happens, if anybody is.
    context: Option<Py<PyAny>>,
}

#[pymethods]
impl LoopQueue {
    /// One whose `fileno` the loop watches, or that calls `ring` from another thread.
    #[new]
    #[pyo3(signature = (ring=None))]
    fn new(py: Python<'_>, ring: Option<Py<PyAny>>) -> PyResult<Self> {
        let wake = match ring {
            Some(ring) => Wake::Ringer(Ringer::new(py, ring)),
            None => Wake::Bell(Bell::new().map_err(|error| {
                PyRuntimeError::new_err(format!("sonoran cannot join the event loop: {error}"))
            })?),
        };
        let inbox = Arc::new(Inbox { arrivals: Mutex::default(), wake });
        Ok(Self { inbox, pending: Mutex::default() })
    }

    /// What the loop watches; readable when something came.
    fn fileno(&self) -> Option<Watched> {
        match &self.inbox.wake {
            Wake::Bell(bell) => Some(bell.watched()),
            Wake::Ringer(_) => None,
        }
    }

    /// Gives what came to those who await it.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        let mut interruption = None;
        for arrival in self.inbox.take() {
            let given = match arrival {
                Arrival::Outcome(number, operation, outcome) => self
                    .ended(number)
                    .map_or(Ok(()), |call| settle(&call.future.into_bound(py), operation, outcome)),
                Arrival::Told(number, told) => {
                    let context = self.context(py, number);
                    waiting::report(py, context.as_ref(), [told])
                }
                Arrival::Warned => warned::tell(py),
            };
            match given {
                Err(error) if error.is_instance_of::<PyException>(py) => error.write_unraisable(py, None),
                // As of Ctrl-C: the others get their answers first.
                Err(error) => interruption = Some(error),
                Ok(()) => {}
            }
        }
        interruption.map_or(Ok(()), Err)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // Nobody holds the lock who could start the garbage collector.
        locked(&self.pending).calls.values().try_for_each(|call| {
            visit.call(&call.future)?;
            visit.call(&call.context)
        })
    }

    fn __clear__(&self) {
        let calls = std::mem::take(&mut locked(&self.pending).calls);
        drop(calls);
    }
}

impl LoopQueue {
    pub(crate) fn inbox(&self) -> Arc<Inbox> {
        Arc::clone(&self.inbox)
    }

    /// The number of a new call.
    pub(crate) fn expect(&self, future: Py<PyAny>, context: Option<Py<PyAny>>) -> u64 {
        let mut pending = locked(&self.pending);
        pending.last += 1;
        let number = pending.last;
        pending.calls.insert(number, Awaited { future, context });
        number
    }

    fn ended(&self, number: u64) -> Option<Awaited> {
        locked(&self.pending).calls.remove(&number)
    }

    fn context(&self, py: Python<'_>, number: u64) -> Option<Py<PyAny>> {
        let pending = locked(&self.pending);
        pending.calls.get(&number)?.context.as_ref().map(|context| context.clone_ref(py))
    }
}

/// The lock is held for an instant and without a call into Python.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands an outcome to the future, unless it was cancelled meanwhile.
fn settle(
    future: &Bound<'_, PyAny>,
    operation: &str,
    outcome: Result<Response, ArgumentError>,
) -> PyResult<()> {
    let py = future.py();
    if future.call_method0(intern!(py, "done"))?.is_truthy()? {
        return Ok(());
    }
    match outcome {
        Ok(outcome) => match response::to_python(py, operation, &outcome) {
            Ok(response) => future.call_method1(intern!(py, "set_result"), (response,)),
            Err(error) => future.call_method1(intern!(py, "set_exception"), (error,)),
        },
        Err(error) if error.is_closed() => future.call_method0(intern!(py, "cancel")),
        Err(error) => future.call_method1(intern!(py, "set_exception"), (misuse(&error),)),
    }
    .map(drop)
}

/// A call under way on the engine.
#[pyclass(frozen, module = "sonoran._native")]
pub(crate) struct Running {
    queue: Py<LoopQueue>,
    number: u64,
    task: Mutex<Option<AbortHandle>>,
    process: u32,
}

#[pymethods]
impl Running {
    /// Drops the request, or its place in the line.
    fn cancel(&self) {
        self.abort();
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.queue)
    }
}

impl Running {
    pub(crate) fn new(queue: Py<LoopQueue>, number: u64, task: AbortHandle) -> Self {
        Self { queue, number, task: Mutex::new(Some(task)), process: std::process::id() }
    }

    fn abort(&self) {
        let Some(task) = locked(&self.task).take() else { return };
        if self.queue.get().ended(self.number).is_none() {
            // Its outcome was given.
            return;
        }
        if self.process == std::process::id() {
            task.abort();
        } else {
            // The parent's, whose locks may be held for ever here.
            std::mem::forget(task);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.abort();
    }
}
