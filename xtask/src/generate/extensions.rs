//! The `x-` fields of the documents: none but those that mean something.

use anyhow::{Result, bail};
use serde_json::Value;

use super::openapi::EXTENSIONS;

/// An `x-` field that nothing reads is a typing mistake, and would change nothing in silence.
pub(super) fn refuse_unknown(value: &Value, place: &mut Vec<String>) -> Result<()> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, child)| (name.clone(), child)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect()
        }
        _ => return Ok(()),
    };
    for (name, child) in children {
        if ["example", "examples", "x-example-query", "x-example-arguments"].contains(&name.as_str()) {
            continue;
        }
        if name.starts_with("x-") && !EXTENSIONS.contains(&name.as_str()) {
            bail!(
                "{}: nothing reads `{name}`; the fields of that kind are {}",
                place.join(" > "),
                EXTENSIONS.join(", ")
            );
        }
        place.push(name);
        refuse_unknown(child, place)?;
        place.pop();
    }
    Ok(())
}
