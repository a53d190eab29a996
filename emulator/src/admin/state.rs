//! Dumping and loading the state.

use serde_json::json;

use super::Done;
use crate::lock::hold;
use crate::problem::Problem;
use crate::reply::{Content, Reply};
use crate::state::State;
use crate::world::World;

pub(super) fn dump(world: &World) -> Reply {
    let document = hold(&world.state).document();
    Reply::new(200, Content::Json, document)
}

/// Puts a state in place of the present one, whole or not at all.
pub(super) fn load(world: &World, body: &[u8]) -> Done {
    let state = State::parse(body).map_err(|reason| Problem::field("body", reason))?;
    world.load(state);
    Ok(Reply::json(200, &json!({ "loaded": true })))
}
