//! Events.

use super::people::account_or_404;
use super::{Answer, Call, Said};
use crate::handlers::events;
use crate::state::State;

pub(super) fn rsvp(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let account = account_or_404(state, &data)?;
    let event = events::find(state, data.required("eventId", data.text("eventId")?)?)?;
    Answer::text(events::toggle(state, event, account))
}
