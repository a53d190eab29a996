//! Names of JSON fields, kept as Python strings: the same few come back in every answer.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyString;

const SLOTS: usize = 512;
const LONGEST: usize = 48;

type Slot = Option<(Box<str>, Py<PyString>)>;

/// Lies here while no conversion uses it. The lock is held for an instant, with the GIL and
/// without a call into Python, so it is never found locked after a fork and never waited for.
static IDLE: Mutex<Option<Box<[Slot]>>> = Mutex::new(None);

/// The cache, out of its place for one conversion; another that starts meanwhile gets an empty one.
pub(crate) struct KeyCache(Box<[Slot]>);

impl KeyCache {
    pub(crate) fn take() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).take();
        Self(idle.unwrap_or_else(|| std::iter::repeat_with(|| None).take(SLOTS).collect()))
    }

    pub(crate) fn give_back(self) {
        let previous = IDLE.lock().unwrap_or_else(PoisonError::into_inner).replace(self.0);
        // Dropped here, after the lock, since dropping strings is a call into Python.
        drop(previous);
    }

    /// The Python string for a field's name.
    pub(crate) fn get<'py>(&mut self, py: Python<'py>, name: &str) -> Bound<'py, PyString> {
        if name.len() > LONGEST {
            return PyString::new(py, name);
        }
        let slot = &mut self.0[slot_of(name)];
        match slot {
            Some((text, string)) if **text == *name => string.bind(py).clone(),
            _ => {
                let string = PyString::intern(py, name);
                *slot = Some((name.into(), string.clone().unbind()));
                string
            }
        }
    }
}

/// FNV-1a: short names, no attacker.
fn slot_of(name: &str) -> usize {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) as usize % SLOTS
}
