//! What belongs to one process, and is not touched by the children that it forks.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A value that belongs to one process: after a fork the child finds none and makes its own, and the parent's is leaked,
/// since its locks and sockets are not the child's to touch.
///
/// The lock is held for as long as a value takes to be made. Python holds the GIL meanwhile, as who forks there does; a
/// state of Lua has one thread.
#[derive(Debug)]
pub struct PerProcess<T>(Mutex<Option<(u32, T)>>);

impl<T> PerProcess<T> {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Takes the value out, if this process has one.
    pub fn take(&self) -> Option<T> {
        own(self.lock().take())
    }

    fn lock(&self) -> MutexGuard<'_, Option<(u32, T)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> PerProcess<T> {
    /// This process's, which is made where there is none.
    ///
    /// # Errors
    ///
    /// When it can't be made.
    pub fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut slot = self.lock();
        if let Some((owner, value)) = &*slot
            && *owner == std::process::id()
        {
            return Ok(value.clone());
        }
        let value = make()?;
        own(slot.replace((std::process::id(), value.clone())));
        Ok(value)
    }
}

impl<T> Default for PerProcess<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        self.take();
    }
}

/// The value, if it is this process's.
fn own<T>(held: Option<(u32, T)>) -> Option<T> {
    let (owner, value) = held?;
    if owner == std::process::id() {
        return Some(value);
    }
    std::mem::forget(value);
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// As a child finds it.
    fn of_another(value: &Arc<()>) -> PerProcess<Arc<()>> {
        PerProcess(Mutex::new(Some((std::process::id() ^ 1, Arc::clone(value)))))
    }

    #[test]
    fn a_process_has_one_until_it_takes_it() {
        let held = PerProcess::new();
        assert_eq!(held.get(|| Err("none")), Err("none"));
        assert_eq!(held.get(|| Ok::<_, &str>(1)), Ok(1));
        assert_eq!(held.get(|| Ok::<_, &str>(2)), Ok(1));
        assert_eq!((held.take(), held.take()), (Some(1), None));
    }

    #[test]
    fn anothers_is_never_dropped() {
        let value = Arc::new(());
        assert!(of_another(&value).take().is_none());
        drop(of_another(&value));
        let held = of_another(&value);
        let own = Arc::new(());
        assert!(Arc::ptr_eq(&held.get(|| Ok::<_, ()>(Arc::clone(&own))).unwrap(), &own));
        drop(held);
        assert_eq!((Arc::strong_count(&value), Arc::strong_count(&own)), (4, 1));
    }
}
