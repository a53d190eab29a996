//! What a call tells while it is under way, long waits and attempts: to Python's log, and to callbacks.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use sonoran::{Attempted, Options, Waiting};
use tokio::task::futures::TaskLocalFuture;

use crate::arguments::type_name;
use crate::queue::{Arrival, Inbox};

tokio::task_local! {
    /// Where the call of this task has it told.
    static INBOX: Arc<Inbox>;
}

thread_local! {
    /// What the call of this thread has to tell.
    static TOLD: RefCell<Vec<Told>> = const { RefCell::new(Vec::new()) };
}

/// Whether the log takes attempts, as it was when the last call began.
static LOGGED: AtomicBool = AtomicBool::new(false);

/// The level of `logging` at which attempts are told.
const DEBUG: u32 = 10;

/// What is told, and the callback for it.
pub(crate) struct Told(Notice, Option<Arc<Py<PyAny>>>);

enum Notice {
    Waits(Waiting),
    Attempted(Attempted),
}

/// The core's options, with hooks that tell Python; the callbacks are taken out of Python's options.
pub(crate) fn hooked(given: &Bound<'_, PyDict>) -> PyResult<impl FnOnce(Options) -> Options + use<>> {
    let (on_wait, on_attempt) = (callback(given, "onWait")?, callback(given, "onAttempt")?);
    Ok(move |options: Options| {
        options
            .on_wait(move |waiting| tell(Told(Notice::Waits(waiting.clone()), on_wait.clone())))
            .on_attempt(move |attempt| {
                if on_attempt.is_some() || LOGGED.load(Ordering::Relaxed) {
                    tell(Told(Notice::Attempted(attempt.clone()), on_attempt.clone()));
                }
            })
    })
}

fn callback(options: &Bound<'_, PyDict>, name: &str) -> PyResult<Option<Arc<Py<PyAny>>>> {
    let Some(given) = options.get_item(name)? else { return Ok(None) };
    options.del_item(name)?;
    if given.is_none() {
        return Ok(None);
    }
    if !given.is_callable() {
        return Err(PyTypeError::new_err(format!("{name} must be callable, not {}", type_name(&given))));
    }
    Ok(Some(Arc::new(given.unbind())))
}

/// Keeps it until it is taken, or sends it to the event loop: the core says it without the GIL and in the midst of
/// its work.
fn tell(told: Told) {
    let mut told = Some(told);
    let sent = INBOX.try_with(|inbox| told.take().map(|told| inbox.put(Arrival::Told(told))));
    if sent.is_err() {
        TOLD.with_borrow_mut(|all| all.extend(told));
    }
}

/// The work of a call, of which the event loop is told.
pub(crate) fn told_to<F: Future>(inbox: Arc<Inbox>, work: F) -> TaskLocalFuture<Arc<Inbox>, F> {
    INBOX.scope(inbox, work)
}

/// To be called when a call begins: drops what an earlier one had no time to tell, and looks whether the log is on.
pub(crate) fn begin(py: Python<'_>) {
    drop(take());
    LOGGED.store(logged(py).unwrap_or(false), Ordering::Relaxed);
}

fn logged(py: Python<'_>) -> PyResult<bool> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let logger = if let Some(logger) = LOGGER.get(py) {
        logger.bind(py).clone()
    } else {
        // Who has no `logging` imported has no log.
        let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?;
        let Some(logging) = modules.cast::<PyDict>()?.get_item(intern!(py, "logging"))? else {
            return Ok(false);
        };
        let logger = logging.call_method1(intern!(py, "getLogger"), (intern!(py, "sonoran"),))?;
        LOGGER.get_or_init(py, || logger.unbind()).bind(py).clone()
    };
    logger.call_method1(intern!(py, "isEnabledFor"), (DEBUG,))?.is_truthy()
}

pub(crate) fn take() -> Vec<Told> {
    TOLD.take()
}

/// Logs it and calls back. An error is that of a signal handler which ran meanwhile: what goes wrong with the log or
/// in a callback is no matter of the call.
pub(crate) fn report(py: Python<'_>, all: impl IntoIterator<Item = Told>) -> PyResult<()> {
    for told in all {
        match passed_on(py, &told) {
            Err(error) if error.is_instance_of::<PyException>(py) => error.write_unraisable(py, None),
            outcome => outcome?,
        }
    }
    Ok(())
}

fn passed_on(py: Python<'_>, Told(notice, callback): &Told) -> PyResult<()> {
    let module = py.import("sonoran._watch")?;
    let callback = callback.as_ref().map(|callback| callback.bind(py));
    match notice {
        Notice::Waits(waiting) => {
            let (waited, expected) = (waiting.waited.as_secs_f64(), waiting.expected.as_secs_f64());
            module.call_method1("waits", (callback, waiting.operation, waited, expected))
        }
        Notice::Attempted(attempt) => {
            let fields = (
                attempt.operation,
                attempt.number,
                attempt.status,
                attempt.kind.map(sonoran::ErrorKind::as_str),
                attempt.reason.as_deref(),
                attempt.elapsed.as_secs_f64(),
                attempt.pause.map(|pause| pause.as_secs_f64()),
                attempt.request_id.as_deref(),
            );
            module.call_method1("attempted", (callback, fields))
        }
    }
    .map(drop)
}
