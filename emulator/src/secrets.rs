//! Keys in what callers sent and got. Whatever is shown of that goes through here, since people show it to others.

use std::borrow::Cow;
use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// In place of a key that the world knows.
const KEY: &str = "[key]";
/// In place of what is a credential by its name.
pub(crate) const REDACTED: &str = "[redacted]";

/// A shorter key is found only where it is the whole text: it could be a part of any word.
const LEAST: usize = 8;

/// The isolated worlds' keys are told by their form, as nobody has a list of those that were deleted.
const WORLD: &str = "world-";
const WORLD_DIGITS: usize = 16;

/// Headers that hold a credential, whoever knows it.
const HEADERS: [&str; 7] =
    ["authorization", "proxy-authorization", "cookie", "apikey", "api-key", "x-api-key", "x-sonoran-key"];
/// Members and fields of the query that hold one, in lower case.
const MEMBERS: [&str; 3] = ["key", "apikey", "erlcapikey"];

/// The keys that a world knows or has known, the longest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(Arc<[String]>);

impl Secrets {
    /// These and further ones, each also as addresses have it.
    pub(crate) fn with(&self, keys: &[String]) -> Self {
        let encoded = |key: &String| utf8_percent_encode(key, NON_ALPHANUMERIC).to_string();
        let in_form = |key: &String| form_urlencoded::byte_serialize(key.as_bytes()).collect();
        let further = keys.iter().flat_map(|key| [key.clone(), encoded(key), in_form(key)]);
        let mut all: Vec<String> =
            self.0.iter().cloned().chain(further.filter(|key| !key.is_empty())).collect();
        all.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        all.dedup();
        Self(all.into())
    }

    /// The text without any key.
    pub(crate) fn mask(&self, text: &str) -> String {
        let mut masked = Cow::Borrowed(text);
        for key in &*self.0 {
            if masked == key.as_str() {
                return KEY.to_owned();
            }
            if key.len() >= LEAST && masked.contains(key.as_str()) {
                masked = masked.replace(key.as_str(), KEY).into();
            }
        }
        mask_worlds(&masked)
    }

    /// The same for every text in a value; what is a credential by its member's name is left out whole.
    pub(crate) fn mask_value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.mask(&text)),
            Value::Array(entries) => entries.into_iter().map(|entry| self.mask_value(entry)).collect(),
            Value::Object(fields) => Value::Object(self.mask_fields(fields)),
            other => other,
        }
    }

    pub(crate) fn mask_fields(&self, fields: Map<String, Value>) -> Map<String, Value> {
        let masked = fields.into_iter().map(|(name, value)| {
            let value = if is_member(&name) { redacted(value) } else { value };
            (self.mask(&name), self.mask_value(value))
        });
        masked.collect()
    }
}

/// Whether a header holds a credential.
pub(crate) fn is_header(name: &str) -> bool {
    HEADERS.contains(&name)
}

/// Whether a member holds one.
pub(crate) fn is_member(name: &str) -> bool {
    MEMBERS.contains(&name.to_ascii_lowercase().as_str())
}

/// Nothing is no secret, and an object or a list is looked through instead.
fn redacted(value: Value) -> Value {
    match value {
        Value::String(text) if !text.is_empty() => Value::from(REDACTED),
        Value::Number(_) => Value::from(REDACTED),
        Value::Array(entries) => entries.into_iter().map(redacted).collect(),
        other => other,
    }
}

fn mask_worlds(text: &str) -> String {
    let mut parts = text.split(WORLD);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.get(..WORLD_DIGITS);
        match digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            Some(_) => masked.extend([KEY, &part[WORLD_DIGITS..]]),
            None => masked.extend([WORLD, part]),
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn secrets() -> Secrets {
        let keys = ["SOME KEY/1", "SOME KEY/1.second", "short", ""];
        Secrets::default().with(&keys.map(str::to_owned))
    }

    #[test]
    fn keys_are_masked_wherever_they_stand() {
        for (text, masked) in [
            ("/v2/SOME KEY/1/x", "/v2/[key]/x"),
            ("a SOME KEY/1.second b SOME KEY/1", "a [key] b [key]"),
            ("?a=SOME%20KEY%2F1&b=SOME+KEY%2F1", "?a=[key]&b=[key]"),
            ("short", "[key]"),
            ("shorter", "shorter"),
            ("world-0123456789abcdef.wrong world-0123456789abcdef", "[key].wrong [key]"),
            ("world-wide", "world-wide"),
            ("", ""),
        ] {
            assert_eq!(secrets().mask(text), masked);
        }
    }

    #[test]
    fn values_are_masked_at_any_depth() {
        let sent = json!({
            "key": "a", "apiKey": 7, "a": [{ "ErlcApiKey": ["b", ""], "b": "short" }], "short": 1,
            "data": { "key": null, "keys": "c" },
        });
        let masked = json!({
            "key": "[redacted]", "apiKey": "[redacted]",
            "a": [{ "ErlcApiKey": ["[redacted]", ""], "b": "[key]" }], "[key]": 1,
            "data": { "key": null, "keys": "c" },
        });
        assert_eq!(secrets().mask_value(sent), masked);
    }
}
