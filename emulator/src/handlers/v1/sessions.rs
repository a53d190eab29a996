//! Sessions on game servers.

use serde_json::{Value, json};

use super::{Answer, Call, Refusal, Said};
use crate::handlers::call::Fields;
use crate::handlers::sessions::{self, by, running};
use crate::state::{Session, State};

/// Whatever else stands in the way.
fn failed<T>(_: T) -> Refusal {
    Refusal::bad("SESSION_ERROR")
}

fn server(state: &State, data: &Fields<'_>) -> Result<i64, Refusal> {
    let id = data.id("serverId").map_err(failed)?.ok_or_else(|| Refusal::bad("NO_SERVER_ID"))?;
    let found = state.servers.iter().map(|server| server.id).find(|known| known.to_string() == id);
    found.ok_or_else(|| Refusal::bad("INVALID_SERVER"))
}

/// The account that must be named.
fn who(state: &State, data: &Fields<'_>) -> Result<String, Refusal> {
    by(state, data).map_err(failed)?.ok_or_else(|| failed(()))
}

/// A session: the community's id stands where version 2 has its UUID.
fn shown(state: &State, session: &Session) -> Value {
    let mut value = sessions::shown(session);
    value["community"] = json!(state.community.id);
    value
}

pub(super) fn get_current_session(state: &mut State, call: &Call) -> Said {
    let server = server(state, &call.data())?;
    let session = running(state, server).ok().map(|place| shown(state, &state.sessions[place]));
    Answer::json(&session)
}

pub(super) fn start_session(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let server = server(state, &data)?;
    let who = who(state, &data)?;
    let session = sessions::start(state, server, Some(who), call.now).clone();
    Answer::json(&shown(state, &session))
}

pub(super) fn stop_session(state: &mut State, call: &Call) -> Said {
    leave(state, call, |session, who| session.end(Some(who), call.now))
}

pub(super) fn cancel_session(state: &mut State, call: &Call) -> Said {
    leave(state, call, |session, who| session.cancel(Some(who)))
}

/// What becomes of the running session.
fn leave(state: &mut State, call: &Call, change: impl FnOnce(&mut Session, String)) -> Said {
    let data = call.data();
    let server = server(state, &data)?;
    let who = who(state, &data)?;
    let place = running(state, server).map_err(failed)?;
    change(&mut state.sessions[place], who);
    Answer::json(&shown(state, &state.sessions[place]))
}
