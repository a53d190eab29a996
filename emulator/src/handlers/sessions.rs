//! Sessions on game servers. At most one runs on each.

use serde_json::{Value, json};

use super::call::Fields;
use super::{Answer, Call, Handled, people, servers};
use crate::problem::Problem;
use crate::state::{Session, State};
use crate::time::Timestamp;

/// The server and the account that the body names.
fn named(state: &State, call: &Call) -> Result<(i64, Option<String>), Problem> {
    let body = call.body();
    let server = servers::or_first(state, "serverId", body.integer("serverId")?)?;
    Ok((server, by(state, &body)?))
}

/// The account that the body names, if it does.
pub(super) fn by(state: &State, body: &Fields<'_>) -> Result<Option<String>, Problem> {
    let account = people::maybe_in_body(state, body)?;
    Ok(account.map(|account| state.accounts[account].acc_id.clone()))
}

/// The place of the session that runs on a server.
pub(super) fn running(state: &State, server: i64) -> Result<usize, Problem> {
    let found = state.sessions.iter().position(|session| session.running && session.server_id == server);
    found.ok_or_else(|| Problem::not_found(format!("No session is running on server {server}.")))
}

/// The row without what the API does not show.
pub(super) fn shown(session: &Session) -> Value {
    let mut value = json!(session);
    value.as_object_mut().map(|fields| fields.shift_remove("running"));
    value
}

pub(super) fn get_current_session(state: &mut State, call: &Call) -> Handled {
    let given = match call.input.query.get("serverId") {
        None => None,
        Some(value) => {
            let id = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
            let unknown = || Problem::unknown("serverId", format!("There is no server {value}."));
            Some(id.ok_or_else(unknown)?)
        }
    };
    let server = servers::or_first(state, "serverId", given)?;
    Answer::data(&shown(&state.sessions[running(state, server)?]))
}

pub(super) fn start_session(state: &mut State, call: &Call) -> Handled {
    let (server_id, started_by) = named(state, call)?;
    Answer::data(&shown(start(state, server_id, started_by, call.now)))
}

/// Begins a session; the one that runs on the server ends.
pub(super) fn start(
    state: &mut State,
    server_id: i64,
    started_by: Option<String>,
    now: Timestamp,
) -> &Session {
    if let Ok(place) = running(state, server_id) {
        state.sessions[place].end(started_by.clone(), now);
    }
    let session = Session {
        id: state.ids.next(),
        sys_status: true,
        community: state.community.uuid.clone(),
        server_id,
        started_by,
        started_at: now,
        running: true,
        ..Session::default()
    };
    state.sessions.push(session);
    &state.sessions[state.sessions.len() - 1]
}

pub(super) fn stop_session(state: &mut State, call: &Call) -> Handled {
    let (server, by) = named(state, call)?;
    let place = running(state, server)?;
    let session = &mut state.sessions[place];
    session.end(by, call.now);
    Answer::data(&shown(session))
}

pub(super) fn cancel_session(state: &mut State, call: &Call) -> Handled {
    let (server, by) = named(state, call)?;
    let place = running(state, server)?;
    state.sessions[place].cancel(by);
    Ok(Answer::nothing())
}
