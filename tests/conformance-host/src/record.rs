//! What a server has seen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;

/// A record that a server writes and the judge reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Seen>>);

/// What was seen so far.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    pub(crate) failed_handshakes: usize,
    /// `method`, `target`, `headers`, `body`, `json` and `connection` of each, in order.
    pub(crate) requests: Vec<Value>,
    pub(crate) arrivals: Vec<Instant>,
    /// When the client last closed a connection.
    pub(crate) closed: Option<Instant>,
    /// What the script did not foresee.
    pub(crate) unexpected: Vec<String>,
}

impl Record {
    pub(crate) fn read(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a connection and gives its number.
    pub(crate) fn connection(&self) -> usize {
        let mut seen = self.read();
        seen.connections += 1;
        seen.connections
    }

    pub(crate) fn failed_handshake(&self) {
        self.read().failed_handshakes += 1;
    }

    pub(crate) fn request(&self, request: Value) {
        let mut seen = self.read();
        seen.requests.push(request);
        seen.arrivals.push(Instant::now());
    }

    pub(crate) fn closed(&self) {
        self.read().closed = Some(Instant::now());
    }

    pub(crate) fn unexpected(&self, what: impl Into<String>) {
        self.read().unexpected.push(what.into());
    }
}
