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
