//! The end of a client: what is under way ends at once, and what comes later is refused.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use crate::ArgumentError;

/// Whether the client is closed, and who is told when it is.
#[derive(Debug, Default)]
pub(crate) struct Closing {
    closed: AtomicBool,
    calls: Notify,
}

impl Closing {
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.calls.notify_waiters();
    }

    /// The outcome of the work, unless the client is closed before: then the work is dropped, and so
    /// cancelled, and nothing more of it is done.
    pub(crate) async fn unless_closed<T>(&self, work: impl Future<Output = T>) -> Result<T, ArgumentError> {
        // It hears of all that comes from here on, also before it is polled, so that no closing
        // slips in behind the look at the flag.
        let closed = pin!(self.calls.notified());
        if self.closed.load(Ordering::SeqCst) {
            return Err(ArgumentError::closed());
        }
        tokio::select! {
            biased;
            () = closed => Err(ArgumentError::closed()),
            outcome = work => Ok(outcome),
        }
    }
}
