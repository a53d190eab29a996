//! Isolated worlds: making one, listing and deleting them.

use hyper::header::HOST;
use hyper::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Done, parse};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::worlds::{MOST, Worlds};

/// The answer has all that a client's options need: the address is the one that the caller used.
pub(super) fn create(worlds: &Worlds, head: &Parts, body: &[u8]) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    if !body.is_empty() {
        parse::<Nothing>(body)?;
    }
    let full = || {
        Problem::new(409, format!("There are {MOST} worlds already. Delete those that are no longer needed."))
    };
    let name = worlds.create().ok_or_else(full)?;
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    let url = host.map(|host| format!("http://{host}"));
    Ok(Reply::json(201, &json!({ "key": name.key, "communityId": name.community, "url": url })))
}

pub(super) fn list(worlds: &Worlds) -> Reply {
    let listed = worlds.list().into_iter().map(|world| {
        json!({
            "key": world.name.key,
            "communityId": world.name.community,
            "idleSeconds": world.idle.as_secs(),
        })
    });
    Reply::json(200, &json!({ "worlds": listed.collect::<Vec<Value>>() }))
}

pub(super) fn delete(worlds: &Worlds, key: &str) -> Done {
    if worlds.delete(key) {
        Ok(Reply::empty())
    } else {
        Err(Problem::not_found("There is no world with this key."))
    }
}
