//! Slips in the names of documented fields, which the service would ignore without a word. Other names that are not
//! documented pass: the service may know more than its documentation.

use serde_json::value::RawValue;

use crate::ArgumentError;
use crate::members::Members;
use crate::operation::Known;

/// Refuses members of an object whose name is nearly that of a documented field, which itself is not there.
pub(super) fn refuse_slips<'a>(
    place: &str,
    members: &(impl Iterator<Item = (&'a str, &'a RawValue)> + Clone),
    known: &[Known],
) -> Result<(), ArgumentError> {
    for (name, value) in members.clone() {
        if let Some(field) = known.iter().find(|field| field.name == name) {
            if !field.fields.is_empty() {
                refuse_within(&format!("{place}.{name}"), value, field.fields)?;
            }
            continue;
        }
        let is_there = |wanted: &str| members.clone().any(|(given, _)| given == wanted);
        if let Some(meant) = meant(name, known)
            && !is_there(meant)
        {
            let problem = format!("is no documented field: did you mean {meant}?");
            return Err(ArgumentError::value(format!("{place}.{name}"), problem));
        }
    }
    Ok(())
}

/// The same for an object, or for each in a list.
fn refuse_within(place: &str, value: &RawValue, known: &[Known]) -> Result<(), ArgumentError> {
    if let Ok(members) = serde_json::from_str::<Members<'_>>(value.get()) {
        return refuse_slips(place, &members.iter(), known);
    }
    let items: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
    let mut items = items.into_iter().enumerate();
    items.try_for_each(|(index, item)| refuse_within(&format!("{place}[{index}]"), item, known))
}

/// The documented field that a name was most likely meant to be.
fn meant(name: &str, known: &[Known]) -> Option<&'static str> {
    let given = plain(name);
    known.iter().map(|field| field.name).find(|field| is_near(&given, &plain(field)))
}

/// A name without what is a matter of habit: case, and signs between words.
fn plain(name: &str) -> Vec<char> {
    name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether plain names are the same, or two letters beside each other have changed places. A letter more, less or another
/// makes too many words: plurals, `game` of `name`. Letters that changed places seldom make one, such as `form` of `from`, and
/// then the right name is most often there as well.
fn is_near(one: &[char], other: &[char]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let Some(at) = one.iter().zip(other).position(|(one, other)| one != other) else { return true };
    at + 1 < one.len()
        && (one[at], one[at + 1]) == (other[at + 1], other[at])
        && one[at + 2..] == other[at + 2..]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &[Known] = &[Known { name: "robloxMetadata", fields: &[] }];
    const PAYLOAD: &[Known] = &[
        Known { name: "accId", fields: &[] },
        Known { name: "type", fields: &[] },
        Known { name: "remove", fields: &[] },
        Known { name: "servers", fields: SERVER },
    ];

    fn refused(payload: &str) -> Option<String> {
        let payload: &RawValue = serde_json::from_str(payload).expect("it is JSON");
        refuse_within("payload", payload, PAYLOAD).err().map(|error| error.to_string())
    }

    #[test]
    fn slips_are_refused_at_any_depth_and_other_names_pass() {
        for (payload, place, meant) in [
            (r#"{"acc_id": 1}"#, "payload.acc_id", "accId"),
            (r#"{"x": {}, "REMOVE": []}"#, "payload.REMOVE", "remove"),
            (r#"{"tpye": "x"}"#, "payload.tpye", "type"),
            (r#"{"remvoe": []}"#, "payload.remvoe", "remove"),
            (
                r#"{"servers": [{}, {"robloxMetaData": 1}]}"#,
                "payload.servers[1].robloxMetaData",
                "robloxMetadata",
            ),
            (r#"[{"accId": 1}, {"accid": 1}]"#, "payload[1].accid", "accId"),
        ] {
            let told = format!("{place} is no documented field: did you mean {meant}?");
            assert_eq!(refused(payload).as_deref(), Some(told.as_str()), "{payload}");
        }
        for payload in [
            r#"{"accId": 1, "acc_id": 1}"#,
            r#"{"adds": [], "removed": [], "servres2": 1, "other": {"acc_id": 1}}"#,
            r#"{"servers": {"roblox": 1}}"#,
            r#"{"servers": 5}"#,
            r#""text""#,
            "null",
        ] {
            assert_eq!(refused(payload), None, "{payload}");
        }
    }
}
