//! The way of one request: found, let in, spoilt if a fault says so, carried out, answered and noted. What differs
//! between the API's versions is in `v1` and `v2`.

mod note;
mod v1;
mod v2;

use std::borrow::Cow;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::{Request, Response};

use crate::credential;
use crate::faults::{Fault, Played, play};
use crate::gateway;
use crate::journal::{Draft, Entry, Kept, Outcome};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route::{Found, routes, tidy};
use crate::time::Timestamp;
use crate::wire::{Hangup, Payload, Unread, read_body};
use crate::world::World;
use crate::worlds::Worlds;

use note::Note;
use v1::Envelope;

/// The largest body that an operation takes.
const LARGEST_BODY: usize = 1024 * 1024;

/// What both versions say of a community that does not let the API be used.
const API_DISABLED: &str = "API IS NOT ENABLED FOR THIS COMMUNITY";

/// A request that was let in: the work that is left, and the answer that it leads to.
type Work<'a> = Box<dyn FnOnce(Timestamp) -> Reply + Send + 'a>;

/// Answers one request to the API.
pub(crate) async fn exchange(
    worlds: &Worlds,
    request: Request<Incoming>,
) -> Result<Response<Payload>, Hangup> {
    let (head, body) = request.into_parts();
    let body = read_body(body, LARGEST_BODY).await;
    let path = &*tidy(head.uri.path());
    let found = worlds.api().router.find(&head.method, path);
    let operation = if let Found::Route(index, _) = &found { Some(*index) } else { None };
    let bearer = credential::bearer(&head.headers);
    // Version 1 has the key in the body.
    let version_2 = operation.is_some_and(|index| routes()[index].version == 2);
    let envelope = Envelope::read(body.as_ref().ok().filter(|_| !version_2));
    let key = envelope.text("key").or(bearer);
    let world = &*worlds.meant(key, envelope.text("id"));
    let ticket = world.journal.ticket();
    let (count, now) = world.clock.read();
    let draft = Draft {
        number: ticket.number,
        time: now,
        method: &head.method,
        uri: &head.uri,
        headers: &head.headers,
        credential: key.map(credential::fingerprint),
        operation,
        secrets: world.secrets(),
    };
    let mut note = Note::new(world, ticket, Entry::new(&draft));
    let body = match body {
        Ok(body) => Ok(body),
        Err(Unread::TooLarge) => {
            Err(Problem::new(413, format!("A body may have {LARGEST_BODY} bytes at most.")))
        }
        Err(Unread::Broken) => return Err(Hangup::Close),
    };
    let sent = body.as_deref().unwrap_or_default();
    note.body(&if version_2 { Cow::Borrowed(sent) } else { envelope.kept(sent) }, sent.len());
    let admitted = match found {
        Found::Route(index, _) if routes()[index].version == 1 => {
            v1::admit(world, index, body.map(|_| envelope), &mut note, count)
        }
        Found::Route(index, parameters) => {
            let query = head.uri.query().unwrap_or_default();
            let asked = v2::Asked { index, parameters, path, query, key };
            v2::admit(world, asked, body, &mut note, count)
        }
        other => Err(misplaced(other, path, note.number())),
    };
    let work = match admitted {
        Ok(work) => work,
        Err(refusal) => return Ok(note.end(refusal, now)),
    };
    match world.faults.choose(operation, head.method.as_str(), path) {
        None => Ok(note.end(work(now), now)),
        Some(fault) => spoil(world, note, &fault, work).await,
    }
}

/// A path that takes other verbs, or none at all. What is unknown of version 1 gets as far as the service, which has
/// one text for all of it.
fn misplaced(found: Found, path: &str, number: u64) -> Reply {
    match found {
        Found::OtherVerbs(verbs) => {
            let problem = Problem::new(405, format!("This path takes {verbs}.")).with_header("allow", verbs);
            Reply::traced_problem(&problem, path, number)
        }
        _ if path == "/v2" || path.starts_with("/v2/") => gateway::no_route(number),
        _ => Reply::text(200, "Backend Service Reached"),
    }
}

/// Plays a fault. The request stands in the journal while it waits.
async fn spoil(
    world: &World,
    mut note: Note<'_>,
    fault: &Fault,
    work: Work<'_>,
) -> Result<Response<Payload>, Hangup> {
    note.fault(fault.number);
    if fault.delay > 0 {
        note.announce();
        let resets = world.resets();
        tokio::time::sleep(Duration::from_millis(fault.delay)).await;
        if world.resets() != resets {
            // It belongs to the test before, and would spoil the state of the next one.
            return Err(Hangup::Close);
        }
    }
    let now = world.clock.now();
    let mut reply = if fault.action.applies() { work(now) } else { Reply::empty() };
    note.stamp(&mut reply);
    if !fault.action.replaces() {
        note.tell_quota(&mut reply);
    }
    let played = play(&fault.action, reply, now);
    let outcome = if fault.action.spoils() { Outcome::Fault } else { Outcome::Answered };
    match played {
        Played::Response(response) => {
            let answer = Kept::share(&response.body().bytes());
            note.finish(response.status().as_u16(), outcome, answer);
            Ok(response)
        }
        Played::Hangup(hangup) => {
            let answer = if let Hangup::Raw(bytes) = &hangup { Kept::share(bytes) } else { Kept::default() };
            note.finish(0, outcome, answer);
            Err(hangup)
        }
    }
}
