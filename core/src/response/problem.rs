//! A refusal's JSON object: a problem document of the service (RFC 9457), or what its gateway says.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

/// The members that may say why, the most telling first.
const EXPLAIN: [&str; 5] = ["detail", "message", "reason", "title", "error"];

/// A JSON object that came in the place of a result.
pub(super) struct Problem {
    pub(super) document: Box<RawValue>,
    members: HashMap<String, Value>,
}

impl Problem {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let document: &RawValue = serde_json::from_slice(body).ok()?;
        document.get().starts_with('{').then(|| Self {
            document: document.to_owned(),
            members: serde_json::from_str(document.get()).unwrap_or_default(),
        })
    }

    /// What it says, the most telling first; members of other types are passed over (RFC 9457 section
    /// 3.1).
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        EXPLAIN.iter().filter_map(|name| self.text(name))
    }

    /// A member that holds a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        Some(self.members.get(name)?.as_str()?.trim()).filter(|text| !text.is_empty())
    }

    /// Whether the edge network before the service sent it, which says so.
    pub(super) fn is_of_the_edge(&self) -> bool {
        self.members.get("cloudflare_error") == Some(&Value::Bool(true))
    }
}
