//! Ranks: setting them, promotion flows, and taking a change back.

use serde_json::{Value, json};

use super::call::Fields;
use super::{Answer, Call, Handled, accounts, people};
use crate::problem::Problem;
use crate::state::{Account, PromotionFlow, RankChange, State};
use crate::time::Timestamp;

pub(super) fn get_account_ranks(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    Answer::data(&state.accounts[account].ranks)
}

pub(super) fn set_account_ranks(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    change(state, account, &call.body(), call.now)?;
    Answer::data(&accounts::whole(&state.accounts[account]))
}

/// Sets, adds and removes ranks, in this order, as the body says.
pub(super) fn change(
    state: &mut State,
    account: usize,
    body: &Fields<'_>,
    now: Timestamp,
) -> Result<(), Problem> {
    let set = rank_list(state, body, "set")?;
    let add = rank_list(state, body, "add")?.unwrap_or_default();
    let remove = rank_list(state, body, "remove")?.unwrap_or_default();
    let active = body.boolean("active")?;
    let before = set.unwrap_or_else(|| state.accounts[account].ranks.clone());
    let after = changed(&before, &add, &remove);
    apply(state, account, after, now, None);
    let account = &mut state.accounts[account];
    account.com_status = active.unwrap_or(account.com_status);
    Ok(())
}

/// A list of ranks that the community has, each once.
fn rank_list(state: &State, body: &Fields<'_>, field: &str) -> Result<Option<Vec<String>>, Problem> {
    let Some(ids) = body.texts(field)? else { return Ok(None) };
    if let Some(place) = ids.iter().position(|id| state.rank(id).is_none()) {
        let detail = format!("No department has the rank {}.", ids[place]);
        return Err(Problem::unknown(format!("{}[{place}]", body.name(field)), detail));
    }
    Ok(Some(changed(&[], &ids, &[])))
}

/// The ranks after adding and removing; what is in both is removed. Stored order is kept.
fn changed(before: &[String], add: &[String], remove: &[String]) -> Vec<String> {
    let mut after: Vec<String> = Vec::with_capacity(before.len() + add.len());
    for id in before.iter().chain(add) {
        if !remove.contains(id) && !after.contains(id) {
            after.push(id.clone());
        }
    }
    after
}

/// Sets an account's ranks and notes the change, if it is one. Hands out the id that undoes it.
fn apply(
    state: &mut State,
    account: usize,
    after: Vec<String>,
    now: Timestamp,
    by: Option<String>,
) -> Option<String> {
    let account = &mut state.accounts[account];
    if account.ranks == after {
        return None;
    }
    let before = std::mem::replace(&mut account.ranks, after.clone());
    let (undo_id, log_id) = (state.ids.next(), state.ids.next());
    let acc_id = account.acc_id.clone();
    let change =
        RankChange { undo_id: undo_id.clone(), log_id, acc_id, before, after, at: now, by, undone: false };
    state.rank_changes.push(change);
    Some(undo_id)
}

pub(super) fn undo_rank_change(state: &mut State, call: &Call) -> Handled {
    let by = call.body().id("userId")?;
    undo(state, call.path_text(0), by, call.now, |_, account| accounts::whole(account))
}

/// Takes a rank change back. `show` says how the account looks in the answer.
pub(super) fn undo(
    state: &mut State,
    undo_id: &str,
    by: Option<String>,
    now: Timestamp,
    show: impl Fn(&State, &Account) -> Value,
) -> Handled {
    let Some(place) = state.rank_changes.iter().position(|change| change.undo_id == undo_id) else {
        return Err(Problem::not_found(format!("No rank change has the undo id {undo_id}.")));
    };
    let change = state.rank_changes[place].clone();
    if change.undone {
        return Err(Problem::new(409, format!("The rank change {undo_id} has been undone already.")));
    }
    let Some(account) = state.accounts.iter().position(|account| account.acc_id == change.acc_id) else {
        return Err(Problem::not_found(format!("The account {} is gone.", change.acc_id)));
    };
    let previous = state.accounts[account].ranks.clone();
    let reversal = apply(state, account, reverted(&previous, &change), now, by);
    state.rank_changes[place].undone = true;
    let account = &state.accounts[account];
    Answer::data(&json!({
        "undoId": undo_id,
        "account": show(state, account),
        "previousRanks": previous,
        "currentRanks": account.ranks,
        "originalLogId": change.log_id,
        "reversalUndoId": reversal,
    }))
}

/// The ranks without the change. Later changes stay: only what this one added goes, and what it removed comes back.
fn reverted(current: &[String], change: &RankChange) -> Vec<String> {
    if *current == change.after {
        return change.before.clone();
    }
    let gained = without(&change.after, &change.before);
    let lost = without(&change.before, &change.after);
    changed(current, &lost, &gained)
}

fn without(ids: &[String], others: &[String]) -> Vec<String> {
    ids.iter().filter(|id| !others.contains(id)).cloned().collect()
}

pub(super) fn trigger_promotion_flows(state: &mut State, call: &Call) -> Handled {
    let body = call.body();
    body.required("data", body.get("data"))?;
    let mut results = Vec::new();
    for run in runs(state, &body.objects("data")?)? {
        results.extend(run_flow(state, &run, call.now).into_iter().map(|result| {
            json!({
                "users": [result.user],
                "flow": run.id,
                "promote": run.promote,
                "succeeded": result.succeeded,
                "message": result.message,
                "config": run.flow,
            })
        }));
    }
    Answer::data(&results)
}

/// A flow, for whom, and which way.
pub(super) struct Run {
    pub(super) id: String,
    /// Missing when the community has no such flow.
    pub(super) flow: Option<PromotionFlow>,
    users: Vec<String>,
    pub(super) promote: bool,
    by: Option<String>,
}

/// What became of a flow for one user.
pub(super) struct RunResult {
    /// The account's id, or what the caller said if that names no one.
    pub(super) user: String,
    pub(super) succeeded: bool,
    pub(super) message: String,
}

/// Reads the entries; one that does not fit refuses all.
pub(super) fn runs(state: &State, entries: &[Fields<'_>]) -> Result<Vec<Run>, Problem> {
    entries.iter().map(|entry| run_of(state, entry)).collect()
}

fn run_of(state: &State, entry: &Fields<'_>) -> Result<Run, Problem> {
    let id = entry.required("flowId", entry.text("flowId")?)?.to_owned();
    let flow = state.community.promotion_flows.iter().find(|flow| flow.id == id).cloned();
    let users = entry.required("users", entry.texts("users")?)?;
    Ok(Run { id, flow, users, promote: entry.boolean("promote")?.unwrap_or(true), by: entry.id("userId")? })
}

pub(super) fn run_flow(state: &mut State, run: &Run, now: Timestamp) -> Vec<RunResult> {
    let results = run.users.iter().map(|user| {
        let account = people::by_any_name(state, user);
        let (succeeded, message) = match (&run.flow, account) {
            (None, _) => (false, format!("There is no promotion flow {}", run.id)),
            (_, None) => (false, format!("No account is called {user}")),
            (Some(flow), Some(account)) => {
                promote(state, account, flow, run, now);
                (
                    true,
                    format!("{} executed successfully", if run.promote { "Promotion" } else { "Demotion" }),
                )
            }
        };
        let user = account.map_or(user, |account| &state.accounts[account].acc_id).clone();
        RunResult { user, succeeded, message }
    });
    results.collect()
}

/// Runs a flow for one account: up, or down in reverse.
fn promote(state: &mut State, account: usize, flow: &PromotionFlow, run: &Run, now: Timestamp) {
    let (add, remove) = (&flow.ranks_to_add, &flow.ranks_to_remove);
    let (add, remove) = if run.promote { (add, remove) } else { (remove, add) };
    let after = changed(&state.accounts[account].ranks, add, remove);
    apply(state, account, after, now, run.by.clone());
}
