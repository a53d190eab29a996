//! Warnings on their way to Python's log: they come up on any thread, without the GIL and in the midst of work, and are
//! told by whoever has the GIL next.

use std::convert::Infallible;
use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use sonoran::process::PerProcess;
use sonoran::{Options, Warning};

use crate::waiting;

/// One for all clients of a process, so that what concerns many of them is told once. A child has its own, as the
/// parent's lock may be held for ever there, and tells nothing that the parent tells.
static OURS: PerProcess<Arc<Untold>> = PerProcess::new();

/// Whether there may be anything to tell.
static ANY: AtomicBool = AtomicBool::new(false);

type Hook = Arc<dyn Fn(&Warning) + Send + Sync>;

struct Untold {
    warnings: Arc<Mutex<Vec<Warning>>>,
    hook: Hook,
}

impl Untold {
    fn new() -> Self {
        let warnings: Arc<Mutex<Vec<Warning>>> = Arc::default();
        let kept = Arc::clone(&warnings);
        let hook: Hook = Arc::new(move |warning: &Warning| {
            locked(&kept).push(warning.clone());
            ANY.store(true, Ordering::Release);
            waiting::wake();
        });
        Self { warnings, hook }
    }

    fn current(_gil: Python<'_>) -> Arc<Self> {
        let Ok(ours) = OURS.get(|| Ok::<_, Infallible>(Arc::new(Self::new())));
        ours
    }
}

/// The core's options with the hook of this process.
pub(crate) fn hooked(py: Python<'_>, options: Options) -> Options {
    options.on_warning_shared(Arc::clone(&Untold::current(py).hook))
}

/// Whether there may be anything to tell, looked at without a lock.
pub(crate) fn is_waiting() -> bool {
    ANY.load(Ordering::Relaxed)
}

/// Logs what there is to tell. An error is that of a signal handler which ran meanwhile: what goes wrong with the log
/// is no matter of who happens to tell.
pub(crate) fn tell(py: Python<'_>) -> PyResult<()> {
    if !is_waiting() || !ANY.swap(false, Ordering::Acquire) {
        return Ok(());
    }
    let warnings = take(&mut *locked(&Untold::current(py).warnings));
    for warning in warnings {
        let fields = (warning.kind.as_str(), warning.message);
        match py.import("sonoran._watch").and_then(|module| module.getattr("warned")?.call1(fields)) {
            Err(error) if error.is_instance_of::<PyException>(py) => error.write_unraisable(py, None),
            outcome => drop(outcome?),
        }
    }
    Ok(())
}

/// The lock is held for an instant and without a call into Python.
fn locked(warnings: &Mutex<Vec<Warning>>) -> MutexGuard<'_, Vec<Warning>> {
    warnings.lock().unwrap_or_else(PoisonError::into_inner)
}
