//! Finding the account that a call means. All that look for one do it here.

use super::call::{Call, Fields};
use crate::problem::Problem;
use crate::state::{Account, State};

/// What a caller can name a member by, in the order in which one of several decides.
pub(crate) const IDENTIFIERS: [&str; 6] = ["accId", "apiId", "username", "discordId", "discord", "uniqueId"];

/// The account that the path's first parameter names. It wins over identifiers in the body or the query.
pub(super) fn in_path(state: &State, call: &Call) -> Result<usize, Problem> {
    let id = call.path_text(0);
    find(state, "accId", id).ok_or_else(|| Problem::not_found(format!("No account has the id {id}.")))
}

/// The account that the body names, by the first identifier given; 400 when none is.
pub(super) fn in_body(state: &State, body: &Fields<'_>) -> Result<usize, Problem> {
    maybe_in_body(state, body)?.ok_or_else(|| nobody(body))
}

/// What is said when no identifier is given.
pub(super) fn nobody(body: &Fields<'_>) -> Problem {
    let [first, others @ ..] = IDENTIFIERS;
    let message = format!("is missing, and so is every other identifier: {}", others.join(", "));
    Problem::field(body.name(first), message)
}

/// The same, where an account may be left out.
pub(super) fn maybe_in_body(state: &State, body: &Fields<'_>) -> Result<Option<usize>, Problem> {
    let Some(named) = named(state, body)? else { return Ok(None) };
    let Named { field, value, account } = named;
    let unknown = || Problem::unknown(body.name(field), format!("No account has the {field} {value}."));
    account.ok_or_else(unknown).map(Some)
}

/// An identifier, and the account that it fits.
pub(super) struct Named {
    pub(super) field: &'static str,
    pub(super) value: String,
    pub(super) account: Option<usize>,
}

/// The first identifier that is given; an empty one is not. It decides: others beside it are not looked at.
pub(super) fn named(state: &State, body: &Fields<'_>) -> Result<Option<Named>, Problem> {
    for field in IDENTIFIERS {
        if let Some(value) = body.id(field)?.filter(|value| !value.is_empty()) {
            let account = find(state, field, &value);
            return Ok(Some(Named { field, value, account }));
        }
    }
    Ok(None)
}

/// The account that this text means in any way: by id, name, unique id or API id.
pub(super) fn by_any_name(state: &State, text: &str) -> Option<usize> {
    ["accId", "username", "uniqueId", "apiId"].into_iter().find_map(|way| find(state, way, text))
}

/// The first account that an identifier fits.
pub(super) fn find(state: &State, field: &str, value: &str) -> Option<usize> {
    state.accounts.iter().position(|account| matches(account, field, value))
}

/// Whether an identifier fits an account.
pub(super) fn matches(account: &Account, field: &str, value: &str) -> bool {
    match field {
        "accId" | "accountId" => account.acc_id.eq_ignore_ascii_case(value),
        "apiId" => account.has_api_id(value),
        "username" => account.has_name(value),
        "discord" | "discordId" | "playerDiscordId" => account.has_discord(value),
        "playerRobloxId" => account.has_roblox(value),
        "uniqueId" => account.unique_id.to_string() == value,
        _ => false,
    }
}
