//! The test kit's guard: while it is on, no call leaves this machine.

use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

static ON: AtomicBool = AtomicBool::new(false);

/// Sets the guard, and gives what it was.
#[pyfunction]
pub(crate) fn guard(on: bool) -> bool {
    ON.swap(on, Ordering::Relaxed)
}

/// Refuses a client whose calls would leave this machine, while the guard is on.
pub(crate) fn pass(client: sonoran::Client) -> PyResult<sonoran::Client> {
    if !ON.load(Ordering::Relaxed) {
        return Ok(client);
    }
    let Some(foreign) = client.foreign() else { return Ok(client) };
    Err(PyRuntimeError::new_err(format!(
        "a test may not call {foreign}: this instance was given that address, or was made before the test began, as when its \
         module was imported. Make it where the test calls it, or set SONORAN_CMS_API_URL before anything is imported; \
         or let calls through, one test's by pytest.mark.sonoran_unguarded, all by sonoran_guard = false in pytest's \
         options"
    )))
}
