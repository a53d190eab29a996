//! The native part of the Python package `sonoran`: one client object with one `execute`, and
//! the reader of push events.
//!
//! Everything a user sees is Python, in `python/sonoran`; this module carries a call into the
//! core and its answer back.

mod arguments;
mod client;
mod convert;
mod encode;
mod events;
mod keys;
mod payload;
mod runtime;
mod waiting;

use pyo3::prelude::*;

/// The module `sonoran._native`.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("EVENT_BYTES", sonoran::EVENT_BYTES)?;
    module.add_class::<client::Client>()?;
    module.add_class::<events::EventKeys>()
}
