//! Accounts: finding them, renaming them, sending them away.

use serde_json::{Value, json};

use super::people::{account, account_or_404, linked};
use super::view::{self, plain};
use super::{Answer, Call, Said};
use crate::handlers::{accounts, page};
use crate::state::{Account, State};

/// What lists of accounts show.
const SUMMARY: [&str; 8] =
    ["accId", "accName", "activeApiIds", "discordId", "sysStatus", "comStatus", "archived", "banned"];
/// How many accounts a page has, at least and at most.
const PAGE: (i64, i64) = (25, 100);

pub(super) fn check_com_api_id(state: &mut State, call: &Call) -> Said {
    let found = linked(state, call.data().id("apiId")?.as_deref())?;
    Answer::text(&state.accounts[found].acc_name)
}

pub(super) fn get_com_account(state: &mut State, call: &Call) -> Said {
    let found = account(state, &call.data())?;
    Answer::json(&view::account(state, &state.accounts[found]))
}

pub(super) fn get_accounts(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    for filter in ["sysStatus", "comStatus", "banned", "archived"] {
        data.boolean(filter)?;
    }
    let all = accounts::fitting(state, |name| data.boolean(name).ok().flatten());
    let take = data.integer("take")?.unwrap_or(PAGE.0).clamp(PAGE.0, PAGE.1);
    let page = page(&all, data.integer("skip")?, Some(take), PAGE.1);
    let rows: Vec<Value> = page.rows.into_iter().map(summary).collect();
    Answer::json(&json!({ "total": all.len(), "skip": page.skip, "take": page.take, "accounts": rows }))
}

fn summary(account: &Account) -> Value {
    let mut shown = accounts::shown(account, &SUMMARY);
    shown["activeApiIds"] = json!(plain(&account.active_api_ids));
    shown
}

pub(super) fn kick_account(state: &mut State, call: &Call) -> Said {
    let found = account_or_404(state, &call.data())?;
    state.accounts[found].kick();
    Answer::text("KICKED")
}

pub(super) fn ban_account(state: &mut State, call: &Call) -> Said {
    let found = account_or_404(state, &call.data())?;
    state.accounts[found].banned = true;
    Answer::text("BANNED")
}

pub(super) fn edit_account_profile_fields(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let found = account_or_404(state, &data)?;
    Answer::json(accounts::save_profile_fields(state, found, &data)?)
}

pub(super) fn set_account_name(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let found = account(state, &data)?;
    let name = data.required("newName", data.text("newName")?)?;
    Answer::text(accounts::rename(&mut state.accounts[found], name))
}

pub(super) fn force_sync(state: &mut State, call: &Call) -> Said {
    let found = account(state, &call.data())?;
    Answer::text(accounts::sync(state, found))
}
