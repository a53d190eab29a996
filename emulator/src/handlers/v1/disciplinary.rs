//! Disciplinary records and their points.

use serde_json::{Value, json};

use super::people::account_or;
use super::{Answer, Call, Refusal, Said};
use crate::handlers::call::Fields;
use crate::handlers::disciplinary::{Source, add, execution_source, find, points, records_of};
use crate::state::{Record, State};

const NO_MEMBER: &str = "MEMBER NOT FOUND";

pub(super) fn get_member_points(state: &mut State, call: &Call) -> Said {
    let account = account_or(state, &call.data(), NO_MEMBER)?;
    Answer::json(&points(state, account, call.now))
}

pub(super) fn get_member_records(state: &mut State, call: &Call) -> Said {
    let account = account_or(state, &call.data(), NO_MEMBER)?;
    Answer::json(&records_of(state, account).map(shown).collect::<Vec<_>>())
}

pub(super) fn add_member_record(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let account = account_or(state, &data, NO_MEMBER)?;
    let points = data.required("points", data.number("points")?)?.clone();
    let reason = data.required("reason", data.text("reason")?)?;
    let source = Source { name: "api", id: "api-request", metadata: execution_source("api") };
    let place = add(state, account, Some(points), reason, source, call.now);
    Answer::json(&shown(&state.records[place]))
}

pub(super) fn update_member_record_points(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let place = record(state, &data)?;
    let points = data.required("points", data.number("points")?)?.clone();
    state.records[place].update(call.now, |record| record.points = points);
    Answer::json(&shown(&state.records[place]))
}

pub(super) fn update_member_record_reason(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let place = record(state, &data)?;
    let reason = data.required("reason", data.text("reason")?)?.to_owned();
    state.records[place].update(call.now, |record| record.reason = reason);
    Answer::json(&shown(&state.records[place]))
}

/// The record that the data names. One that is unknown is told as an unknown member is.
fn record(state: &State, data: &Fields<'_>) -> Result<usize, Refusal> {
    let id = data.id("recordId")?;
    id.and_then(|id| find(state, &id)).ok_or_else(|| Refusal::bad(NO_MEMBER))
}

/// A record; its history is a list here.
fn shown(record: &Record) -> Value {
    json!({
        "id": record.id,
        "status": record.status,
        "accId": record.acc_id,
        "source": record.source,
        "sourceId": record.source_id,
        "points": record.points,
        "reason": record.reason,
        "metadata": record.metadata,
        "history": record.history,
    })
}
