//! The documented events.

use serde_json::Value;

#[path = "../generated/events.rs"]
mod generated;

/// An event as the description has it.
#[derive(Debug)]
pub(crate) struct EventExample {
    /// Its type, such as `ACCOUNT_KICKED`.
    pub(crate) name: &'static str,
    /// The documented data, as JSON.
    pub(crate) data: &'static str,
}

/// The documented data of an event of this type.
pub(crate) fn example(name: &str) -> Option<Value> {
    let known = generated::EVENTS.iter().find(|event| event.name == name)?;
    serde_json::from_str(known.data).ok()
}

/// The types of the documented events.
pub(crate) fn names() -> Vec<&'static str> {
    generated::EVENTS.iter().map(|event| event.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_event_has_data() {
        assert_eq!(names(), ["ACCOUNT_UPDATED", "ACCOUNT_KICKED", "ACCOUNT_BANNED"]);
        for name in names() {
            assert!(example(name).is_some_and(|data| data.is_object()), "{name}");
        }
        assert_eq!(example("ACCOUNT_PRAISED"), None);
    }
}
