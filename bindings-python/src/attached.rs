//! Threads that are without the GIL and ask for it: until the interpreter ends.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use pyo3::prelude::*;

use sonoran::process::PerProcess;

use crate::warned;

/// How long the end of the interpreter waits for callbacks that are under way. One that takes longer is ended by
/// Python, as any other code of a daemon thread.
const PATIENCE: Duration = Duration::from_secs(1);

static GATE: PerProcess<Arc<Gate>> = PerProcess::new();

/// Lets threads into Python until the interpreter ends. Whoever asked for the GIL as it ends would crash, or be ended
/// in the midst of it.
pub(crate) struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

#[derive(Default)]
struct State {
    inside: usize,
    /// The thread that ends the interpreter, and may itself still make calls.
    ending: Option<ThreadId>,
}

impl Gate {
    /// The one of this process.
    pub(crate) fn current(_gil: Python<'_>) -> Arc<Self> {
        let Ok(gate) = GATE.get(|| {
            let gate = Self { state: Mutex::default(), left: Condvar::new() };
            Ok::<_, std::convert::Infallible>(Arc::new(gate))
        });
        gate
    }

    /// What it gives in Python, or nothing if the interpreter ends.
    pub(crate) fn attach<R>(&self, work: impl FnOnce(Python<'_>) -> R) -> Option<R> {
        let _inside = self.enter()?;
        Python::try_attach(work)
    }

    /// Has the end of the interpreter wait until what it gives is dropped; nothing if it ends already.
    pub(crate) fn enter(&self) -> Option<Inside<'_>> {
        let mut state = self.lock();
        if state.ending.is_some_and(|thread| thread != thread::current().id()) {
            return None;
        }
        state.inside += 1;
        Some(Inside(self))
    }

    fn close(&self) {
        let mut state = self.lock();
        state.ending = Some(thread::current().id());
        let waited = self.left.wait_timeout_while(state, PATIENCE, |state| state.inside > 0);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who is in Python, or asks for the GIL.
pub(crate) struct Inside<'a>(&'a Gate);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.lock().inside -= 1;
        self.0.left.notify_all();
    }
}

/// To be called before the interpreter ends.
#[pyfunction]
pub(crate) fn interpreter_ends(py: Python<'_>) -> PyResult<()> {
    // The last who can: of a call that was dropped, for example.
    let told = warned::tell(py);
    let gate = Gate::current(py);
    py.detach(|| gate.close());
    told
}
