//! Game servers.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Refusal, Said};
use crate::handlers::call::Fields;
use crate::handlers::servers::{self, HIDDEN};
use crate::state::{Server, State};

/// The server that the data names, if it names one.
pub(super) fn known<'a>(state: &'a State, data: &Fields<'_>) -> Result<Option<&'a Server>, Refusal> {
    let Some(id) = data.id("serverId")? else { return Ok(None) };
    let found = state.servers.iter().find(|server| server.id.to_string() == id);
    found.map(Some).ok_or_else(|| Refusal::bad("INVALID_SERVER"))
}

pub(super) fn get_game_servers(state: &mut State, _: &Call) -> Said {
    let servers = state.servers.iter().map(|server| {
        let ranks =
            server.extra.iter().filter(|(name, _)| *name == "allowedRanks" || *name == "blockedRanks");
        let mut shown = Map::new();
        shown.insert("id".to_owned(), json!(server.id));
        shown.insert("name".to_owned(), json!(server.name));
        shown.insert("description".to_owned(), json!(server.description));
        shown.extend(ranks.map(|(name, value)| (name.clone(), value.clone())));
        shown
    });
    Answer::json(&json!({ "servers": servers.collect::<Vec<_>>() }))
}

pub(super) fn set_game_servers(state: &mut State, call: &Call) -> Said {
    put(state, call, Vec::new())
}

pub(super) fn add_game_servers(state: &mut State, call: &Call) -> Said {
    put(state, call, state.servers.clone())
}

fn put(state: &mut State, call: &Call, onto: Vec<Server>) -> Said {
    for entry in call.list()? {
        entry.required("name", entry.text("name")?)?;
    }
    let whole = completed(state, call.entries());
    let entries: Vec<Fields<'_>> = whole
        .iter()
        .enumerate()
        .map(|(index, entry)| Fields::of(entry, &format!("data[{index}].")))
        .collect();
    servers::put(state, &entries, onto, call.now)?;
    Answer::json(&json!({ "success": true, "data": state.servers.iter().map(shown).collect::<Vec<_>>() }))
}

/// The entries with what version 1 does not know of an old server.
fn completed(state: &State, entries: &[Value]) -> Vec<Value> {
    let complete = entries.iter().filter_map(Value::as_object).map(|entry| {
        let mut entry = entry.clone();
        let id = Fields::of(&json!(entry), "").integer("id").ok().flatten();
        if let Some(before) = id.and_then(|id| state.server(id)) {
            entry.entry("type").or_insert_with(|| json!(before.r#type));
            entry.entry("robloxJoinCode").or_insert_with(|| json!(before.roblox_join_code));
        }
        Value::Object(entry)
    });
    complete.collect()
}

fn shown(server: &Server) -> Value {
    let mut shown = json!({
        "id": server.id,
        "name": server.name,
        "description": server.description,
        // The documentation has a text here, where version 2 may have null.
        "ip": server.ip.as_deref().unwrap_or_default(),
        "port": server.port,
    });
    if let Some(fields) = shown.as_object_mut() {
        let further = server.extra.iter().filter(|(name, _)| !HIDDEN.contains(&name.as_str()));
        fields.extend(further.map(|(name, value)| (name.clone(), value.clone())));
    }
    shown
}
