//! Dumping and loading the state.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Done, parse};
use crate::generate;
use crate::lock::hold;
use crate::problem::Problem;
use crate::reply::{Content, Reply};
use crate::state::State;
use crate::world::World;

/// How many members are made at once.
const MOST_ACCOUNTS: u32 = 10_000;

pub(super) fn dump(world: &World) -> Reply {
    let document = hold(&world.state).document();
    Reply::new(200, Content::Json, document)
}

/// What such a document is like.
pub(super) fn schema() -> Reply {
    Reply::json(200, &State::schema())
}

/// Puts a state in place of the present one, whole or not at all.
pub(super) fn load(world: &World, body: &[u8]) -> Done {
    let refuse = |reason| Problem::field("body", reason);
    world.replace(|present| {
        let state = State::parse_over(body, present).map_err(refuse)?;
        refuse_lockout(present, state)
    })?;
    Ok(Reply::json(200, &json!({ "loaded": true })))
}

/// Merges a change into the present state, whole or not at all.
pub(super) fn merge(world: &World, body: &[u8]) -> Done {
    let change: Map<String, Value> = parse(body)?;
    world.replace(|present| {
        let state = present.merged(change).map_err(|reason| Problem::field("body", reason))?;
        refuse_lockout(present, state)
    })?;
    Ok(Reply::json(200, &json!({ "merged": true })))
}

/// Refuses a state that takes the last key or the community's id away: every call would be refused from then on, and
/// nothing would say why.
fn refuse_lockout(present: &State, state: State) -> Result<State, Problem> {
    let has_key = |state: &State| state.keys.iter().any(|key| !key.is_empty());
    if has_key(present) && !has_key(&state) {
        let reason = "must have a key: nobody could call any more. Leave them out to keep those there are";
        return Err(Problem::field("keys", reason));
    }
    if state.community.id.is_empty() && !present.community.id.is_empty() {
        let reason = "must not be empty: version 1 could not be called any more. Leave it out to keep it";
        return Err(Problem::field("community.id", reason));
    }
    Ok(state)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    accounts: u32,
    #[serde(default)]
    seed: u64,
}

/// Adds made-up members.
pub(super) fn generate(world: &World, body: &[u8]) -> Done {
    let order: Order = parse(body)?;
    if !(1..=MOST_ACCOUNTS).contains(&order.accounts) {
        return Err(Problem::field("accounts", format!("must be between 1 and {MOST_ACCOUNTS}")));
    }
    let mut made = None;
    world.replace(|present| {
        let mut state = present.clone();
        made = Some(generate::generate(&mut state, order.accounts, order.seed));
        Ok::<_, Problem>(state)
    })?;
    Ok(Reply::json(201, &made))
}
