//! What was asked, in order, and how it ended.

mod assertion;
mod entry;
mod kept;

use std::collections::VecDeque;
use std::sync::Mutex;

use crate::lock::hold;

pub(crate) use assertion::{Assertion, Verdict};
pub(crate) use entry::{Criteria, Draft, Entry, Outcome, request_id};
pub(crate) use kept::Kept;

/// The bytes of all kept requests and answers together are no more than this.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The newest requests. Old ones are dropped when there are too many.
#[derive(Debug)]
pub(crate) struct Journal {
    capacity: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// The number of the newest request.
    last: u64,
    dropped: u64,
    /// The highest number among the dropped.
    dropped_to: u64,
    /// How often the journal was emptied: a request from before is not written into the new one.
    generation: u64,
}

/// A request's place in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) number: u64,
    generation: u64,
}

/// Entries, and what there is beyond them.
#[derive(Debug)]
pub(crate) struct Extract {
    pub(crate) entries: Vec<Entry>,
    pub(crate) last: u64,
    pub(crate) dropped: u64,
    /// The highest number among the dropped.
    pub(crate) dropped_to: u64,
}

impl Journal {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, inner: Mutex::default() }
    }

    /// The number of the next request.
    pub(crate) fn ticket(&self) -> Ticket {
        let mut inner = hold(&self.inner);
        inner.last += 1;
        Ticket { number: inner.last, generation: inner.generation }
    }

    /// Writes an entry, or replaces the one that announced the same request.
    pub(crate) fn write(&self, ticket: Ticket, entry: Entry) {
        let mut inner = hold(&self.inner);
        if ticket.generation != inner.generation {
            return;
        }
        if entry.announced {
            if let Some(known) = inner.entries.iter_mut().rev().find(|known| known.number == ticket.number) {
                *known = entry;
            }
            return;
        }
        inner.bytes += entry.bytes();
        inner.entries.push_back(entry);
        while inner.entries.len() > self.capacity || inner.bytes > MOST_BYTES {
            let Some(oldest) = inner.entries.pop_front() else { break };
            inner.bytes -= oldest.bytes();
            inner.dropped += 1;
            inner.dropped_to = inner.dropped_to.max(oldest.number);
        }
    }

    /// The entries that fit, oldest first.
    pub(crate) fn find(&self, criteria: &Criteria) -> Extract {
        let inner = hold(&self.inner);
        let mut entries: Vec<Entry> =
            inner.entries.iter().filter(|entry| criteria.fit(entry)).cloned().collect();
        let (last, dropped, dropped_to) = (inner.last, inner.dropped, inner.dropped_to);
        drop(inner);
        entries.sort_by_key(|entry| entry.number);
        Extract { entries, last, dropped, dropped_to }
    }

    /// Forgets everything; numbers start at 1 again.
    pub(crate) fn clear(&self) {
        let mut inner = hold(&self.inner);
        *inner = Inner { generation: inner.generation + 1, ..Inner::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(journal: &Journal, path: &str) -> Ticket {
        let ticket = journal.ticket();
        journal.write(ticket, Entry { number: ticket.number, ..Entry::sample("GET", path, 200) });
        ticket
    }

    fn numbers(journal: &Journal) -> Vec<u64> {
        journal.find(&Criteria::default()).entries.iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn keeps_the_newest_and_counts_the_dropped() {
        let journal = Journal::new(3);
        for _ in 0..5 {
            write(&journal, "/v2/community");
        }
        assert_eq!(numbers(&journal), [3, 4, 5]);
        let extract = journal.find(&Criteria::default());
        assert_eq!((extract.last, extract.dropped), (5, 2));
    }

    #[test]
    fn large_requests_push_out_more() {
        let journal = Journal::new(1000);
        let half = vec![b'x'; 50_000];
        for _ in 0..1000 {
            let ticket = journal.ticket();
            let mut entry = Entry { number: ticket.number, ..Entry::sample("GET", "/v2/community", 200) };
            entry.body = Kept::copy(&half, half.len());
            entry.answer = Kept::copy(&half, half.len());
            journal.write(ticket, entry);
        }
        let kept = numbers(&journal).len();
        assert!((600..680).contains(&kept), "{kept}");
    }

    #[test]
    fn an_announced_request_is_replaced_when_it_ends() {
        let journal = Journal::new(3);
        let ticket = write(&journal, "/v2/community");
        let ended =
            Entry { number: ticket.number, announced: true, ..Entry::sample("GET", "/v2/community", 503) };
        journal.write(ticket, ended);
        let extract = journal.find(&Criteria::default());
        assert_eq!(extract.entries.iter().map(|entry| entry.status).collect::<Vec<_>>(), [503]);
    }

    #[test]
    fn a_request_from_before_clearing_is_not_written() {
        let journal = Journal::new(3);
        let old = journal.ticket();
        journal.clear();
        journal.write(old, Entry::sample("GET", "/", 200));
        assert!(numbers(&journal).is_empty());
        assert_eq!(journal.ticket().number, 1);
    }
}
