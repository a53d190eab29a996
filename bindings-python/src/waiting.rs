//! Calls that wait long for their rate limit, as lines of Python's log.

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use sonoran::Waiting;
use tokio::task::futures::TaskLocalFuture;

use crate::queue::{Arrival, Inbox};

tokio::task_local! {
    /// Where the call of this task has it told.
    static INBOX: Arc<Inbox>;
}

thread_local! {
    /// What the call of this thread has to tell.
    static NOTICE: Cell<Option<Waiting>> = const { Cell::new(None) };
}

/// Keeps it until it is taken, or sends it to the event loop: the core says it without the GIL and in the midst of its work.
pub(crate) fn note(waiting: &Waiting) {
    let told = INBOX.try_with(|inbox| inbox.put(Arrival::Waits(waiting.clone())));
    if told.is_err() {
        NOTICE.set(Some(waiting.clone()));
    }
}

/// The work of a call, of which the event loop is told that it waits.
pub(crate) fn told_to<F: Future>(inbox: Arc<Inbox>, work: F) -> TaskLocalFuture<Arc<Inbox>, F> {
    INBOX.scope(inbox, work)
}

/// Drops what an earlier call had no time to tell.
pub(crate) fn forget() {
    NOTICE.set(None);
}

pub(crate) fn take() -> Option<Waiting> {
    NOTICE.take()
}

/// Logs that a call waits. An error is that of a signal handler which ran meanwhile: what goes wrong with the
/// log itself is no matter of the call.
pub(crate) fn log(py: Python<'_>, waiting: Option<Waiting>) -> PyResult<()> {
    let Some(waiting) = waiting else { return Ok(()) };
    let logged = (|| {
        let logger = py.import("logging")?.call_method1("getLogger", ("sonoran",))?;
        let message = "%s waits for its rate limit: %.1f s so far, about %.1f s to go";
        let (waited, expected) = (waiting.waited.as_secs_f64(), waiting.expected.as_secs_f64());
        logger.call_method1("info", (message, waiting.operation, waited, expected)).map(drop)
    })();
    match logged {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, None);
            Ok(())
        }
        logged => logged,
    }
}
