//! The native part of the Python package `sonoran`: a client object that blocks, one for event loops, and the
//! reader of push events.
//!
//! Everything a user sees is Python, in `python/sonoran`; this module carries a call into the
//! core and its answer back.

mod arguments;
mod async_client;
mod attached;
mod client;
mod convert;
mod encode;
mod engine;
mod events;
mod guard;
mod held;
mod keys;
mod payload;
mod queue;
mod response;
mod runtime;
mod waiting;
mod wake;
mod warned;

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

/// The module `sonoran._native`.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    refuse_subinterpreter()?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("EVENT_BYTES", sonoran::EVENT_BYTES)?;
    module.add_class::<client::Client>()?;
    module.add_class::<async_client::AsyncClient>()?;
    module.add_class::<queue::LoopQueue>()?;
    module.add_class::<queue::Running>()?;
    let atexit = module.py().import("atexit")?;
    atexit.call_method1("register", (wrap_pyfunction!(attached::interpreter_ends, module)?,))?;
    module.add_function(wrap_pyfunction!(guard::guard, module)?)?;
    module.add_function(wrap_pyfunction!(payload::fields, module)?)?;
    module.add_class::<events::EventKeys>()
}

/// What is kept for the whole process, such as the classes of responses, is of one interpreter; those that share the
/// main one's GIL would be let in by Python itself.
#[allow(unsafe_code)] // Nothing else tells which interpreter it is.
fn refuse_subinterpreter() -> PyResult<()> {
    // SAFETY: a module is being initialised, so this thread has the GIL and a current interpreter.
    let id = unsafe { pyo3::ffi::PyInterpreterState_GetID(pyo3::ffi::PyInterpreterState_Get()) };
    if id == 0 { Ok(()) } else { Err(PyImportError::new_err("this is a subinterpreter")) }
}
