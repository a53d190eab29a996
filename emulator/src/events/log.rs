//! What became of the events that were sent.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use serde::Serialize;
use tokio::sync::oneshot;

use crate::lock::hold;

/// How many ended deliveries are remembered.
const MOST: usize = 1000;

/// One event for one target. Neither status nor error: it is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Delivery {
    pub(crate) r#type: String,
    pub(crate) url: String,
    /// What the target answered.
    pub(crate) status: Option<u16>,
    /// Why it did not answer.
    pub(crate) error: Option<String>,
}

/// The deliveries that are on their way, and the newest of those that have ended.
#[derive(Debug, Default)]
pub(super) struct Log {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The number of the newest delivery. It never starts anew, so that a late end finds nothing to end.
    last: u64,
    pending: BTreeMap<u64, (Delivery, oneshot::Sender<Delivery>)>,
    ended: VecDeque<(u64, Delivery)>,
    dropped: u64,
}

/// The log as it stands.
#[derive(Debug)]
pub(super) struct Extract {
    pub(super) pending: usize,
    /// In the order in which they were sent.
    pub(super) deliveries: Vec<Delivery>,
    /// How many old ones were forgotten.
    pub(super) dropped: u64,
}

impl Log {
    /// Notes a delivery that is on its way: its number, and who is told when it ends.
    pub(super) fn begin(&self, kind: &str, url: &str) -> (u64, oneshot::Receiver<Delivery>) {
        let (tell, told) = oneshot::channel();
        let delivery = Delivery { r#type: kind.to_owned(), url: url.to_owned(), status: None, error: None };
        let mut inner = hold(&self.inner);
        inner.last += 1;
        let number = inner.last;
        inner.pending.insert(number, (delivery, tell));
        (number, told)
    }

    /// Ends a delivery, with the target's status or the reason why there is none.
    pub(super) fn end(&self, number: u64, outcome: Result<u16, String>) {
        hold(&self.inner).end(number, outcome);
    }

    /// Ends all that is on its way.
    pub(super) fn give_up(&self, reason: &str) {
        let mut inner = hold(&self.inner);
        while let Some(number) = inner.pending.keys().next().copied() {
            inner.end(number, Err(reason.to_owned()));
        }
    }

    /// Forgets all that has ended.
    pub(super) fn forget(&self) {
        let mut inner = hold(&self.inner);
        inner.ended.clear();
        inner.dropped = 0;
    }

    pub(super) fn read(&self) -> Extract {
        let inner = hold(&self.inner);
        let pending = inner.pending.iter().map(|(number, (delivery, _))| (*number, delivery.clone()));
        let mut deliveries: Vec<(u64, Delivery)> = inner.ended.iter().cloned().chain(pending).collect();
        deliveries.sort_by_key(|(number, _)| *number);
        Extract {
            pending: inner.pending.len(),
            deliveries: deliveries.into_iter().map(|(_, delivery)| delivery).collect(),
            dropped: inner.dropped,
        }
    }
}

impl Inner {
    fn end(&mut self, number: u64, outcome: Result<u16, String>) {
        let Some((mut delivery, tell)) = self.pending.remove(&number) else { return };
        match outcome {
            Ok(status) => delivery.status = Some(status),
            Err(error) => delivery.error = Some(error),
        }
        // Nobody listens to an event that a change of the state sent.
        let _ = tell.send(delivery.clone());
        self.ended.push_back((number, delivery));
        if self.ended.len() > MOST {
            self.ended.pop_front();
            self.dropped += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_newest_in_order() {
        let log = Log::default();
        let numbers: Vec<u64> = (0..MOST + 2).map(|count| log.begin(&count.to_string(), "").0).collect();
        for number in numbers.iter().skip(1).rev() {
            log.end(*number, Ok(204));
        }
        let read = log.read();
        assert_eq!((read.pending, read.deliveries.len(), read.dropped), (1, MOST + 1, 1));
        assert_eq!((read.deliveries[0].r#type.as_str(), read.deliveries[0].status), ("0", None));
        assert!(read.deliveries[1..].iter().all(|delivery| delivery.status == Some(204)));
    }

    #[test]
    fn what_was_given_up_stays_so() {
        let log = Log::default();
        let (number, mut told) = log.begin("x", "");
        log.give_up("enough");
        log.end(number, Ok(204));
        assert_eq!(told.try_recv().expect("told").error.as_deref(), Some("enough"));
        let read = log.read();
        assert_eq!((read.pending, read.deliveries[0].status), (0, None));
        log.forget();
        assert!(log.read().deliveries.is_empty());
    }
}
