//! The process's one runtime, driven by whichever threads are in a call.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{MissedTickBehavior, interval};

use crate::attached::Gate;
use crate::process::PerProcess;
use crate::waiting;

/// How long a call may keep Python from noticing a signal.
const TICK: Duration = Duration::from_millis(100);

/// The runtime, and what those who wait in it hear every so often.
struct Shared {
    runtime: Runtime,
    ticks: Arc<Notify>,
    gate: Arc<Gate>,
}

static SHARED: PerProcess<&'static Shared> = PerProcess::new();

fn current(py: Python<'_>) -> PyResult<&'static Shared> {
    SHARED.get(py, || {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| PyRuntimeError::new_err(format!("sonoran cannot start its runtime: {error}")))?;
        let ticks = Arc::new(Notify::new());
        runtime.spawn(tick(Arc::clone(&ticks)));
        // Never dropped, so that the interpreter can exit at any moment.
        Ok(&*Box::leak(Box::new(Shared { runtime, ticks, gate: Gate::current(py) })))
    })
}

/// One timer for all: each call that set its own would wake the system's driver for it. It stands still
/// where nobody waits.
async fn tick(ticks: Arc<Notify>) {
    let mut interval = interval(TICK);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        ticks.notify_waiters();
    }
}

/// Waits for the work on this thread without holding the GIL. An exception raised by a signal
/// handler, as Ctrl-C does, drops the work and is passed on.
pub(crate) fn wait<F>(py: Python<'_>, work: impl FnOnce() -> F + Send) -> PyResult<F::Output>
where
    F: Future,
    F::Output: Send,
{
    let Shared { runtime, ticks, gate } = current(py)?;
    waiting::begin(py);
    let outcome = py.detach(|| {
        let mut work = Box::pin(work());
        loop {
            if let Some(output) = runtime.block_on(until_tick(work.as_mut(), ticks)) {
                return Ok(output);
            }
            // Outside of the runtime, since a signal handler may itself make a call.
            if let Some(interruption) = interruption(gate) {
                drop(work);
                runtime.block_on(settle());
                return Err(interruption);
            }
        }
    });
    let told = waiting::take();
    if !told.is_empty() {
        let _inside = gate.enter();
        waiting::report(py, None, told)?;
    }
    outcome
}

/// The output of the work, if it is there before the next tick.
async fn until_tick<F: Future>(mut work: Pin<&mut F>, ticks: &Notify) -> Option<F::Output> {
    turn().await;
    let mut ticked = pin!(ticks.notified());
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => ticked.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// Lets the runtime see which idle connections the server closed since somebody drove it. tokio's own
/// `yield_now` would have the thread wake itself by the system.
async fn turn() {
    let mut over = false;
    poll_fn(|context| {
        if std::mem::replace(&mut over, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The exception of a signal handler, if one ran now. An interpreter that is ending has none.
fn interruption(gate: &Gate) -> Option<PyErr> {
    // Taken first: a signal handler may make a call of its own, which would forget it.
    let told = waiting::take();
    gate.attach(|py| py.check_signals().and_then(|()| waiting::report(py, None, told)).err()).flatten()
}

/// Drops a value that has connections, and closes them.
pub(crate) fn release<T: Send>(py: Python<'_>, value: T) -> PyResult<()> {
    let Shared { runtime, .. } = current(py)?;
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
