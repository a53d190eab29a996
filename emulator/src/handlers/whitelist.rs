//! Who may join a server.

use serde_json::json;

use super::{Answer, Call, Handled, people, servers};
use crate::problem::Problem;
use crate::state::{Account, Server, State};

/// Active members with fitting ranks.
fn may_join(account: &Account, server: &Server) -> bool {
    account.active() && server.admits(&account.ranks)
}

pub(super) fn get_full_whitelist(state: &mut State, call: &Call) -> Handled {
    let server = servers::in_path(state, call)?;
    let members = state.accounts.iter().filter(|account| may_join(account, server));
    let rows = members.map(|account| json!({ "name": account.acc_name, "apiIds": account.all_api_ids() }));
    Answer::data(&rows.collect::<Vec<_>>())
}

pub(super) fn verify_whitelist(state: &mut State, call: &Call) -> Handled {
    let server = servers::in_path(state, call)?;
    let account = &state.accounts[people::in_body(state, &call.body())?];
    if may_join(account, server) {
        Answer::data(&account.acc_name)
    } else {
        let detail = format!("{} is not on the whitelist of server {}.", account.acc_name, server.id);
        Err(Problem::new(400, detail))
    }
}
