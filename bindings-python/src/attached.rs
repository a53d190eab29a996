//! Calls into Python from the engine's thread, for loops that watch nothing: until the interpreter ends.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;

use crate::process::PerProcess;

/// Whether the interpreter ends. Held by whoever is in Python: a thread that asks for the GIL later than that
/// would be ended in the midst of it.
type Ending = Arc<Mutex<bool>>;

static ENDING: PerProcess<Ending> = PerProcess::new();

fn ending(py: Python<'_>) -> Ending {
    let Ok(ending) = ENDING.get(py, || Ok::<_, std::convert::Infallible>(Ending::default()));
    ending
}

/// Something of Python's that is called when a loop is to look at its queue.
pub(crate) struct Ringer {
    ring: Py<PyAny>,
    ending: Ending,
}

impl Ringer {
    pub(crate) fn new(py: Python<'_>, ring: Py<PyAny>) -> Self {
        Self { ring, ending: ending(py) }
    }

    pub(crate) fn ring(&self) {
        let ending = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
        if !*ending {
            Python::try_attach(|py| {
                if let Err(error) = self.ring.call0(py) {
                    error.write_unraisable(py, None);
                }
            });
        }
    }
}

/// To be called before the interpreter ends.
#[pyfunction]
pub(crate) fn stop_ringing(py: Python<'_>) {
    let ending = ending(py);
    py.detach(|| *ending.lock().unwrap_or_else(PoisonError::into_inner) = true);
}
