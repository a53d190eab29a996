//! One way to take a lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Holds the lock, also after a panic elsewhere: every holder leaves its data whole at each step.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
