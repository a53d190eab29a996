//! Game servers and their ACE mappings.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::call::Fields;
use super::{Answer, Call, Handled};
use crate::problem::Problem;
use crate::state::{AceConfig, Game, Server, State};
use crate::time::Timestamp;

/// What a server is sent with and the API does not show again.
pub(super) const HIDDEN: [&str; 2] = ["erlcApiKey", "robloxMetadata"];

/// The server that the path's first parameter names.
pub(super) fn in_path<'a>(state: &'a State, call: &Call) -> Result<&'a Server, Problem> {
    let id = call.path_integer(0);
    state.server(id).ok_or_else(|| Problem::not_found(format!("There is no server {id}.")))
}

/// A server's number: the one given, or the community's first server.
pub(super) fn or_first(state: &State, field: &str, given: Option<i64>) -> Result<i64, Problem> {
    let id = given.or_else(|| state.servers.iter().map(|server| server.id).min());
    let id = id.ok_or_else(|| Problem::unknown(field, "The community has no server."))?;
    match state.server(id) {
        Some(_) => Ok(id),
        None => Err(Problem::unknown(field, format!("There is no server {id}."))),
    }
}

pub(super) fn get_servers(state: &mut State, _: &Call) -> Handled {
    Answer::data(&container(state))
}

pub(super) fn add_servers(state: &mut State, call: &Call) -> Handled {
    put(state, &entries(&call.body())?, state.servers.clone(), call.now)?;
    Answer::data(&container(state))
}

pub(super) fn set_servers(state: &mut State, call: &Call) -> Handled {
    put(state, &entries(&call.body())?, Vec::new(), call.now)?;
    Answer::data(&container(state))
}

fn entries<'a>(body: &Fields<'a>) -> Result<Vec<Fields<'a>>, Problem> {
    body.required("servers", body.get("servers"))?;
    body.objects("servers")
}

/// Puts the entries onto `servers`, and these in place of the present list; an entry whose id is taken replaces that
/// server, and one without an id gets the next number. Two with one id are a slip. A join code seen for the first time
/// has an empty game behind it.
pub(super) fn put(
    state: &mut State,
    entries: &[Fields<'_>],
    mut servers: Vec<Server>,
    now: Timestamp,
) -> Result<(), Problem> {
    let mut used = ids(state, entries)?;
    for entry in entries {
        let id = if let Some(id) = entry.integer("id")? {
            id
        } else {
            let next = next_number(&used);
            used.insert(next);
            next
        };
        let server = read_server(entry, id, state.server(id), now)?;
        match servers.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = server,
            None => servers.push(server),
        }
    }
    state.servers = servers;
    for code in state.servers.iter().map(|server| &server.roblox_join_code) {
        if !code.is_empty() && !state.games.iter().any(|game| game.roblox_join_code == *code) {
            state.games.push(Game { roblox_join_code: code.clone(), ..Game::default() });
        }
    }
    Ok(())
}

/// The ids that are there or are given.
fn ids(state: &State, entries: &[Fields<'_>]) -> Result<HashSet<i64>, Problem> {
    let mut given = HashSet::new();
    for entry in entries {
        let Some(id) = entry.integer("id")? else { continue };
        if !given.insert(id) {
            return Err(Problem::field(entry.name("id"), format!("is that of another entry too: {id}")));
        }
    }
    given.extend(state.servers.iter().map(|server| server.id));
    Ok(given)
}

/// The number behind the last; where there is none, the first that is free.
fn next_number(used: &HashSet<i64>) -> i64 {
    let last = used.iter().copied().max().unwrap_or(0).max(0);
    let first_free = || (1..=i64::MAX).find(|number| !used.contains(number)).unwrap_or_default();
    last.checked_add(1).unwrap_or_else(first_free)
}

fn read_server(
    entry: &Fields<'_>,
    id: i64,
    before: Option<&Server>,
    now: Timestamp,
) -> Result<Server, Problem> {
    let text = |field| Ok::<_, Problem>(entry.text(field)?.unwrap_or_default().to_owned());
    let kind = text("type")?;
    let unchanged = before.filter(|before| before.r#type == kind);
    // An aceConfig without mappings says nothing about them.
    let mappings = match entry.get("aceConfig") {
        Some(config) => Fields::of(config, &entry.name("aceConfig.")).list("mappings")?.map(read_mappings),
        None => None,
    };
    let mappings = mappings.or_else(|| before.map(|before| before.ace_config.mappings.clone()));
    Ok(Server {
        id,
        name: text("name")?,
        description: text("description")?,
        ip: if sends_null(entry, "ip") { None } else { Some(text("ip")?) },
        port: entry.id("port")?.unwrap_or_default(),
        type_last_updated: unchanged.map_or(now, |before| before.type_last_updated),
        r#type: kind,
        roblox_join_code: text("robloxJoinCode")?,
        ace_config: AceConfig { mappings: mappings.unwrap_or_default() },
        extra: further_fields(entry),
    })
}

fn sends_null(entry: &Fields<'_>, field: &str) -> bool {
    entry.all().and_then(|fields| fields.get(field)).is_some_and(Value::is_null)
}

/// The fields that a server was sent with beyond those that the emulator knows.
fn further_fields(entry: &Fields<'_>) -> Map<String, Value> {
    const KNOWN: [&str; 9] =
        ["id", "name", "description", "ip", "port", "typeLastUpdated", "type", "robloxJoinCode", "aceConfig"];
    let fields = entry.all().into_iter().flatten();
    let further = fields.filter(|(name, _)| !KNOWN.contains(&name.as_str()));
    further.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn container(state: &State) -> Value {
    json!({ "servers": state.servers.iter().map(shown).collect::<Vec<_>>() })
}

fn shown(server: &Server) -> Value {
    let mut value = json!(server);
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, _| !HIDDEN.contains(&name.as_str()));
    }
    value
}

pub(super) fn get_ace_config(state: &mut State, call: &Call) -> Handled {
    Answer::data(&in_path(state, call)?.ace_config.mappings)
}

pub(super) fn set_ace_config(state: &mut State, call: &Call) -> Handled {
    let id = in_path(state, call)?.id;
    let body = call.body();
    let mappings = body.required("mappings", body.list("mappings")?)?;
    body.objects("mappings")?;
    let config = AceConfig { mappings: read_mappings(mappings) };
    let answer = Answer::data(&config);
    if let Some(server) = state.server_mut(id) {
        server.ace_config = config;
    }
    answer
}

/// Mappings as they are read back: ranks and a principal. The documentation's sample sends them in an older form,
/// with a Discord role and an ACE group, and is answered in this one.
fn read_mappings(mappings: &[Value]) -> Vec<Value> {
    mappings.iter().map(read_mapping).collect()
}

fn read_mapping(mapping: &Value) -> Value {
    let mut fields = mapping.as_object().cloned().unwrap_or_default();
    let role = fields.shift_remove("discordRoleId");
    let group = fields.shift_remove("aceGroup");
    let ranks = fields.shift_remove("ranks").unwrap_or_else(|| role.into_iter().collect());
    let principal =
        fields.shift_remove("principal").or_else(|| Some(json!(format!("group:{}", group?.as_str()?))));
    let mut read = Map::from_iter([("ranks".to_owned(), ranks)]);
    read.insert("principal".to_owned(), principal.unwrap_or_else(|| json!("")));
    read.extend(fields);
    Value::Object(read)
}

pub(super) fn set_server_type(state: &mut State, call: &Call) -> Handled {
    let id = in_path(state, call)?.id;
    let body = call.body();
    let kind = body.required("type", body.text("type")?)?.to_owned();
    let Some(server) = state.server_mut(id) else {
        return Err(Problem::not_found(format!("There is no server {id}.")));
    };
    server.r#type = kind;
    server.type_last_updated = call.now;
    Answer::data(&shown(server))
}
