//! Whether subscription levels are enforced. The community's level itself is part of the state.

use serde::Deserialize;
use serde_json::json;

use super::{Done, parse};
use crate::lock::hold;
use crate::reply::Reply;
use crate::world::World;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    enforced: bool,
}

pub(super) fn show(world: &World) -> Reply {
    let level = hold(&world.state).community.sub_version;
    Reply::json(200, &json!({ "enforced": world.subscriptions.on(), "subVersion": level }))
}

pub(super) fn configure(world: &World, body: &[u8]) -> Done {
    let change: Change = parse(body)?;
    world.subscriptions.set(change.enforced);
    Ok(show(world))
}
