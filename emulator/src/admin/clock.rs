//! The clock: reading and moving it.

use serde::Deserialize;
use serde_json::json;

use super::{Done, parse};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::time::Timestamp;
use crate::world::World;

/// What is done, in this order: freeze or run, set, advance.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Move {
    freeze: Option<bool>,
    set: Option<Timestamp>,
    advance_seconds: Option<f64>,
}

pub(super) fn show(world: &World) -> Reply {
    let clock = &world.clock;
    Reply::json(200, &json!({ "now": clock.now(), "frozen": clock.frozen() }))
}

pub(super) fn set(world: &World, body: &[u8]) -> Done {
    let wanted: Move = parse(body)?;
    let advance = wanted.advance_seconds.map(milliseconds).transpose()?;
    if let Some(freeze) = wanted.freeze {
        world.clock.freeze(freeze);
    }
    if let Some(date) = wanted.set {
        world.clock.set(date);
    }
    if let Some(advance) = advance {
        world.clock.advance(advance);
    }
    Ok(show(world))
}

fn milliseconds(seconds: f64) -> Result<u64, Problem> {
    // A hundred years are enough, and far from any overflow.
    const MOST: f64 = 100.0 * 365.0 * 86_400.0;
    if !(0.0..=MOST).contains(&seconds) {
        return Err(Problem::field("advanceSeconds", "must be between 0 and a hundred years"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok((seconds * 1000.0).round() as u64)
}
