//! The way from an `AbortSignal` to a running request.

use std::sync::Arc;

use napi_derive::napi;
use tokio::sync::Notify;

/// Given to one call; ends it from JavaScript.
#[napi]
#[derive(Default)]
pub struct CancelHandle {
    cancelled: Arc<Notify>,
}

#[napi]
impl CancelHandle {
    /// A handle for one call.
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Drops the request; does nothing when the call is over.
    #[napi]
    pub fn cancel(&self) {
        // Kept until the call looks at it, should it not have started yet.
        self.cancelled.notify_one();
    }

    /// Resolves once the call was cancelled.
    pub(crate) fn cancelled(&self) -> impl Future<Output = ()> + Send + use<> {
        let cancelled = Arc::clone(&self.cancelled);
        async move { cancelled.notified().await }
    }
}
