//! Why a body is not taken for an event.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::EVENT_BYTES;

/// A body that is no event of this community. Its message is made of fixed words: no part of the body or
/// of a key is in it.
///
/// ```
/// use sonoran::{EventErrorKind, EventKeys, parse_event};
///
/// let keys = EventKeys::new(["YOUR_API_KEY"])?;
/// let refused = parse_event(r#"{"key": "ANOTHER", "type": "ACCOUNT_KICKED"}"#, &keys).unwrap_err();
/// assert_eq!((refused.kind, refused.status()), (EventErrorKind::Auth, 401));
/// # Ok::<(), sonoran::ArgumentError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct EventError {
    /// What the refusal is about.
    pub kind: EventErrorKind,
    /// What is wrong, as a plain sentence.
    pub reason: String,
}

impl EventError {
    /// The HTTP status to answer with: 401, 413 or 400.
    pub fn status(&self) -> u16 {
        match self.kind {
            EventErrorKind::Auth => 401,
            EventErrorKind::TooLarge => 413,
            EventErrorKind::Malformed => 400,
        }
    }

    /// The refusal as a JSON object, for the language bindings: `kind`, `reason`, `status`.
    ///
    /// # Panics
    ///
    /// Never: every part of it can be written as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a refusal is JSON")
    }

    pub(super) fn unproven() -> Self {
        let reason = "The event's `key` is missing or is not a key of this community.".to_owned();
        Self { kind: EventErrorKind::Auth, reason }
    }

    pub(super) fn too_large() -> Self {
        let reason = format!("The body has more than {} KiB.", EVENT_BYTES / 1024);
        Self { kind: EventErrorKind::TooLarge, reason }
    }

    pub(super) fn malformed(reason: impl Into<String>) -> Self {
        Self { kind: EventErrorKind::Malformed, reason: reason.into() }
    }
}

impl Serialize for EventError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("EventError", 3)?;
        members.serialize_field("kind", self.kind.as_str())?;
        members.serialize_field("reason", &self.reason)?;
        members.serialize_field("status", &self.status())?;
        members.end()
    }
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventErrorKind {
    /// The key is missing or wrong (401).
    Auth,
    /// The body is too large (413).
    TooLarge,
    /// The body is no event (400).
    Malformed,
}

impl EventErrorKind {
    /// The name of the kind, the same in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::TooLarge => "tooLarge",
            Self::Malformed => "malformed",
        }
    }
}

impl fmt::Display for EventErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
