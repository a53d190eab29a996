//! Everything as after the start.

use serde::Deserialize;
use serde_json::json;

use super::{Done, parse};
use crate::reply::Reply;
use crate::world::World;

/// What differs from the start; what is left out does not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    strict: Option<bool>,
}

pub(super) fn reset(world: &World, body: &[u8]) -> Done {
    // Without a body nothing is wanted.
    let wanted: Wanted = parse(if body.is_empty() { b"{}" } else { body })?;
    world.reset();
    if let Some(strict) = wanted.strict {
        world.strict.set(strict);
    }
    Ok(Reply::json(200, &json!({ "reset": true, "strict": world.strict.on() })))
}
