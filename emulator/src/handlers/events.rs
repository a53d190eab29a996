//! Events.

use super::{Answer, Call, Handled, people};
use crate::problem::Problem;
use crate::state::State;

pub(super) fn create_rsvp(state: &mut State, call: &Call) -> Handled {
    let id = call.path_text(0);
    let Some(event) = state.events.iter().position(|event| event.id == id) else {
        return Err(Problem::not_found(format!("No event has the id {id}.")));
    };
    let account = people::in_body(state, &call.body())?;
    let acc_id = &state.accounts[account].acc_id;
    let rsvps = &mut state.events[event].rsvps;
    if let Some(place) = rsvps.iter().position(|known| known == acc_id) {
        rsvps.remove(place);
        return Answer::data("UNRSVP_SUCCESS");
    }
    rsvps.push(acc_id.clone());
    Answer::data("RSVP_SUCCESS")
}
