//! The clock of an account, and activity trackers on servers.

use serde_json::{Value, json};

use super::call::Fields;
use super::{Answer, Call, Handled, people, servers};
use crate::problem::Problem;
use crate::state::{Account, Activity, ClockRow, State};
use crate::time::Timestamp;

/// How many of the newest rows an answer holds.
const NEWEST: usize = 3;

pub(super) fn clock_account(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    let body = call.body();
    let turn = match body.text("intention")? {
        None => turn(&body, &state.accounts[account])?,
        Some("in") => Turn::In,
        Some("out") => Turn::Out,
        Some(_) => return Err(Problem::field("intention", "must be in or out")),
    };
    let kind = clock_type(state, body.text("type")?)?;
    match turn {
        Turn::In => clock_in(state, account, kind, call),
        Turn::Again => {
            open_row(state, account, kind, call.now);
            Answer::data(&state.accounts[account].open_clock())
        }
        Turn::Out => match state.accounts[account].clock_out(call.now) {
            Some(row) => Answer::data(row),
            None => Answer::data(&true),
        },
    }
}

/// What becomes of the open row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    In,
    Out,
    /// The open one ends and another begins.
    Again,
}

/// Which turn a call takes that names none: the one that a force says, else the other one than the last. Both forces
/// together end the open row and open another.
pub(super) fn turn(body: &Fields<'_>, account: &Account) -> Result<Turn, Problem> {
    let force_in = body.boolean("forceClockIn")?.unwrap_or(false);
    let force_out = body.boolean("forceClockOut")?.unwrap_or(false);
    Ok(match (force_in, force_out, account.open_clock()) {
        (true, true, _) => Turn::Again,
        (true, false, _) | (false, false, None) => Turn::In,
        (false, true, _) | (false, false, Some(_)) => Turn::Out,
    })
}

/// A clock-in type that the community has; the first one when none is named.
pub(super) fn clock_type(state: &State, wanted: Option<&str>) -> Result<String, Problem> {
    let types = &state.community.clock_in_types;
    match wanted.filter(|wanted| !wanted.is_empty()) {
        None => Ok(types.first().map(|first| first.id.clone()).unwrap_or_default()),
        Some(id) if types.iter().any(|known| known.id == id) => Ok(id.to_owned()),
        Some(id) => Err(Problem::unknown("type", format!("There is no clock-in type {id}."))),
    }
}

/// Opens a row. One that is open with another type ends first; with the same type, nothing has to change.
fn clock_in(state: &mut State, account: usize, kind: String, call: &Call) -> Handled {
    if state.accounts[account].open_clock().is_some_and(|row| row.r#type == kind) {
        return Answer::data(&true);
    }
    open_row(state, account, kind, call.now);
    Answer::data(&state.accounts[account].open_clock())
}

/// Opens a row in place of the one that is open.
pub(super) fn open_row(state: &mut State, account: usize, kind: String, now: Timestamp) {
    let id = state.ids.next();
    let account = &mut state.accounts[account];
    account.clock_out(now);
    let row = ClockRow { id, start_time: now, r#type: kind, ..ClockRow::default() };
    account.clock_data.data.push(row);
}

pub(super) fn get_current_clock_in(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    match state.accounts[account].open_clock() {
        Some(row) => Answer::data(row),
        None => Answer::data("Not Clocked In"),
    }
}

pub(super) fn get_latest_activity(state: &mut State, call: &Call) -> Handled {
    let account = &state.accounts[people::in_path(state, call)?];
    let kind = call.query_text("clockInType");
    match call.query_text("type") {
        None | Some("activity") => {
            let server = call.input.query.get("serverId");
            let server = server.map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
            let rows = newest_activities(state, account, kind, server.as_deref());
            Answer::data(&rows.into_iter().map(as_clock_row).collect::<Vec<_>>())
        }
        Some("clockin") => {
            let rows = newest_clock_rows(account, kind);
            Answer::data(&rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>())
        }
        Some(_) => Err(Problem::field("type", "must be clockin or activity")),
    }
}

/// The newest clock rows, each with its place among all of the account's.
pub(super) fn newest_clock_rows<'a>(account: &'a Account, kind: Option<&str>) -> Vec<(usize, &'a ClockRow)> {
    let rows = account.clock_data.data.iter().enumerate().rev();
    rows.filter(|(_, row)| kind.is_none_or(|kind| row.r#type == kind)).take(NEWEST).collect()
}

/// The account's newest activities, on one server or any.
pub(super) fn newest_activities<'a>(
    state: &'a State,
    account: &Account,
    kind: Option<&str>,
    server: Option<&str>,
) -> Vec<&'a Activity> {
    let fits = |row: &&Activity| {
        row.acc_id == account.acc_id
            && kind.is_none_or(|kind| row.clock_in_type.as_deref() == Some(kind))
            && server.is_none_or(|server| row.server_id.to_string() == server)
    };
    state.activities.iter().rev().filter(fits).take(NEWEST).collect()
}

/// Activity, in the shape that the documentation shows for it: that of clock rows.
fn as_clock_row(row: &Activity) -> ClockRow {
    ClockRow {
        id: row.id.clone(),
        start_time: row.start,
        end_time: row.end,
        completed: row.end.is_some(),
        notes: Vec::new(),
        r#type: row.clock_in_type.clone().unwrap_or_else(|| "activity".to_owned()),
    }
}

pub(super) fn start_activity(state: &mut State, call: &Call) -> Handled {
    let server_id = servers::in_path(state, call)?.id;
    let closed = close_all(state, server_id, call.now).into_iter();
    let shown = closed
        .map(|row| json!({ "id": row.id, "accId": row.acc_id, "serverId": row.server_id, "end": row.end }));
    Answer::data(&shown.collect::<Vec<_>>())
}

/// Ends what runs on a server, and hands it out.
pub(super) fn close_all(state: &mut State, server_id: i64, now: Timestamp) -> Vec<Activity> {
    let running = state.activities.iter_mut().filter(|row| row.server_id == server_id && row.running());
    let closed = running.map(|row| {
        row.finish(now, Some("All server activity stopped that were in progress".to_owned()));
        row.clone()
    });
    closed.collect()
}

pub(super) fn create_activity(state: &mut State, call: &Call) -> Handled {
    let server_id = servers::in_path(state, call)?.id;
    let body = call.body();
    let account = people::in_body(state, &body)?;
    let row = track(state, account, server_id, &body, call.now)?;
    Answer::data(&shown(&row))
}

/// Starts, stops or clears an account's tracker on a server, as the body says, and hands out the row.
pub(super) fn track(
    state: &mut State,
    account: usize,
    server_id: i64,
    body: &Fields<'_>,
    now: Timestamp,
) -> Result<Activity, Problem> {
    let start = body.boolean("forceStart")?.unwrap_or(false);
    let stop = body.boolean("forceStop")?.unwrap_or(false);
    let clear = body.boolean("forceClear")?.unwrap_or(false);
    let reason = body.text("clearReason")?.unwrap_or("Cleared by request");
    let acc_id = state.accounts[account].acc_id.clone();
    let mine = |row: &&Activity| row.acc_id == acc_id && row.server_id == server_id;
    let running = state.activities.iter().position(|row| mine(&row) && row.running());
    if (stop || clear) && !start && running.is_none() {
        // Who leaves a server twice is told of the last time.
        let last = state.activities.iter().rev().find(mine).filter(|_| !clear);
        let none = || Problem::unknown("accId", "No activity tracker of the account runs on the server.");
        return last.cloned().ok_or_else(none);
    }
    if let Some(place) = running {
        let row = &mut state.activities[place];
        row.finish(now, clear.then(|| reason.to_owned()));
        row.status = !clear;
        if !start {
            return Ok(row.clone());
        }
    }
    let clock_in_type = state.accounts[account].open_clock().map(|row| row.r#type.clone());
    let id = state.ids.next();
    let row =
        Activity { id, status: true, acc_id, server_id, start: now, clock_in_type, ..Activity::default() };
    state.activities.push(row.clone());
    Ok(row)
}

/// The row without what the API does not show.
pub(super) fn shown(row: &Activity) -> Value {
    let mut value = json!(row);
    value.as_object_mut().map(|fields| fields.shift_remove("clockInType"));
    value
}
