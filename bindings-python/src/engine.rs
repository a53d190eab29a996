//! What carries the calls of event loops: a runtime on a thread of its own, which takes no GIL.

use std::future::pending;
use std::thread;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle};

use sonoran::process::PerProcess;

static ENGINE: PerProcess<Handle> = PerProcess::new();

/// The one of this process, started by whoever needs it first. Its thread ends with the process.
pub(crate) fn current(_gil: Python<'_>) -> PyResult<Handle> {
    ENGINE.get(|| {
        started()
            .map_err(|error| PyRuntimeError::new_err(format!("sonoran cannot start its runtime: {error}")))
    })
}

fn started() -> std::io::Result<Handle> {
    // One thread is enough for what a loop, itself one thread, can take.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new().name("sonoran".to_owned()).spawn(move || runtime.block_on(pending::<()>()))?;
    Ok(handle)
}
