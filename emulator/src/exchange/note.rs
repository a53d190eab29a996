//! A request's place in the journal while it is being answered.

use hyper::Response;
use hyper::header::HeaderName;

use crate::gateway;
use crate::journal::{Entry, Kept, Outcome, Ticket, request_id};
use crate::limits::Quota;
use crate::reply::Reply;
use crate::time::Timestamp;
use crate::wire::Payload;
use crate::world::World;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's journal entry until it is written. One that is dropped was left by its caller.
pub(super) struct Note<'a> {
    world: &'a World,
    ticket: Ticket,
    entry: Option<Entry>,
    quota: Option<Quota>,
}

impl<'a> Note<'a> {
    pub(super) fn new(world: &'a World, ticket: Ticket, entry: Entry) -> Self {
        Self { world, ticket, entry: Some(entry), quota: None }
    }

    /// The request's number.
    pub(super) fn number(&self) -> u64 {
        self.ticket.number
    }

    /// What the request left of its rate limit.
    pub(super) fn quota(&mut self, quota: Option<Quota>) {
        self.quota = quota;
    }

    pub(super) fn body(&mut self, kept: &[u8], length: usize) {
        if let Some(entry) = &mut self.entry {
            entry.body = Kept::copy(kept, length);
        }
    }

    pub(super) fn fault(&mut self, number: u64) {
        if let Some(entry) = &mut self.entry {
            entry.fault = Some(number);
        }
    }

    /// Writes the entry as pending.
    pub(super) fn announce(&mut self) {
        if let Some(entry) = &mut self.entry {
            self.world.journal.write(self.ticket, entry.clone());
            entry.announced = true;
        }
    }

    /// Gives a reply the request's id.
    pub(super) fn stamp(&self, reply: &mut Reply) {
        reply.header(REQUEST_ID, &request_id(self.ticket.number));
    }

    /// Says in a reply what is left of the rate limit, where one was counted.
    pub(super) fn tell_quota(&self, reply: &mut Reply) {
        if let Some(quota) = self.quota {
            gateway::tell(reply, quota);
        }
    }

    /// Answers.
    pub(super) fn end(mut self, mut reply: Reply, now: Timestamp) -> Response<Payload> {
        self.stamp(&mut reply);
        self.tell_quota(&mut reply);
        self.finish(reply.status, Outcome::Answered, Kept::share(&reply.body));
        reply.into_response(now)
    }

    pub(super) fn finish(&mut self, status: u16, outcome: Outcome, answer: Kept) {
        if let Some(entry) = self.entry.take() {
            self.world.journal.write(self.ticket, Entry { status, outcome, answer, ..entry });
        }
    }
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        self.finish(0, Outcome::Aborted, Kept::default());
    }
}
