//! A target: its queue, and the worker that empties it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use super::address::Address;
use super::log::{Delivery, Log};
use super::{Event, post};

/// How many events wait for one target at most.
const MOST_WAITING: usize = 10_000;
/// How long one delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where events go. Dropping it ends its worker.
pub(super) struct Target {
    url: String,
    /// Sent in place of the key of whoever caused the event.
    key: Option<String>,
    queue: mpsc::Sender<Job>,
    worker: AbortHandle,
}

struct Job {
    number: u64,
    body: Bytes,
}

impl Target {
    /// Starts the worker.
    pub(super) fn start(address: Address, key: Option<String>, log: Arc<Log>) -> Self {
        let url = address.text.clone();
        let (queue, jobs) = mpsc::channel(MOST_WAITING);
        let worker = tokio::spawn(work(address, jobs, log)).abort_handle();
        Self { url, key, queue, worker }
    }

    /// Puts an event behind those that wait.
    pub(super) fn send(&self, event: &Event, key: &str, log: &Log) -> oneshot::Receiver<Delivery> {
        let (number, told) = log.begin(&event.r#type, &self.url);
        let body = event.body(self.key.as_deref().unwrap_or(key)).into();
        if self.queue.try_send(Job { number, body }).is_err() {
            log.end(number, Err(format!("not sent: {MOST_WAITING} events wait for this target already")));
        }
        told
    }

    pub(super) fn shown(&self) -> Value {
        json!({ "url": self.url, "key": self.key.as_ref().map(|_| "[redacted]") })
    }
}

/// Without the key.
impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Target").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.worker.abort();
    }
}

/// Delivers one event after the other.
async fn work(address: Address, mut jobs: mpsc::Receiver<Job>, log: Arc<Log>) {
    while let Some(job) = jobs.recv().await {
        log.end(job.number, post::post(&address, job.body, PATIENCE).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_full_queue_cannot_take_is_listed() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let log = Arc::new(Log::default());
        // Nothing here waits, so the worker does not run before all has been sent.
        runtime.block_on(async {
            let address = Address::parse("http://127.0.0.1/").expect("an address");
            let target = Target::start(address, None, Arc::clone(&log));
            for _ in 0..=MOST_WAITING {
                drop(target.send(&Event::new("x", Value::Null), "key", &log));
            }
        });
        let read = log.read();
        assert_eq!((read.pending, read.deliveries.len()), (MOST_WAITING, MOST_WAITING + 1));
        let refused = read.deliveries.last().expect("a delivery").error.as_deref();
        assert_eq!(refused, Some("not sent: 10000 events wait for this target already"));
    }

    #[test]
    fn keys_are_not_shown() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let shown = runtime.block_on(async {
            let address = Address::parse("http://127.0.0.1/").expect("an address");
            let target = Target::start(address, Some("SECRET".to_owned()), Arc::default());
            format!("{target:?} {}", target.shown())
        });
        assert!(shown.contains("http://127.0.0.1/") && !shown.contains("SECRET"), "{shown}");
    }
}
