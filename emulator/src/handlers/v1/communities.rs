//! Looking a community up.

use super::{Answer, Call, Refusal, Said};
use crate::handlers::general;
use crate::problem::Problem;
use crate::state::State;

pub(super) fn lookup_community(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let (id, uuid) = (data.text("id")?, data.text("uuid")?);
    if id.is_none() && uuid.is_none() {
        return Err(Problem::field("id", "is missing, and so is uuid").into());
    }
    let found = general::lookup(state, id, uuid).map_err(|_| Refusal::bad("INVALID COMMUNITY ID"))?;
    Ok(Answer::same(found))
}
