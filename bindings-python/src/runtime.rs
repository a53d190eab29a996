//! The process's one runtime, driven by whichever threads are in a call.

use std::sync::Arc;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use sonoran::driver::Driver;
use sonoran::{ArgumentError, Call, Client, Response};

use crate::attached::Gate;
use crate::waiting;
use crate::warned;
use sonoran::process::PerProcess;

/// The driver, and the way back into the interpreter.
struct Shared {
    driver: Driver,
    gate: Arc<Gate>,
}

static SHARED: PerProcess<&'static Shared> = PerProcess::new();

fn current(py: Python<'_>) -> PyResult<&'static Shared> {
    SHARED.get(|| {
        let driver = Driver::new()
            .map_err(|error| PyRuntimeError::new_err(format!("sonoran cannot start its runtime: {error}")))?;
        // Never dropped, so that the interpreter can exit at any moment.
        Ok(&*Box::leak(Box::new(Shared { driver, gate: Gate::current(py) })))
    })
}

/// Carries out a call on this thread without holding the GIL. An exception raised by a signal handler, as Ctrl-C does,
/// drops the call and is passed on.
pub(crate) fn execute(
    py: Python<'_>,
    client: Client,
    call: Call,
) -> PyResult<Result<Response, ArgumentError>> {
    let Shared { driver, gate } = current(py)?;
    waiting::begin(py);
    let outcome = py.detach(|| driver.execute(client, call, || interruption(gate).map_or(Ok(()), Err)));
    let told = waiting::take();
    if !told.is_empty() || warned::is_waiting() {
        let _inside = gate.enter();
        waiting::report(py, None, told)?;
        warned::tell(py)?;
    }
    outcome
}

/// The exception of a signal handler, if one ran now. An interpreter that is ending has none.
fn interruption(gate: &Gate) -> Option<PyErr> {
    // Taken first: a signal handler may make a call of its own, which would forget it.
    let told = waiting::take();
    gate.attach(|py| {
        py.check_signals()
            .and_then(|()| waiting::report(py, None, told))
            .and_then(|()| warned::tell(py))
            .err()
    })
    .flatten()
}

/// Drops a value that has connections, and closes them.
pub(crate) fn release<T: Send>(py: Python<'_>, value: T) -> PyResult<()> {
    let Shared { driver, .. } = current(py)?;
    py.detach(|| driver.release(value));
    Ok(())
}
