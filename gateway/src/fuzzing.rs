//! What must hold whatever comes in: one function for each fuzz target in `fuzz/` that concerns the gateway. The ordinary
//! tests run them over the inputs that are kept there.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use sonoran::{Call, operations};

use crate::config::{Ceilings, Listeners, PerOperation, entries_of};
use crate::door::read;
use crate::schemas::with_right_empties;
use crate::tokens::Tokens;

/// A shorter key could be a part of any word.
const LEAST_KEY: usize = 8;

/// A configuration or tokens file is understood or refused, and shows no key either way.
pub fn config(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        assert!(Tokens::parse(input).is_err());
        return;
    };
    match entries_of(text, |_| true) {
        Ok(entries) => {
            let key = entries.api_key.as_ref().map_or("", |key| key.expose_secret());
            let only_there = text.matches(key).count() == 1;
            assert!(key.len() < LEAST_KEY || !only_there || !format!("{entries:?}").contains(key));
        }
        Err(problem) => assert!(!problem.is_empty()),
    }
    assert!(Tokens::parse(input).err().is_none_or(|problem| !problem.is_empty()));
    for line in text.lines() {
        let _ = (line.parse::<PerOperation>(), line.parse::<Ceilings>(), line.parse::<Listeners>());
    }
}

/// A call at the door is understood or refused, and what is to be sent is JSON.
pub fn door(input: &[u8]) {
    let [high, low, body @ ..] = input else { return };
    let operation = operations()[usize::from(u16::from_be_bytes([*high, *low])) % operations().len()];
    let Ok(asked) = read(operation, body) else { return };
    serde_json::from_str::<Vec<IgnoredAny>>(&asked.arguments).expect("a list");
    if let Some(payload) = &asked.payload {
        serde_json::from_str::<IgnoredAny>(payload).expect("JSON");
        assert_eq!(&with_right_empties(operation.name, payload.clone()), payload, "it is right already");
    }
    let _ = Call::from_json(operation.name, &asked.arguments, asked.payload, None);
    // Everything of an object that is not empty is kept.
    let Ok(text) = std::str::from_utf8(body) else { return };
    if let Some(members) = names(text) {
        let mended = with_right_empties(operation.name, text.to_owned());
        assert!(members.is_empty() || names(&mended) == Some(members), "{text} is not {mended}");
    }
}

/// The names of an object's members.
fn names(text: &str) -> Option<BTreeSet<String>> {
    let members: Map<String, Value> = serde_json::from_str(text).ok()?;
    Some(members.into_iter().map(|(name, _)| name).collect())
}

#[cfg(test)]
#[path = "../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::replay::replay;

    #[test]
    fn configurations() {
        replay("gateway_config", super::config);
    }

    #[test]
    fn calls() {
        replay("gateway_door", super::door);
    }
}
