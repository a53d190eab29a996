//! JSON values as Python literals, for examples.

use serde_json::Value;

/// The widest line of an example.
const WIDTH: usize = 88;

/// A call with its arguments, on one line where it fits.
pub(super) fn call(target: &str, arguments: &[Value]) -> String {
    let short: Vec<String> = arguments.iter().map(inline).collect();
    let line = format!("{target}({})", short.join(", "));
    if line.len() <= WIDTH {
        return line;
    }
    let long: Vec<String> = arguments.iter().map(|value| format!("    {},\n", block(value, 1))).collect();
    format!("{target}(\n{})", long.concat())
}

/// A value on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        // Escapes of JSON mean the same in Python.
        Value::Number(_) | Value::String(_) => value.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{}: {}", key(name), inline(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

fn block(value: &Value, depth: usize) -> String {
    let short = inline(value);
    let indent = "    ".repeat(depth + 1);
    let lines: Vec<String> = match value {
        _ if indent.len() + short.len() <= WIDTH => return short,
        Value::Array(items) => {
            items.iter().map(|item| format!("{indent}{},\n", block(item, depth + 1))).collect()
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, item)| format!("{indent}{}: {},\n", key(name), block(item, depth + 1)))
            .collect(),
        _ => return short,
    };
    let (open, close) = if value.is_array() { ("[", "]") } else { ("{", "}") };
    format!("{open}\n{}{}{close}", lines.concat(), "    ".repeat(depth))
}

pub(super) fn key(name: &str) -> String {
    Value::from(name).to_string()
}
