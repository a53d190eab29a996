//! Whether operations that need a subscription are refused without it.

use std::sync::atomic::{AtomicBool, Ordering};

/// The switch, and what a reset sets it to.
#[derive(Debug)]
pub(crate) struct Subscriptions {
    initial: bool,
    enforced: AtomicBool,
}

impl Subscriptions {
    pub(crate) fn new(enforced: bool) -> Self {
        Self { initial: enforced, enforced: AtomicBool::new(enforced) }
    }

    pub(crate) fn enforced(&self) -> bool {
        self.enforced.load(Ordering::Relaxed)
    }

    pub(crate) fn enforce(&self, enforced: bool) {
        self.enforced.store(enforced, Ordering::Relaxed);
    }

    /// Back to how it was at the start.
    pub(crate) fn reset(&self) {
        self.enforce(self.initial);
    }
}
