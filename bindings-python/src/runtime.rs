//! The process's one runtime, driven by whichever threads are in a call.

use std::future::Future;
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

use crate::process::PerProcess;
use crate::waiting;

/// How long a call may keep Python from noticing a signal.
const TICK: Duration = Duration::from_millis(100);

static RUNTIME: PerProcess<&'static Runtime> = PerProcess::new();

fn current(py: Python<'_>) -> PyResult<&'static Runtime> {
    RUNTIME.get(py, || {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| PyRuntimeError::new_err(format!("sonoran cannot start its runtime: {error}")))?;
        // Never dropped, so that the interpreter can exit at any moment.
        Ok(&*Box::leak(Box::new(runtime)))
    })
}

/// Waits for the work on this thread without holding the GIL. An exception raised by a signal
/// handler, as Ctrl-C does, drops the work and is passed on.
pub(crate) fn wait<F>(py: Python<'_>, work: impl FnOnce() -> F + Send) -> PyResult<F::Output>
where
    F: Future,
    F::Output: Send,
{
    let runtime = current(py)?;
    waiting::begin(py);
    let outcome = py.detach(|| {
        let mut work = Box::pin(work());
        // Lets the runtime see first which idle connections the server closed meanwhile.
        runtime.block_on(yield_now());
        loop {
            let tick = async { tokio::time::timeout(TICK, work.as_mut()).await };
            if let Ok(output) = runtime.block_on(tick) {
                return Ok(output);
            }
            // Outside of the runtime, since a signal handler may itself make a call.
            if let Some(interruption) = interruption() {
                drop(work);
                runtime.block_on(settle());
                return Err(interruption);
            }
        }
    });
    let told = waiting::take();
    if !told.is_empty() {
        waiting::report(py, told)?;
    }
    outcome
}

/// The exception of a signal handler, if one ran now. An interpreter that is ending has none.
fn interruption() -> Option<PyErr> {
    // Taken first: a signal handler may make a call of its own, which would forget it.
    let told = waiting::take();
    Python::try_attach(|py| py.check_signals().and_then(|()| waiting::report(py, told)).err()).flatten()
}

/// Drops a value that has connections, and closes them.
pub(crate) fn release<T: Send>(py: Python<'_>, value: T) -> PyResult<()> {
    let runtime = current(py)?;
    py.detach(|| {
        let guard = runtime.enter();
        drop(value);
        drop(guard);
        runtime.block_on(settle());
    });
    Ok(())
}

/// Gives the tasks of dropped connections their turn to close them: between two calls nothing runs.
pub(crate) async fn settle() {
    for _ in 0..3 {
        yield_now().await;
    }
}
