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
    /// Where the call of this task has it told, and its number there.
    static INBOX: (Arc<Inbox>, u64);
}

thread_local! {
    /// What the call of this thread has to tell.
    static TOLD: RefCell<Vec<Told>> = const { RefCell::new(Vec::new()) };
}

/// Whether the log takes attempts, as it was when the last call began.
static LOGGED: AtomicBool = AtomicBool::new(false);

/// The levels of `logging` at which attempts are told, and waits.
const DEBUG: u32 = 10;
const INFO: u32 = 20;

/// What is told, and the callback for it.
pub(crate) struct Told(Notice, Option<Arc<Py<PyAny>>>);

enum Notice {
    Waits(Waiting),
    Attempted(Attempted),
}

/// The callbacks of an instance.
pub(crate) struct Callbacks {
    on_wait: Option<Arc<Py<PyAny>>>,
    on_attempt: Option<Arc<Py<PyAny>>>,
}

impl Callbacks {
    /// Takes them out of Python's options.
    pub(crate) fn of(options: &Bound<'_, PyDict>) -> PyResult<Self> {
        Ok(Self { on_wait: callback(options, "onWait")?, on_attempt: callback(options, "onAttempt")? })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.on_wait.is_none() && self.on_attempt.is_none()
    }

    /// The core's options with hooks that tell Python.
    pub(crate) fn hooked(self, options: Options) -> Options {
        let Self { on_wait, on_attempt } = self;
        let is_called = on_attempt.is_some();
        options
            .on_wait(move |waiting| tell(Told(Notice::Waits(waiting.clone()), on_wait.clone())))
            .on_attempt_if(
                move || is_called || LOGGED.load(Ordering::Relaxed),
                move |attempt| tell(Told(Notice::Attempted(attempt.clone()), on_attempt.clone())),
            )
    }
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
    let sent =
        INBOX.try_with(|(inbox, number)| told.take().map(|told| inbox.put(Arrival::Told(*number, told))));
    if sent.is_err() {
        TOLD.with_borrow_mut(|all| all.extend(told));
    }
}

/// Wakes the event loop of the call that the running task makes, if it is one of an event loop.
pub(crate) fn wake() {
    let _ = INBOX.try_with(|(inbox, _)| inbox.put(Arrival::Warned));
}

/// The work of a call, of which the event loop is told.
pub(crate) fn told_to<F: Future>(
    inbox: Arc<Inbox>,
    number: u64,
    work: F,
) -> TaskLocalFuture<(Arc<Inbox>, u64), F> {
    INBOX.scope((inbox, number), work)
}

/// To be called when a call begins: drops what an earlier one had no time to tell, and looks whether the log is on,
/// which it says.
pub(crate) fn begin(py: Python<'_>) -> bool {
    drop(take());
    let waits = logged(py, INFO).unwrap_or(false);
    LOGGED.store(waits && logged(py, DEBUG).unwrap_or(false), Ordering::Relaxed);
    waits
}

/// The context variables of the code that makes a call, in which it is told.
pub(crate) fn context(py: Python<'_>) -> PyResult<Py<PyAny>> {
    static COPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let copy = COPY.get_or_try_init(py, || {
        Ok::<_, PyErr>(py.import("contextvars")?.getattr("copy_context")?.unbind())
    })?;
    copy.call0(py)
}

fn logged(py: Python<'_>, level: u32) -> PyResult<bool> {
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
    logger.call_method1(intern!(py, "isEnabledFor"), (level,))?.is_truthy()
}

pub(crate) fn take() -> Vec<Told> {
    TOLD.take()
}

/// Logs it and calls back, in this context or the current one. An error is that of a signal handler which ran
/// meanwhile: what goes wrong with the log or in a callback is no matter of the call.
pub(crate) fn report(
    py: Python<'_>,
    context: Option<&Py<PyAny>>,
    all: impl IntoIterator<Item = Told>,
) -> PyResult<()> {
    for told in all {
        match passed_on(py, context, &told) {
            Err(error) if error.is_instance_of::<PyException>(py) => error.write_unraisable(py, None),
            outcome => outcome?,
        }
    }
    Ok(())
}

fn passed_on(py: Python<'_>, context: Option<&Py<PyAny>>, Told(notice, callback): &Told) -> PyResult<()> {
    let module = py.import("sonoran._watch")?;
    let callback = callback.as_ref().map(|callback| callback.bind(py));
    let told = match notice {
        Notice::Waits(waiting) => {
            let (waited, expected) = (waiting.waited.as_secs_f64(), waiting.expected.as_secs_f64());
            (module.getattr("waits")?, callback, (waiting.operation, waited, expected)).into_pyobject(py)?
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
            (module.getattr("attempted")?, callback, fields).into_pyobject(py)?
        }
    };
    match context {
        Some(context) => context.bind(py).call_method1(intern!(py, "run"), told),
        None => told.get_item(0)?.call1(told.get_slice(1, 3)),
    }
    .map(drop)
}
