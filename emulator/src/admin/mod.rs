//! The admin side, under `/_emulator/`: for tests and people at this machine. It needs no key of the API.

mod access;
mod clock;
mod events;
mod faults;
mod journal;
mod limits;
mod query;
mod reset;
mod state;
mod subscriptions;
mod worlds;

use std::net::SocketAddr;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};
use serde_json::json;

use crate::problem::Problem;
use crate::reply::Reply;
use crate::route::tidy;
use crate::wire::{Payload, Unread, read_body};
use crate::world::World;
use crate::worlds::Worlds;

pub use access::{AdminFrom, AdminToken};
use query::Query;

/// Every path of the admin side starts with this.
const PREFIX: &str = "/_emulator/";

/// Whether a tidied path is one of the admin side.
pub(crate) fn is_at(path: &str) -> bool {
    path.starts_with(PREFIX) || path == PREFIX.trim_end_matches('/')
}

/// Open to all, for whoever waits until the emulator answers.
pub(crate) const HEALTH: &str = "/_emulator/health";

/// A state can be large.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// What a request of the admin side leads to.
type Done = Result<Reply, Problem>;

/// Answers a request of the admin side.
pub(crate) async fn answer(
    worlds: &Worlds,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Response<Payload> {
    let (head, body) = request.into_parts();
    let path = &*tidy(head.uri.path());
    let admitted = if path == HEALTH { Ok(()) } else { access::check(worlds.options(), peer.ip(), &head) };
    let done = match read_body(body, LARGEST_BODY).await {
        _ if admitted.is_err() => admitted.map(|()| Reply::empty()),
        Ok(body) => route(worlds, &head, path, &body).await,
        Err(Unread::TooLarge) => {
            Err(Problem::new(413, format!("A body may have {LARGEST_BODY} bytes at most.")))
        }
        Err(Unread::Broken) => Err(Problem::new(400, "The body broke off.")),
    };
    let reply = done.unwrap_or_else(|problem| Reply::problem(&problem, path));
    reply.into_response(worlds.default().clock.now())
}

async fn route(worlds: &Worlds, head: &Parts, path: &str, body: &Bytes) -> Done {
    let place = path.strip_prefix(PREFIX).unwrap_or_default();
    let query = Query::read(head.uri.query().unwrap_or_default());
    if place == "health" && [Method::GET, Method::HEAD].contains(&head.method) {
        return Ok(Reply::json(200, &json!({ "ready": true, "version": env!("CARGO_PKG_VERSION") })));
    }
    if place == "worlds" || place.starts_with("worlds/") {
        query.nothing()?;
        return of_worlds(worlds, place, head, body);
    }
    let world = query.world(worlds)?;
    if place != "journal" {
        query.only_a_world()?;
    }
    in_world(&world, &head.method, place, &query, body).await
}

fn of_worlds(worlds: &Worlds, place: &str, head: &Parts, body: &[u8]) -> Done {
    match (place.strip_prefix("worlds/"), &head.method) {
        (None, &Method::GET) => Ok(worlds::list(worlds)),
        (None, &Method::POST) => worlds::create(worlds, head, body),
        (Some(key), &Method::DELETE) => worlds::delete(worlds, key),
        _ => Err(misplaced(place)),
    }
}

async fn in_world(world: &World, method: &Method, place: &str, query: &Query, body: &Bytes) -> Done {
    match (place, method) {
        ("reset", &Method::POST) => reset::reset(world, body),
        ("state", &Method::GET) => Ok(state::dump(world)),
        ("state", &Method::PUT) => state::load(world, body),
        ("state", &Method::PATCH) => state::merge(world, body),
        ("state/schema", &Method::GET) => Ok(state::schema()),
        ("generate", &Method::POST) => state::generate(world, body),
        ("journal", &Method::GET) => journal::list(world, query),
        ("journal", &Method::DELETE) => Ok(journal::clear(world)),
        ("journal/assert", &Method::POST) => journal::assert(world, body),
        ("faults", &Method::GET) => Ok(faults::list(world)),
        ("faults", &Method::POST) => faults::add(world, body),
        ("faults", &Method::DELETE) => Ok(faults::clear(world)),
        ("clock", &Method::GET) => Ok(clock::show(world)),
        ("clock", &Method::POST) => clock::set(world, body),
        ("events", &Method::GET) => Ok(events::show(world)),
        ("events", &Method::PUT) => events::aim(world, body),
        ("events", &Method::POST) => events::send(world, body).await,
        ("limits", &Method::GET) => Ok(limits::show(world)),
        ("limits", &Method::PUT) => limits::configure(world, body),
        ("limits", &Method::DELETE) => Ok(limits::clear(world)),
        ("subscriptions", &Method::GET) => Ok(subscriptions::show(world)),
        ("subscriptions", &Method::PUT) => subscriptions::configure(world, body),
        _ => Err(misplaced(place)),
    }
}

/// A path that takes other verbs, or none at all.
fn misplaced(place: &str) -> Problem {
    let verbs = match place {
        "health" => "GET, HEAD",
        "worlds" => "GET, POST",
        _ if place.starts_with("worlds/") => "DELETE",
        "reset" | "journal/assert" | "generate" => "POST",
        "state" => "GET, PUT, PATCH",
        "state/schema" => "GET",
        "subscriptions" => "GET, PUT",
        "journal" => "GET, DELETE",
        "faults" => "GET, POST, DELETE",
        "clock" => "GET, POST",
        "events" => "GET, PUT, POST",
        "limits" => "GET, PUT, DELETE",
        _ => {
            return Problem::not_found(
                "There is nothing under this path. The page at / lists the admin side.",
            );
        }
    };
    Problem::new(405, format!("This path takes {verbs}.")).with_header("allow", verbs)
}

/// Reads a body as the type wanted.
fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::field("body", error.to_string()))
}
