//! Finding the account that a call means.

use super::call::{Call, Fields};
use crate::problem::Problem;
use crate::state::{Account, State};

/// The account that the path's first parameter names.
pub(super) fn in_path(state: &State, call: &Call) -> Result<usize, Problem> {
    let id = call.path_text(0);
    position(state, |account| account.acc_id == id)
        .ok_or_else(|| Problem::not_found(format!("No account has the id {id}.")))
}

/// The account that the body names, by the first identifier given; 400 when none is.
pub(super) fn in_body(state: &State, body: &Fields<'_>) -> Result<usize, Problem> {
    let found = maybe_in_body(state, body)?;
    body.required("accId", found)
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

/// The first identifier that is given. It decides: others beside it are not looked at.
pub(super) fn named(state: &State, body: &Fields<'_>) -> Result<Option<Named>, Problem> {
    for field in ["accId", "apiId", "username", "discordId", "discord", "uniqueId"] {
        if let Some(value) = body.id(field)? {
            let account = position(state, |account| matches(account, field, &value));
            return Ok(Some(Named { field, value, account }));
        }
    }
    Ok(None)
}

/// The account that this text means in any way: by id, name, unique id or API id.
pub(super) fn by_any_name(state: &State, text: &str) -> Option<usize> {
    let ways = ["accId", "username", "uniqueId", "apiId"];
    ways.into_iter().find_map(|way| position(state, |account| matches(account, way, text)))
}

/// Whether an identifier fits an account.
pub(super) fn matches(account: &Account, field: &str, value: &str) -> bool {
    match field {
        "accId" | "accountId" => account.acc_id.eq_ignore_ascii_case(value),
        "apiId" => account.has_api_id(value),
        "username" => account.has_name(value),
        "discord" | "discordId" => account.has_discord(value),
        "uniqueId" => account.unique_id.to_string() == value,
        _ => false,
    }
}

fn position(state: &State, wanted: impl Fn(&Account) -> bool) -> Option<usize> {
    state.accounts.iter().position(wanted)
}
