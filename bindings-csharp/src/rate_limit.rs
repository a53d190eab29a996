//! What the limiter tells, as it crosses to .NET; times in seconds.

use std::future;
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The rate limit of an operation at one moment.
#[derive(uniffi::Record)]
pub struct RateLimitState {
    /// Requests that may be sent in any 60 seconds.
    pub limit: u32,
    /// Requests that could be sent now.
    pub free: u32,
    /// Calls that wait for a slot.
    pub waiting: u32,
    /// Until the next slot is free, where none is now.
    pub next_free_in: Option<f64>,
    /// Whether nothing is sent for now, after a 429.
    pub frozen: bool,
}

impl From<sonoran::RateLimitState> for RateLimitState {
    fn from(state: sonoran::RateLimitState) -> Self {
        Self {
            limit: state.limit,
            free: state.free,
            waiting: state.waiting,
            next_free_in: state.next_free_in.map(|duration| duration.as_secs_f64()),
            frozen: state.frozen,
        }
    }
}

/// A call that waits for its rate limit.
#[derive(uniffi::Record)]
pub struct Waiting {
    /// Method name of the operation.
    pub operation: String,
    /// How long it has waited so far.
    pub waited: f64,
    /// How long it will at least still wait.
    pub expected: f64,
}

/// The calls that wait, until somebody has heard of them: the core must not be held up by that.
pub(crate) struct Waits {
    sender: UnboundedSender<Waiting>,
    receiver: Arc<Mutex<UnboundedReceiver<Waiting>>>,
}

impl Default for Waits {
    fn default() -> Self {
        let (sender, receiver) = unbounded_channel();
        Self { sender, receiver: Arc::new(Mutex::new(receiver)) }
    }
}

impl Waits {
    pub(crate) fn hook(&self) -> impl Fn(&sonoran::Waiting) + Send + Sync + use<> {
        let sender = self.sender.clone();
        move |waiting| {
            // Nobody is there any more to hear it when the client is gone.
            let _ = sender.send(Waiting {
                operation: waiting.operation.to_owned(),
                waited: waiting.waited.as_secs_f64(),
                expected: waiting.expected.as_secs_f64(),
            });
        }
    }

    /// The next call that has waited for a second.
    pub(crate) fn next(&self) -> impl Future<Output = Waiting> + Send + use<> {
        let receiver = Arc::clone(&self.receiver);
        async move {
            match receiver.lock().await.recv().await {
                Some(waiting) => waiting,
                // The client is gone.
                None => future::pending().await,
            }
        }
    }
}
