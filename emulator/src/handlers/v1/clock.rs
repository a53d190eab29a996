//! The clock of an account, and activity trackers on servers.

use serde_json::{Value, json};

use super::people::{account, account_or, account_or_404};
use super::servers::known;
use super::{Answer, Call, Refusal, Said, view};
use crate::handlers::clock::{self, Turn};
use crate::problem::Problem;
use crate::state::{Account, ClockRow, State};

pub(super) fn get_current_clock_in(state: &mut State, call: &Call) -> Said {
    let found = account(state, &call.data())?;
    let rows = &state.accounts[found].clock_data.data;
    match rows.iter().rposition(|row| row.end_time.is_none()) {
        Some(place) => Answer::json(&view::clock_row(place, &rows[place])),
        None => Answer::text("Not Clocked In"),
    }
}

pub(super) fn clock_in_out(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let found = account_or_404(state, &data)?;
    let turn = clock::turn(&data, &state.accounts[found])?;
    let kind = clock::clock_type(state, data.text("type")?)?;
    let open = state.accounts[found].open_clock().map(|row| row.id.clone());
    if turn != Turn::Out {
        clock::open_row(state, found, kind, call.now);
        return Answer::json(&newest(&state.accounts[found]));
    }
    state.accounts[found].clock_out(call.now);
    let account = &state.accounts[found];
    let ended = |row: &ClockRow| Some(&row.id) == open.as_ref();
    match account.clock_data.data.iter().position(ended) {
        Some(place) => Answer::json(&view::clock_row(place, &account.clock_data.data[place])),
        None => Answer::json(&newest(account)),
    }
}

/// The account's newest row; null when it has none.
fn newest(account: &Account) -> Value {
    let rows = &account.clock_data.data;
    rows.last().map_or(Value::Null, |row| view::clock_row(rows.len() - 1, row))
}

pub(super) fn get_latest_activity(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let account = &state.accounts[account(state, &data)?];
    let kind = data.text("clockInType")?;
    match data.required("type", data.text("type")?)? {
        "clockin" => {
            let rows = clock::newest_clock_rows(account, kind).into_iter();
            Answer::json(&rows.map(|(place, row)| view::latest_clock_row(place, row)).collect::<Vec<_>>())
        }
        "activity" => {
            let server = data.required("serverId", data.id("serverId")?)?;
            let rows = clock::newest_activities(state, account, kind, Some(&server)).into_iter();
            Answer::json(&rows.map(view::latest_activity).collect::<Vec<_>>())
        }
        _ => Err(Problem::field("type", "must be clockin or activity").into()),
    }
}

pub(super) fn activity_tracker_start_stop(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let found = account_or(state, &data, "ACCOUNT_NOT_FOUND")?;
    let failed = || Refusal::bad("ACTIVITY_TRACKER_START_STOP_LOG_ERROR");
    let server = data.integer("serverId")?.filter(|id| state.server(*id).is_some()).ok_or_else(failed)?;
    let row = clock::track(state, found, server, &data, call.now).map_err(|_| failed())?;
    Answer::json(&json!({ "success": true, "data": clock::shown(&row) }))
}

pub(super) fn activity_tracker_server_start(state: &mut State, call: &Call) -> Said {
    let server = known(state, &call.data())?.ok_or_else(|| Refusal::bad("NO_SERVER_ID"))?.id;
    let closed = clock::close_all(state, server, call.now);
    Answer::json(&json!({ "success": true, "data": closed.iter().map(clock::shown).collect::<Vec<_>>() }))
}
