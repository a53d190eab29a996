//! Who may join a server.

use serde_json::json;

use super::{Answer, Call, Handled, people, servers};
use crate::problem::Problem;
use crate::state::{Account, Server, State};

/// How someone gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Ranks,
    /// Whatever the ranks are.
    Bypass,
}

/// How an account may join: active members with fitting ranks, or with a bypass. Without a server: any of them.
pub(super) fn way_in(state: &State, account: &Account, server: Option<&Server>) -> Option<Way> {
    let fits = match server {
        Some(server) => server.admits(&account.ranks),
        None => state.servers.is_empty() || state.servers.iter().any(|server| server.admits(&account.ranks)),
    };
    match (account.active(), fits, account.whitelist_bypass) {
        (true, true, _) => Some(Way::Ranks),
        (true, false, true) => Some(Way::Bypass),
        _ => None,
    }
}

/// Everyone who may join.
pub(super) fn members<'a>(state: &'a State, server: Option<&Server>) -> Vec<&'a Account> {
    state.accounts.iter().filter(|account| way_in(state, account, server).is_some()).collect()
}

pub(super) fn get_full_whitelist(state: &mut State, call: &Call) -> Handled {
    let server = servers::in_path(state, call)?;
    let members = members(state, Some(server)).into_iter();
    let rows = members.map(|account| json!({ "name": account.acc_name, "apiIds": account.all_api_ids() }));
    Answer::data(&rows.collect::<Vec<_>>())
}

pub(super) fn verify_whitelist(state: &mut State, call: &Call) -> Handled {
    let server = servers::in_path(state, call)?;
    let account = &state.accounts[people::in_body(state, &call.body())?];
    if way_in(state, account, Some(server)).is_some() {
        Answer::data(&account.acc_name)
    } else {
        let detail = format!("{} is not on the whitelist of server {}.", account.acc_name, server.id);
        Err(Problem::new(400, detail))
    }
}
