//! Reading of answers that are not quite as they are documented.

use bytes::Bytes;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The body without the mark of its byte order, which JSON is not to have and may be let pass with (RFC 8259 section 8.1).
pub(super) fn without_mark(body: Bytes) -> Bytes {
    if body.starts_with("\u{feff}".as_bytes()) { body.slice("\u{feff}".len()..) } else { body }
}

/// What an answer's `success` says, also as a text or a number; none where that is neither yes nor no.
pub(super) fn yes_or_no(success: &RawValue) -> Option<bool> {
    let said = success.get().trim_matches('"');
    let is = |words: [&str; 2]| words.iter().any(|word| said.eq_ignore_ascii_case(word));
    if is(["true", "1"]) { Some(true) } else { is(["false", "0"]).then_some(false) }
}

/// The value, or its type's default where the service sends null.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// An object, also where the service sends the bare list that its `field` holds.
pub(crate) fn object_of_list<'de, D: Deserializer<'de>>(
    deserializer: D,
    field: &str,
) -> Result<Value, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(if value.is_array() { json!({ field: value }) } else { value })
}
