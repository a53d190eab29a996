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

/// The words for an identifier that fits no one, in both versions.
pub(super) const UNKNOWN_ACCOUNT: &str = "UNKNOWN_ACC_API_ID";
/// The words for a server that there is not.
pub(super) const UNKNOWN_SERVER: &str = "INVALID_SERVER_ID";

/// Why someone does not get in, in the words of both versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    NotAllowed,
    Blocked,
    /// The server's lists of ranks are none.
    Misconfigured,
}

impl Kept {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NotAllowed => "NOT ALLOWED ON WHITELIST",
            Self::Blocked => "BLOCKED FOR WHITELIST",
            Self::Misconfigured => "SERVER_CONFIG_ERROR",
        }
    }
}

/// How an account may join: active members with fitting ranks, or with a bypass. Without a server: any of them.
pub(super) fn way_in(state: &State, account: &Account, server: Option<&Server>) -> Result<Way, Kept> {
    let fits = match server {
        Some(server) => by_ranks(server, account),
        None if state.servers.is_empty() => Ok(()),
        None => state
            .servers
            .iter()
            .map(|server| by_ranks(server, account))
            .find(Result::is_ok)
            .unwrap_or(Err(Kept::NotAllowed)),
    };
    match fits {
        _ if !account.active() => Err(Kept::NotAllowed),
        Ok(()) => Ok(Way::Ranks),
        Err(_) if account.whitelist_bypass => Ok(Way::Bypass),
        Err(kept) => Err(kept),
    }
}

/// Whether the account's ranks let it in.
fn by_ranks(server: &Server, account: &Account) -> Result<(), Kept> {
    let lists = (server.rank_list("allowedRanks"), server.rank_list("blockedRanks"));
    let (Some(allowed), Some(blocked)) = lists else { return Err(Kept::Misconfigured) };
    let held = |id: &&str| account.ranks.iter().any(|rank| rank == id);
    match () {
        () if blocked.iter().any(held) => Err(Kept::Blocked),
        () if allowed.is_empty() || allowed.iter().any(held) => Ok(()),
        () => Err(Kept::NotAllowed),
    }
}

/// Everyone who may join.
pub(super) fn members<'a>(state: &'a State, server: Option<&Server>) -> Vec<&'a Account> {
    state.accounts.iter().filter(|account| way_in(state, account, server).is_ok()).collect()
}

pub(super) fn get_full_whitelist(state: &mut State, call: &Call) -> Handled {
    let server = servers::in_path(state, call)?;
    let members = members(state, Some(server)).into_iter();
    let rows = members.map(|account| json!({ "name": account.acc_name, "apiIds": account.all_api_ids() }));
    Answer::data(&rows.collect::<Vec<_>>())
}

pub(super) fn verify_whitelist(state: &mut State, call: &Call) -> Handled {
    let refused = |words| Problem::new(400, words);
    let server = servers::in_path(state, call).map_err(|_| refused(UNKNOWN_SERVER))?;
    let body = call.body();
    let named = people::named(state, &body)?.ok_or_else(|| people::nobody(&body))?;
    let account = &state.accounts[named.account.ok_or_else(|| refused(UNKNOWN_ACCOUNT))?];
    match way_in(state, account, Some(server)) {
        Ok(_) => Answer::data(&account.acc_name),
        Err(kept) => Err(refused(kept.words())),
    }
}
