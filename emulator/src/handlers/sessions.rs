//! Sessions on game servers. At most one runs on each.

use serde_json::{Value, json};

use super::{Answer, Call, Handled, people, servers};
use crate::problem::Problem;
use crate::state::{Session, State};

/// The server and the account that the body names.
fn named(state: &State, call: &Call) -> Result<(i64, Option<String>), Problem> {
    let body = call.body();
    let server = servers::or_first(state, "serverId", body.integer("serverId")?)?;
    let account = people::maybe_in_body(state, &body)?;
    Ok((server, account.map(|account| state.accounts[account].acc_id.clone())))
}

fn running(state: &State, server: i64) -> Result<usize, Problem> {
    let found = state.sessions.iter().position(|session| session.running && session.server_id == server);
    found.ok_or_else(|| Problem::not_found(format!("No session is running on server {server}.")))
}

/// The row without what the API does not show.
fn shown(session: &Session) -> Value {
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
    if let Ok(place) = running(state, server_id) {
        end(&mut state.sessions[place], started_by.clone(), call);
    }
    let session = Session {
        id: state.ids.next(),
        sys_status: true,
        community: state.community.uuid.clone(),
        server_id,
        started_by,
        started_at: call.now,
        running: true,
        ..Session::default()
    };
    let answer = Answer::data(&shown(&session));
    state.sessions.push(session);
    answer
}

fn end(session: &mut Session, by: Option<String>, call: &Call) {
    session.ended_by = by;
    session.ended_at = Some(call.now);
    session.running = false;
}

pub(super) fn stop_session(state: &mut State, call: &Call) -> Handled {
    let (server, by) = named(state, call)?;
    let place = running(state, server)?;
    let session = &mut state.sessions[place];
    end(session, by, call);
    Answer::data(&shown(session))
}

pub(super) fn cancel_session(state: &mut State, call: &Call) -> Handled {
    let (server, by) = named(state, call)?;
    let place = running(state, server)?;
    let session = &mut state.sessions[place];
    session.cancelled_by = by;
    session.running = false;
    Ok(Answer::nothing())
}
