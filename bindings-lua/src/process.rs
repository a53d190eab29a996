//! What belongs to one process, and is not touched by the children that it forks.

use std::sync::{Mutex, PoisonError};

/// A value that belongs to one process: after a fork the child finds none and makes its own, and the parent's is
/// leaked, since its locks and sockets are not the child's to touch.
pub(crate) struct PerProcess<T>(Mutex<Option<(u32, T)>>);

impl<T: Clone> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let process = std::process::id();
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((owner, value)) = &*slot
            && *owner == process
        {
            return Ok(value.clone());
        }
        let value = make()?;
        std::mem::forget(slot.replace((process, value.clone())));
        Ok(value)
    }

    /// Takes the value out, if this process has one; another's is leaked.
    pub(crate) fn take(&self) -> Option<T> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.take() {
            Some((owner, value)) if owner == std::process::id() => Some(value),
            other => {
                std::mem::forget(other);
                None
            }
        }
    }
}
