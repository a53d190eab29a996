//! A switch that a reset sets back.

use std::sync::atomic::{AtomicBool, Ordering};

/// The switch, and how it was at the start.
#[derive(Debug)]
pub(crate) struct Toggle {
    initial: bool,
    on: AtomicBool,
}

impl Toggle {
    pub(crate) fn new(on: bool) -> Self {
        Self { initial: on, on: AtomicBool::new(on) }
    }

    pub(crate) fn on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
    }

    pub(crate) fn reset(&self) {
        self.set(self.initial);
    }
}
