//! Ranks: setting them, promotion flows, and taking a change back.

use serde_json::{Value, json};

use super::people::account;
use super::view::changed_account;
use super::{Answer, Call, Said};
use crate::handlers::ranks::{self, Run, RunResult};
use crate::state::State;

pub(super) fn get_account_ranks(state: &mut State, call: &Call) -> Said {
    let found = account(state, &call.data())?;
    Answer::json(&state.accounts[found].ranks)
}

pub(super) fn set_account_ranks(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let found = account(state, &data)?;
    ranks::change(state, found, &data, call.now)?;
    Answer::json(&changed_account(state, &state.accounts[found]))
}

pub(super) fn trigger_promotion_flows(state: &mut State, call: &Call) -> Said {
    let runs = ranks::runs(state, &call.list()?)?;
    let results: Vec<Value> =
        runs.iter().map(|run| result(run, &ranks::run_flow(state, run, call.now))).collect();
    Answer::json(&results)
}

/// One result for an entry: it succeeded if it did for everyone.
fn result(run: &Run, results: &[RunResult]) -> Value {
    let told = results.iter().find(|result| !result.succeeded).or(results.last());
    json!({
        "users": results.iter().map(|result| &result.user).collect::<Vec<_>>(),
        "flow": run.id,
        "promote": run.promote,
        "succeeded": run.flow.is_some() && results.iter().all(|result| result.succeeded),
        "message": told.map_or("There was no one to promote", |result| result.message.as_str()),
    })
}

pub(super) fn undo_rank_change(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let undo_id = data.required("undoId", data.text("undoId")?.filter(|id| !id.is_empty()))?;
    let done = ranks::undo(state, undo_id, data.id("userId")?, call.now, changed_account)?;
    Ok(Answer::same(done))
}
