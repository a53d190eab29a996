//! Finding the account that a call means, and the words for when there is none.

use super::Refusal;
use crate::handlers::call::Fields;
use crate::handlers::people::{find, named};
use crate::state::State;

const UNLINKED: &str = "API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY";
const NO_ACCOUNT: &str = "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY";

/// The account, where both texts are listed: the first for an API id, the second for anything else.
pub(super) fn account(state: &State, data: &Fields<'_>) -> Result<usize, Refusal> {
    let named = named(state, data)?;
    let by_api_id = named.as_ref().is_some_and(|named| named.field == "apiId");
    let text = if by_api_id { UNLINKED } else { NO_ACCOUNT };
    named.and_then(|named| named.account).ok_or_else(|| Refusal::bad(text))
}

/// The account, where the one text is listed under two statuses: 400 when no identifier is given, 404 when it fits
/// no one.
pub(super) fn account_or_404(state: &State, data: &Fields<'_>) -> Result<usize, Refusal> {
    let named = named(state, data)?.ok_or_else(|| Refusal::bad(UNLINKED))?;
    named.account.ok_or_else(|| Refusal::new(404, UNLINKED))
}

/// The account, where only this text is listed.
pub(super) fn account_or(state: &State, data: &Fields<'_>, text: &'static str) -> Result<usize, Refusal> {
    named(state, data)?.and_then(|named| named.account).ok_or_else(|| Refusal::bad(text))
}

/// The account that an API id is linked to.
pub(super) fn linked(state: &State, api_id: Option<&str>) -> Result<usize, Refusal> {
    let found = api_id.filter(|id| !id.is_empty()).and_then(|id| find(state, "apiId", id));
    found.ok_or_else(|| Refusal::bad(UNLINKED))
}
