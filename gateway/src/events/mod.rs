//! Push events: the one address that receives them, `receive`, hands them to any number of listeners: to those who read
//! them as a stream, `stream`, and to addresses, `post`. What was last received is kept, so that a listener that was away
//! misses nothing.

mod post;
mod receive;
mod stream;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::HeaderName;
use bytes::Bytes;
use tokio::sync::watch;

pub(crate) use self::post::Posts;
pub(crate) use self::receive::{ADDRESS, PATH, receive};
pub(crate) use self::stream::listen;

/// The id of an event that a gateway has posted.
const EVENT_ID: HeaderName = HeaderName::from_static("sonoran-event-id");

/// So many events are kept, and so many bytes of them.
const MOST: usize = 1000;
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// An event that proved itself with the key.
pub(crate) struct Told {
    /// One more than that of the event before it.
    pub(crate) id: u64,
    pub(crate) event_type: String,
    /// It as JSON, without the key.
    pub(crate) json: String,
    /// As the service sent it.
    pub(crate) body: Bytes,
}

impl Told {
    fn bytes(&self) -> usize {
        self.json.len() + self.body.len()
    }
}

/// The last events, and who waits for the next.
pub(crate) struct Hub {
    /// What stands before the first one's id.
    start: u64,
    kept: Mutex<Kept>,
    /// The newest one's id.
    newest: watch::Sender<u64>,
}

struct Kept {
    events: VecDeque<Arc<Told>>,
    bytes: usize,
}

impl Hub {
    pub(crate) fn new() -> Self {
        // Beyond all ids of a gateway that ran before, as long as the clock goes on.
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let start = u64::try_from(started.as_millis()).unwrap_or_default().saturating_mul(1000);
        Self {
            start,
            kept: Mutex::new(Kept { events: VecDeque::new(), bytes: 0 }),
            newest: watch::Sender::new(start),
        }
    }

    /// Before all events of this gateway.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// How many events between an id and the one that comes next are not kept any more. Of ids that are not this gateway's
    /// nothing is known.
    pub(crate) fn missed(&self, id: u64, next: &Told) -> u64 {
        if id < self.start { 0 } else { next.id.saturating_sub(id).saturating_sub(1) }
    }

    pub(crate) fn tell(&self, event_type: String, json: String, body: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let id = *self.newest.borrow() + 1;
        let told = Told { id, event_type, json, body };
        kept.bytes += told.bytes();
        kept.events.push_back(Arc::new(told));
        while kept.events.len() > MOST || (kept.bytes > MOST_BYTES && kept.events.len() > 1) {
            let oldest = kept.events.pop_front().map_or(0, |oldest| oldest.bytes());
            kept.bytes -= oldest;
        }
        self.newest.send_replace(id);
    }

    pub(crate) fn newest(&self) -> u64 {
        *self.newest.borrow()
    }

    /// The first kept one after this id. Of another gateway's ids nothing is known: then it is the oldest.
    fn after(&self, id: u64) -> Option<Arc<Told>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let id = if id > self.newest() { 0 } else { id };
        let place = kept.events.partition_point(|told| told.id <= id);
        kept.events.get(place).cloned()
    }

    /// How many are kept after this id.
    fn left(&self, id: u64) -> usize {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.events.len() - kept.events.partition_point(|told| told.id <= id)
    }

    /// Waits for the next one after this id.
    pub(crate) async fn next(&self, id: u64) -> Arc<Told> {
        let mut newest = self.newest.subscribe();
        loop {
            newest.borrow_and_update();
            if let Some(told) = self.after(id) {
                return told;
            }
            if newest.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(hub: &Hub, bytes: usize) {
        hub.tell("A".to_owned(), "x".repeat(bytes), Bytes::new());
    }

    #[tokio::test]
    async fn what_was_missed_is_told_in_order_as_far_as_it_is_kept() {
        let hub = Hub::new();
        let start = hub.newest();
        for _ in 0..MOST + 10 {
            tell(&hub, 1);
        }
        assert_eq!(hub.next(start).await.id, start + 11);
        assert_eq!(hub.next(start + 500).await.id, start + 501);
        let missed = async |id| hub.missed(id, hub.next(id).await.as_ref());
        assert_eq!((missed(start).await, missed(start + 9).await, missed(start + 10).await), (10, 1, 0));
        assert_eq!((missed(7).await, missed(u64::MAX).await), (0, 0), "another gateway's");
        assert_eq!((hub.left(0), hub.left(start + 500), hub.left(hub.newest())), (MOST, 510, 0));
        assert!(hub.after(hub.newest()).is_none());
        // One that the clock was set back for.
        assert_eq!(hub.next(u64::MAX).await.id, start + 11);
        let newest = hub.newest();
        let (next, ()) = tokio::join!(hub.next(newest), async { tell(&hub, 1) });
        assert_eq!(next.id, newest + 1);
    }

    #[test]
    fn large_ones_are_kept_in_smaller_numbers() {
        let hub = Hub::new();
        for _ in 0..10 {
            tell(&hub, MOST_BYTES / 4);
        }
        assert_eq!(hub.kept.lock().unwrap().events.len(), 4);
        tell(&hub, 2 * MOST_BYTES);
        assert_eq!(hub.kept.lock().unwrap().events.len(), 1);
    }
}
