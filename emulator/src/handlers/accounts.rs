//! Accounts: finding them, and what they say about themselves.

use serde_json::{Map, Value, json};

use super::call::Fields;
use super::{Answer, Call, Handled, page, people};
use crate::problem::{FieldError, Problem};
use crate::state::{Account, Identifier, ProfileValue, State};

/// What Get Account shows.
const DETAILS: [&str; 18] = [
    "accId",
    "sysStatus",
    "comStatus",
    "accName",
    "comName",
    "joinDate",
    "lastLogin",
    "owner",
    "banned",
    "archived",
    "activeApiIds",
    "discordId",
    "uniqueId",
    "identifiers",
    "ranks",
    "profileFields",
    "clockData",
    "teamspeakId",
];
/// What belongs to the state and no answer shows.
const HIDDEN: [&str; 3] = ["username", "unitIdentifiers", "whitelistBypass"];
/// What lists of accounts show.
const SUMMARY: [&str; 11] = [
    "accId",
    "uniqueId",
    "accName",
    "comName",
    "activeApiIds",
    "discordId",
    "sysStatus",
    "comStatus",
    "archived",
    "banned",
    "teamspeakId",
];

/// The account as the operations that change it show it: all but the login name.
pub(super) fn whole(account: &Account) -> Value {
    let mut value = json!(account);
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, _| !HIDDEN.contains(&name.as_str()));
    }
    value
}

/// The account's fields of these names, as far as there are any.
pub(super) fn shown(account: &Account, fields: &[&str]) -> Value {
    let Value::Object(mut all) = json!(account) else { return Value::Null };
    let kept = fields.iter().filter_map(|name| Some(((*name).to_owned(), all.remove(*name)?)));
    Value::Object(kept.collect::<Map<_, _>>())
}

pub(super) fn get_account(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    Answer::data(&shown(&state.accounts[account], &DETAILS))
}

pub(super) fn get_accounts(state: &mut State, call: &Call) -> Handled {
    let all = fitting(state, |name| call.query_boolean(name));
    let page = page(&all, call.query_integer("skip"), call.query_integer("take"), 100);
    let items: Vec<Value> = page.rows.into_iter().map(|account| shown(account, &SUMMARY)).collect();
    Answer::data(&json!({ "items": items, "total": all.len(), "skip": page.skip, "take": page.take }))
}

/// The accounts that fit the filters, each of which may be left out.
pub(super) fn fitting(state: &State, filter: impl Fn(&str) -> Option<bool>) -> Vec<&Account> {
    let wanted = |name: &str, value: bool| filter(name).is_none_or(|wanted| wanted == value);
    let fits = |account: &&Account| {
        wanted("sysStatus", account.sys_status)
            && wanted("comStatus", account.com_status)
            && wanted("banned", account.banned)
            && wanted("archived", account.archived)
    };
    state.accounts.iter().filter(fits).collect()
}

pub(super) fn search_accounts(state: &mut State, call: &Call) -> Handled {
    let fields: Vec<&str> = std::iter::once("accountId").chain(people::IDENTIFIERS).collect();
    let given: Vec<(&str, String)> =
        fields.iter().filter_map(|field| Some((*field, call.query_id(field)?))).collect();
    let [(field, value)] = &given[..] else {
        let rule = format!("exactly one of {} must be given", fields.join(", "));
        let named: Vec<&str> = given.iter().map(|(field, _)| *field).collect();
        let named = if named.is_empty() { fields } else { named };
        return Err(Problem::invalid(named.into_iter().map(|field| FieldError::new(field, &rule)).collect()));
    };
    let found = state.accounts.iter().filter(|account| people::matches(account, field, value));
    let items: Vec<Value> = found.map(|account| shown(account, &SUMMARY)).collect();
    Answer::data(&json!({ "total": items.len(), "items": items }))
}

pub(super) fn resolve_discord_account(state: &mut State, call: &Call) -> Handled {
    let id = call.path_text(0);
    match people::find(state, "discordId", id) {
        Some(account) => Answer::data(&shown(&state.accounts[account], &DETAILS)),
        None => Err(Problem::not_found(format!("No account is linked to the Discord id {id}."))),
    }
}

pub(super) fn set_account_name(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    let body = call.body();
    let name = body.required("newName", body.text("newName")?)?;
    Answer::data(&rename(&mut state.accounts[account], name))
}

/// Renames an account and says so.
pub(super) fn rename(account: &mut Account, name: &str) -> String {
    // The documentation says that the account is renamed, and calls the result its community name: both follow.
    name.clone_into(&mut account.acc_name);
    name.clone_into(&mut account.com_name);
    format!("New Community Name ({}): {name}", account.acc_id)
}

pub(super) fn force_sync(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    Answer::data(&sync(state, account))
}

/// Nothing is out of step here: there is only something to say.
pub(super) fn sync(state: &State, account: usize) -> String {
    let account = &state.accounts[account];
    format!("Sync triggered for: {} ({} - {})", state.community.name, account.acc_name, account.acc_id)
}

pub(super) fn edit_profile_fields(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    Answer::data(save_profile_fields(state, account, &call.body())?)
}

/// Writes the body's profile fields and hands out all that the account has.
pub(super) fn save_profile_fields<'a>(
    state: &'a mut State,
    account: usize,
    body: &Fields<'_>,
) -> Result<&'a [ProfileValue], Problem> {
    body.required("profileFields", body.get("profileFields"))?;
    let mut saved = state.accounts[account].profile_fields.data.clone();
    for pair in body.objects("profileFields")? {
        let id = pair.required("id", pair.text("id")?)?;
        if !state.community.profile_fields.iter().any(|field| field.id == id) {
            return Err(Problem::unknown(pair.name("id"), format!("There is no profile field {id}.")));
        }
        let value = pair.get("value").cloned().unwrap_or_default();
        match saved.iter_mut().find(|known| known.id == id) {
            Some(known) => known.value = value,
            None => saved.push(ProfileValue { id: id.to_owned(), value }),
        }
    }
    let fields = &mut state.accounts[account].profile_fields.data;
    *fields = saved;
    Ok(fields)
}

pub(super) fn get_account_identifiers(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    Answer::data(&state.accounts[account].identifiers.idents)
}

pub(super) fn register_identifiers(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    let body = call.body();
    body.required("identifiers", body.get("identifiers"))?;
    let mut wanted = Vec::new();
    for pair in body.objects("identifiers")? {
        let kind = pair.required("type", pair.text("type")?)?;
        let value = pair.required("value", pair.id("value")?)?;
        wanted.push((kind.to_owned(), value));
    }
    let mut registered = Vec::new();
    for (kind, value) in wanted {
        if !state.accounts[account].has_identifier(&kind, &value) {
            registered.push(json!({ "type": kind, "value": value }));
            register(state, account, kind, value, call);
        }
    }
    Answer::data(&registered)
}

fn register(state: &mut State, account: usize, kind: String, value: String, call: &Call) {
    let id = state.ids.next();
    let account = &mut state.accounts[account];
    let api_id = format!("{kind}:{value}");
    if !account.active_api_ids.contains(&api_id) {
        account.active_api_ids.push(api_id);
    }
    let linked = match kind.as_str() {
        "discord" => Some(&mut account.discord_id),
        "roblox" => Some(&mut account.roblox_id),
        _ => None,
    };
    if let Some(linked) = linked {
        linked.get_or_insert_with(|| value.clone());
    }
    account.identifiers.idents.push(Identifier {
        id,
        acc_id: account.acc_id.clone(),
        r#type: kind,
        value,
        ref_count: 1,
        created_at: call.now,
        ..Identifier::default()
    });
}
