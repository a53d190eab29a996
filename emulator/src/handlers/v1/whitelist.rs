//! Who may join a server, or any of the community's.

use serde_json::json;

use super::people::account_or;
use super::servers::known;
use super::view::plain;
use super::{Answer, Call, Refusal, Said};
use crate::handlers::whitelist::{Kept, UNKNOWN_ACCOUNT, UNKNOWN_SERVER, Way, members, way_in};
use crate::state::State;

pub(super) fn verify_whitelist(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let server = known(state, &data).map_err(|_| Refusal::bad(UNKNOWN_SERVER))?;
    let account = &state.accounts[account_or(state, &data, UNKNOWN_ACCOUNT)?];
    match way_in(state, account, server) {
        Ok(Way::Ranks) => Answer::text(&account.acc_name),
        Ok(Way::Bypass) => Answer::text(format!("BYPASSED WHITELIST - {}", account.acc_name)),
        // The one text that is listed under another status.
        Err(Kept::NotAllowed) => Err(Refusal::new(404, Kept::NotAllowed.words())),
        Err(kept) => Err(Refusal::bad(kept.words())),
    }
}

pub(super) fn get_full_whitelist(state: &mut State, call: &Call) -> Said {
    let members = members(state, known(state, &call.data())?).into_iter();
    let rows =
        members.map(|account| json!({ "name": account.acc_name, "apiIds": plain(&account.all_api_ids()) }));
    Answer::json(&rows.collect::<Vec<_>>())
}
