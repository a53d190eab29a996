//! Scripted faults: adding, listing, forgetting.

use serde_json::json;

use super::Done;
use crate::faults::Rule;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::world::World;

pub(super) fn list(world: &World) -> Reply {
    Reply::json(200, &json!({ "faults": world.faults.shown() }))
}

/// Takes one rule or a list of them; all or none are added.
pub(super) fn add(world: &World, body: &[u8]) -> Done {
    let rules = Rule::parse_all(body).map_err(|reason| Problem::field("body", reason))?;
    Ok(Reply::json(201, &json!({ "added": world.faults.add(rules) })))
}

pub(super) fn clear(world: &World) -> Reply {
    world.faults.clear();
    Reply::empty()
}
