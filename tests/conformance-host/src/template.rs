//! Puts what is only known when the servers stand, such as their addresses, into a scenario.

use std::collections::HashMap;

use serde_json::Value;

/// What stands for `${name}`.
pub(crate) type Names = HashMap<String, String>;

/// Replaces every `${name}` in every text of a document.
///
/// # Errors
///
/// When there is no such name.
pub(crate) fn fill(document: &mut Value, names: &Names) -> Result<(), String> {
    match document {
        Value::String(text) if text.contains("${") => {
            *text = filled(text, names)?;
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| fill(item, names)),
        Value::Object(members) => members.values_mut().try_for_each(|value| fill(value, names)),
        _ => Ok(()),
    }
}

fn filled(text: &str, names: &Names) -> Result<String, String> {
    let mut parts = text.split("${");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').ok_or_else(|| format!("no end of ${{{part}"))?;
        filled.push_str(names.get(name).ok_or_else(|| format!("nothing is named {name}"))?);
        filled.push_str(rest);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_replaced_wherever_they_stand() {
        let names = Names::from([("a.url".to_owned(), "URL".to_owned())]);
        let mut document = json!([{ "x": "<${a.url}${a.url}>" }, "$5", 1]);
        fill(&mut document, &names).unwrap();
        assert_eq!(document, json!([{ "x": "<URLURL>" }, "$5", 1]));
        assert!(fill(&mut json!("${b}"), &names).is_err());
    }
}
