//! The way of one request: found, let in, spoilt if a fault says so, carried out, answered and noted.

use std::time::Duration;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::HeaderName;
use hyper::{Request, Response};

use crate::credential;
use crate::faults::{Fault, Played, play};
use crate::handlers::{Answer, Call};
use crate::journal::{Draft, Entry, Outcome, Ticket, request_id};
use crate::lock::hold;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route::{Found, routes};
use crate::time::Timestamp;
use crate::validate;
use crate::wire::{Hangup, Payload, Unread, read_body};
use crate::world::World;

/// The largest body that an operation takes.
const LARGEST_BODY: usize = 1024 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one request to the API.
pub(crate) async fn exchange(world: &World, request: Request<Incoming>) -> Result<Response<Payload>, Hangup> {
    let (head, body) = request.into_parts();
    let ticket = world.journal.ticket();
    let (count, now) = world.clock.read();
    let found = world.router.find(&head.method, head.uri.path());
    let key = credential::bearer(&head.headers);
    let draft = Draft {
        number: ticket.number,
        time: now,
        method: &head.method,
        uri: &head.uri,
        headers: &head.headers,
        credential: key.map(credential::fingerprint),
        operation: if let Found::Route(index, _) = &found { Some(*index) } else { None },
    };
    let mut note = Note::new(world, ticket, Entry::new(&draft));
    let body = match read_body(body, LARGEST_BODY).await {
        Ok(body) => Ok(body),
        Err(Unread::TooLarge) => {
            Err(Problem::new(413, format!("A body may have {LARGEST_BODY} bytes at most.")))
        }
        Err(Unread::Broken) => return Err(Hangup::Close),
    };
    note.body(body.as_deref().unwrap_or_default());
    let path = head.uri.path();
    let admitted =
        admit(world, found, key, count).and_then(|(index, parameters)| Ok((index, parameters, body?)));
    let (index, parameters, body) = match admitted {
        Ok(admitted) => admitted,
        Err(problem) => return Ok(note.end(Reply::problem(&problem, path), now)),
    };
    let query = head.uri.query().unwrap_or_default();
    let carry_out = |now| {
        let done = carry_out(world, index, parameters, query, &body, now);
        match done {
            Ok(Answer(None)) => Reply::empty(),
            Ok(Answer(Some(data))) => Reply::envelope(routes()[index].success, &data, path, now),
            Err(problem) => Reply::problem(&problem, path),
        }
    };
    match world.faults.choose(Some(index), head.method.as_str(), path) {
        None => Ok(note.end(carry_out(now), now)),
        Some(fault) => spoil(world, note, &fault, carry_out).await,
    }
}

/// Lets a request in: it needs a route, a key that is known, and a free slot of its rate limit.
fn admit(
    world: &World,
    found: Found,
    key: Option<&str>,
    count: i64,
) -> Result<(usize, Vec<String>), Problem> {
    let (index, parameters) = match found {
        Found::Route(index, parameters) => (index, parameters),
        Found::OtherVerbs(verbs) => {
            return Err(Problem::new(405, format!("This path takes {verbs}.")).with_header("allow", verbs));
        }
        Found::Nothing => return Err(Problem::not_found("There is nothing under this path.")),
    };
    let refused = |detail: &str| Problem::new(401, detail).with_header("www-authenticate", "Bearer");
    let key = key.ok_or_else(|| refused("An API key is needed: Authorization: Bearer <key>."))?;
    if !hold(&world.state).knows_key(key) {
        return Err(refused("The API key is not valid."));
    }
    let taken = world.limits.take(credential::fingerprint(key), index, routes()[index].limit, count);
    taken.map_err(|seconds| {
        let detail =
            format!("Too many requests for this operation. The next one is free in {seconds} seconds.");
        Problem::new(429, detail).with_header("retry-after", seconds.to_string())
    })?;
    Ok((index, parameters))
}

/// Checks a request against the description and has its handler do the work.
fn carry_out(
    world: &World,
    index: usize,
    parameters: Vec<String>,
    query: &str,
    body: &Bytes,
    now: Timestamp,
) -> Result<Answer, Problem> {
    let checks = world.description.checks(index);
    let input = validate::read(&routes()[index], checks, parameters, query, body)?;
    match world.handlers[index] {
        Some(handler) => handler(&mut hold(&world.state), &Call { input, now }),
        None => Ok(Answer(world.description.example(index).map(<[u8]>::to_vec))),
    }
}

/// Plays a fault. The request stands in the journal while it waits.
async fn spoil(
    world: &World,
    mut note: Note<'_>,
    fault: &Fault,
    carry_out: impl FnOnce(Timestamp) -> Reply,
) -> Result<Response<Payload>, Hangup> {
    note.fault(fault.number);
    if fault.delay > 0 {
        note.announce();
        tokio::time::sleep(Duration::from_millis(fault.delay)).await;
    }
    let now = world.clock.now();
    let mut reply = if fault.action.applies() { carry_out(now) } else { Reply::empty() };
    note.stamp(&mut reply);
    let played = play(&fault.action, reply, now);
    let outcome = if fault.action.spoils() { Outcome::Fault } else { Outcome::Answered };
    match played {
        Played::Response(response) => {
            note.finish(response.status().as_u16(), outcome);
            Ok(response)
        }
        Played::Hangup(hangup) => {
            note.finish(0, outcome);
            Err(hangup)
        }
    }
}

/// A request's journal entry until it is written. One that is dropped was left by its caller.
struct Note<'a> {
    world: &'a World,
    ticket: Ticket,
    entry: Option<Entry>,
}

impl<'a> Note<'a> {
    fn new(world: &'a World, ticket: Ticket, entry: Entry) -> Self {
        Self { world, ticket, entry: Some(entry) }
    }

    fn body(&mut self, body: &[u8]) {
        if let Some(entry) = &mut self.entry {
            entry.keep_body(body);
        }
    }

    fn fault(&mut self, number: u64) {
        if let Some(entry) = &mut self.entry {
            entry.fault = Some(number);
        }
    }

    /// Writes the entry as pending.
    fn announce(&mut self) {
        if let Some(entry) = &mut self.entry {
            self.world.journal.write(self.ticket, entry.clone());
            entry.announced = true;
        }
    }

    /// Gives a reply the request's id.
    fn stamp(&self, reply: &mut Reply) {
        reply.header(REQUEST_ID, &request_id(self.ticket.number));
    }

    /// Answers.
    fn end(mut self, mut reply: Reply, now: Timestamp) -> Response<Payload> {
        self.stamp(&mut reply);
        self.finish(reply.status, Outcome::Answered);
        reply.into_response(now)
    }

    fn finish(&mut self, status: u16, outcome: Outcome) {
        if let Some(entry) = self.entry.take() {
            self.world.journal.write(self.ticket, Entry { status, outcome, ..entry });
        }
    }
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        self.finish(0, Outcome::Aborted);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::options::Options;
    use crate::route::named;
    use crate::state::State;

    #[test]
    fn an_operation_without_a_handler_gives_its_documented_answer() {
        let mut world = World::new(&Options::default(), State::seed());
        let index = named("getServers").expect("an operation");
        world.handlers[index] = None;
        let now = Timestamp::default();
        let answer = carry_out(&world, index, Vec::new(), "", &Bytes::new(), now).expect("a success");
        let data: Value = serde_json::from_slice(&answer.0.expect("data")).expect("JSON");
        assert_eq!(data["servers"][0]["robloxJoinCode"], "ABCD-1234", "the seed has another one");
    }
}
