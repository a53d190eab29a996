//! Who may join a server, or any of the community's.

use serde_json::json;

use super::people::account;
use super::servers::known;
use super::view::plain;
use super::{Answer, Call, Refusal, Said};
use crate::handlers::whitelist::{Way, members, way_in};
use crate::state::State;

pub(super) fn verify_whitelist(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let server = known(state, &data)?;
    let account = &state.accounts[account(state, &data)?];
    match way_in(state, account, server) {
        Some(Way::Ranks) => Answer::text(&account.acc_name),
        Some(Way::Bypass) => Answer::text(format!("BYPASSED WHITELIST - {}", account.acc_name)),
        None => Err(Refusal::new(404, "NOT ALLOWED ON WHITELIST")),
    }
}

pub(super) fn get_full_whitelist(state: &mut State, call: &Call) -> Said {
    let members = members(state, known(state, &call.data())?).into_iter();
    let rows =
        members.map(|account| json!({ "name": account.acc_name, "apiIds": plain(&account.all_api_ids()) }));
    Answer::json(&rows.collect::<Vec<_>>())
}
