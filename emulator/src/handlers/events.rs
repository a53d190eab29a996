//! Events.

use super::{Answer, Call, Handled, people};
use crate::problem::Problem;
use crate::state::State;

pub(super) fn create_rsvp(state: &mut State, call: &Call) -> Handled {
    let event = find(state, call.path_text(0))?;
    let account = people::in_body(state, &call.body())?;
    Answer::data(toggle(state, event, account))
}

pub(super) fn find(state: &State, id: &str) -> Result<usize, Problem> {
    let found = state.events.iter().position(|event| event.id == id);
    found.ok_or_else(|| Problem::not_found(format!("No event has the id {id}.")))
}

/// Puts an account on an event's list, or takes it off, and says which.
pub(super) fn toggle(state: &mut State, event: usize, account: usize) -> &'static str {
    let acc_id = &state.accounts[account].acc_id;
    let rsvps = &mut state.events[event].rsvps;
    if let Some(place) = rsvps.iter().position(|known| known == acc_id) {
        rsvps.remove(place);
        return "UNRSVP_SUCCESS";
    }
    rsvps.push(acc_id.clone());
    "RSVP_SUCCESS"
}
