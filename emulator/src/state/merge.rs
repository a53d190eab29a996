//! Merging a change into a state document.

use serde_json::{Map, Value};

/// The lists whose entries are known by an id: where they are, which member that is, and whether it is a number.
const LISTS: &[(&str, &str, bool)] = &[
    ("accounts", "accId", false),
    ("accounts.clockData.data", "id", false),
    ("accounts.identifiers.idents", "id", false),
    ("accounts.profileFields.data", "id", false),
    ("accounts.unitIdentifiers", "id", false),
    ("activities", "id", false),
    ("community.clockInTypes", "id", false),
    ("community.customLogTypes", "id", false),
    ("community.departments", "uuid", false),
    ("community.departments.ranks", "id", false),
    ("community.profileFields", "id", false),
    ("community.promotionFlows", "id", false),
    ("community.shortLinks", "path", false),
    ("events", "id", false),
    ("games", "robloxJoinCode", false),
    ("rankChanges", "undoId", false),
    ("records", "id", false),
    ("rosters", "id", true),
    ("rosters.columns", "field", false),
    ("rosters.v1Columns", "field", false),
    ("servers", "id", true),
    ("sessions", "id", false),
    ("submissions", "formId", true),
    ("submissions.stages", "id", false),
    ("templates", "id", true),
    ("templates.stages", "id", false),
];

/// Objects merge member by member, and null removes a member. A list of things with ids takes an object by id the same
/// way, or a list, each entry of which is merged into the one with its id or added. Anything else takes the place of
/// what was there.
pub(super) fn merge(target: &mut Value, change: Value, place: &str) -> Result<(), String> {
    let list = LISTS.iter().find(|(known, _, _)| *known == place);
    match (list, change) {
        (Some(&(_, id, number)), change @ (Value::Array(_) | Value::Object(_))) => {
            let entries = entries(change, place, id, number)?;
            if !target.is_array() {
                *target = Value::Array(Vec::new());
            }
            let Value::Array(target) = target else { return Ok(()) };
            entries.into_iter().try_for_each(|(key, entry)| merge_entry(target, key, entry, place, id))
        }
        (_, Value::Object(change)) => merge_members(target, change, place),
        (_, change) => {
            *target = change;
            Ok(())
        }
    }
}

fn merge_members(target: &mut Value, change: Map<String, Value>, place: &str) -> Result<(), String> {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return Ok(()) };
    for (name, change) in change {
        if change.is_null() {
            target.shift_remove(&name);
            continue;
        }
        let inside = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        merge(target.entry(name).or_insert(Value::Null), change, &inside)?;
    }
    Ok(())
}

/// Merges an entry into the one with its id, adds it, or removes it when it is null.
fn merge_entry(
    target: &mut Vec<Value>,
    key: Value,
    entry: Value,
    place: &str,
    id: &str,
) -> Result<(), String> {
    let known = target.iter().position(|known| known[id] == key);
    match (known, entry) {
        (Some(known), Value::Null) => drop(target.remove(known)),
        (None, Value::Null) => return Err(format!("{place}: there is no {key} to remove")),
        (Some(known), Value::Object(entry)) => merge_members(&mut target[known], entry, place)?,
        (None, Value::Object(entry)) => {
            let mut added = Value::Object(Map::from_iter([(id.to_owned(), key)]));
            merge_members(&mut added, entry, place)?;
            target.push(added);
        }
        (_, _) => return Err(format!("{place}: {key} must be an object")),
    }
    Ok(())
}

/// The entries of a change with their ids.
fn entries(change: Value, place: &str, id: &str, number: bool) -> Result<Vec<(Value, Value)>, String> {
    match change {
        Value::Object(change) => change
            .into_iter()
            .map(|(name, entry)| {
                let whole = || name.parse().map(|id: i64| Value::from(id));
                let key = if number {
                    whole().map_err(|_| format!("{place}: {name} is no number"))?
                } else {
                    Value::from(name)
                };
                match entry.get(id).filter(|own| **own != key) {
                    Some(own) => Err(format!("{place}: {key} has another {id} in it: {own}")),
                    None => Ok((key, entry)),
                }
            })
            .collect(),
        Value::Array(change) => change
            .into_iter()
            .map(|entry| match entry.get(id) {
                Some(key) => Ok((key.clone(), entry)),
                None => Err(format!("{place}: each entry needs its {id}")),
            })
            .collect(),
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::State;

    fn merged(target: Value, change: Value) -> Result<Value, String> {
        let mut target = target;
        merge(&mut target, change, "").map(|()| target)
    }

    #[test]
    fn objects_merge_and_null_removes() {
        let target = json!({ "community": { "id": "a", "name": "b" }, "ids": 3, "keys": ["x", "y"] });
        let change = json!({ "community": { "name": "c", "website": "d" }, "ids": null, "keys": ["z"] });
        let expected = json!({ "community": { "id": "a", "name": "c", "website": "d" }, "keys": ["z"] });
        assert_eq!(merged(target, change), Ok(expected));
    }

    #[test]
    fn entries_are_found_by_their_id() {
        let target = json!({ "servers": [{ "id": 1, "name": "a" }, { "id": 2, "name": "b" }] });
        let list = json!({ "servers": [{ "id": 2, "port": "7" }, { "id": 3 }] });
        let expected = json!({ "servers": [{ "id": 1, "name": "a" }, { "id": 2, "name": "b", "port": "7" }, { "id": 3 }] });
        assert_eq!(merged(target.clone(), list), Ok(expected.clone()));
        let by_id = json!({ "servers": { "2": { "port": "7" }, "3": {} } });
        assert_eq!(merged(target.clone(), by_id), Ok(expected));
        let removed = json!({ "servers": [{ "id": 2, "name": "b" }] });
        assert_eq!(merged(target, json!({ "servers": { "1": null } })), Ok(removed));
    }

    #[test]
    fn lists_inside_entries_merge_too() {
        let row = |id: &str, kind: &str| json!({ "id": id, "type": kind });
        let account = |rows: Value| json!({ "accounts": [{ "accId": "x", "clockData": { "data": rows } }] });
        let target = account(json!([row("1", "patrol"), row("2", "patrol")]));
        let change = account(json!([row("2", "regular"), row("3", "regular")]));
        let expected = account(json!([row("1", "patrol"), row("2", "regular"), row("3", "regular")]));
        assert_eq!(merged(target.clone(), change), Ok(expected.clone()));
        assert_eq!(merged(json!({}), expected.clone()), Ok(expected), "into nothing");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let target = json!({ "servers": [{ "id": 1 }] });
        for (change, part) in [
            (json!({ "servers": [{ "name": "x" }] }), "servers: each entry needs its id"),
            (json!({ "servers": { "x": {} } }), "servers: x is no number"),
            (json!({ "servers": { "1": { "id": 2 } } }), "servers: 1 has another id in it: 2"),
            (json!({ "servers": { "9": null } }), "servers: there is no 9 to remove"),
            (json!({ "servers": { "1": 7 } }), "servers: 1 must be an object"),
        ] {
            assert_eq!(merged(target.clone(), change), Err(part.to_owned()));
        }
    }

    /// Every list of objects in a document, with the names of the first one's members.
    fn lists(value: &Value, place: &str, found: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let inside = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                    lists(value, &inside, found);
                }
            }
            Value::Array(entries) => {
                found.extend(
                    entries
                        .first()
                        .filter(|entry| entry.is_object())
                        .map(|entry| (place.to_owned(), entry.clone())),
                );
                for entry in entries {
                    lists(entry, place, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn the_ids_are_those_of_the_state() {
        let seed: Value = serde_json::from_slice(&State::seed().document()).expect("JSON");
        let mut found = Vec::new();
        lists(&seed, "", &mut found);
        // These have no ids.
        let others = ["games.players", "servers.aceConfig.mappings", "records.history"];
        for (place, entry) in found.iter().filter(|(place, _)| !others.contains(&place.as_str())) {
            let (_, id, number) =
                LISTS.iter().find(|(known, _, _)| known == place).unwrap_or_else(|| panic!("{place}"));
            assert_eq!((entry[id].is_i64(), entry[id].is_string()), (*number, !number), "{place}");
        }
        let known =
            LISTS.iter().filter(|(place, _, _)| found.iter().any(|(found, _)| found == place)).count();
        assert!(known + 1 >= LISTS.len(), "the seed has one of almost everything");
    }
}
