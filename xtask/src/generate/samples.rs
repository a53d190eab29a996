//! The documented call of an operation as code, in each language.

use serde_json::{Map, Value};

use super::model::{Api, Argument, Operation, Type};
use super::names::{Language, Use, identifier};

/// Objects longer than this are written over several lines.
const WIDTH: usize = 72;

pub(crate) fn python(operation: &Operation) -> String {
    let call = format!("{}({})", operation.local, arguments(operation, python_value));
    format!("response = instance.cms.{call}")
}

pub(crate) fn javascript(operation: &Operation) -> String {
    let call = format!("{}({})", operation.local, arguments(operation, javascript_value));
    format!("const response = await instance.cms.{call};")
}

pub(crate) fn csharp(operation: &Operation) -> String {
    let call = format!(
        "{}({})",
        operation.local,
        arguments(operation, |value| {
            if value.is_null() { "null".to_owned() } else { csharp_value(value) }
        })
    );
    format!("var response = await sonoran.Cms.{call};")
}

pub(crate) fn lua(operation: &Operation) -> String {
    let given =
        arguments(operation, |value| if value.is_null() { "nil".to_owned() } else { lua_value(value) });
    format!("local response = client.cms:{}({given})", operation.local)
}

/// The operation and the API must be localized for Rust.
pub(crate) fn rust(operation: &Operation, api: &Api) -> String {
    let written: Vec<String> = operation
        .ordered()
        .iter()
        .zip(operation.values())
        .map(|(argument, value)| match (argument, &value) {
            (Argument::Parameter(_), Value::Null) => "sonoran::Argument::Missing".to_owned(),
            (Argument::Parameter(_), value) => value.to_string(),
            (Argument::Payload(payload), Value::Null) if payload.any_object() => "&()".to_owned(),
            (Argument::Payload(payload), value) if payload.any_object() => {
                format!("&serde_json::json!({})", json_value(value))
            }
            (Argument::Payload(payload), Value::Object(fields)) => {
                format!("Some(&{})", rust_query(&payload.kind_of, fields, api))
            }
            _ => "None".to_owned(),
        })
        .collect();
    format!("let response = client.cms().{}({}).await?;", operation.local, written.join(", "))
}

/// A walk over all pages of the list that an operation gives; it must be localized for Rust.
pub(crate) fn rust_walk(operation: &Operation) -> String {
    let values = operation.ordered().into_iter().zip(operation.values());
    let written = values.map(|(argument, value)| match argument {
        Argument::Parameter(_) => value.to_string(),
        Argument::Payload(_) => "None".to_owned(),
    });
    let arguments = written.collect::<Vec<_>>().join(", ");
    format!("let list = client.walk().{}({arguments}).list().await?;", operation.local)
}

fn rust_query(kind_of: &Type, fields: &Map<String, Value>, api: &Api) -> String {
    let Type::Ref(name) = kind_of else { return String::new() };
    let local = |wire: &str| {
        let def = api.types.iter().find(|def| def.local == *name)?;
        def.fields.iter().find(|field| field.name == wire).map(|field| field.local.clone())
    };
    let mut entries: Vec<String> = fields
        .iter()
        .map(|(wire, value)| {
            let value = if value.is_string() { format!("{value}.to_owned()") } else { value.to_string() };
            format!("{}: Some({value})", local(wire).unwrap_or_else(|| wire.clone()))
        })
        .collect();
    entries.push("..Default::default()".to_owned());
    let brackets = Brackets { open: "{", close: "}", space: " ", last_comma: "" };
    format!("sonoran::types::{name} {}", enclosed(&entries, &brackets))
}

/// The documented arguments, without what the documentation leaves out at the end.
fn arguments(operation: &Operation, write: impl Fn(&Value) -> String) -> String {
    operation.given().iter().map(write).collect::<Vec<_>>().join(", ")
}

/// JSON, laid out for reading.
pub(crate) fn json_value(value: &Value) -> String {
    let brackets = |open, close, space| Brackets { open, close, space, last_comma: "" };
    match value {
        Value::Object(fields) => object(fields, &brackets("{", "}", " "), quoted, json_value),
        Value::Array(items) => array(items, &brackets("[", "]", ""), json_value),
        other => other.to_string(),
    }
}

fn python_value(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Object(fields) => object(fields, &Brackets::new("{", "}", ""), quoted, python_value),
        Value::Array(items) => array(items, &Brackets::new("[", "]", ""), python_value),
        other => other.to_string(),
    }
}

fn javascript_value(value: &Value) -> String {
    let key =
        |name: &str| if is_name(Language::JavaScript, name) { format!("{name}: ") } else { quoted(name) };
    match value {
        Value::Object(fields) => object(fields, &Brackets::new("{", "}", " "), key, javascript_value),
        Value::Array(items) => array(items, &Brackets::new("[", "]", ""), javascript_value),
        other => other.to_string(),
    }
}

fn csharp_value(value: &Value) -> String {
    match value {
        Value::Null => "(object?)null".to_owned(),
        Value::Object(fields) if fields.keys().all(|name| is_name(Language::CSharp, name)) => {
            let key = |name: &str| format!("{} = ", identifier(Language::CSharp, Use::Field, name));
            object(fields, &Brackets::new("new {", "}", " "), key, csharp_value)
        }
        Value::Object(fields) => {
            let key = |name: &str| format!("[{}] = ", Value::from(name));
            object(fields, &Brackets::new("new Dictionary<string, object> {", "}", " "), key, csharp_value)
        }
        Value::Array(items) => {
            let alike = items.windows(2).all(|pair| same_shape(&pair[0], &pair[1]));
            let one_type = alike && items.first().is_some_and(|item| !item.is_null());
            let open = if one_type { "new[] {" } else { "new object[] {" };
            array(items, &Brackets::new(open, "}", " "), csharp_value)
        }
        other => other.to_string(),
    }
}

fn lua_value(value: &Value) -> String {
    let key = |name: &str| format!("{} = ", lua_field(name));
    match value {
        Value::Null => "Sonoran.null".to_owned(),
        Value::Object(fields) => object(fields, &Brackets::new("{", "}", " "), key, lua_value),
        Value::Array(items) => array(items, &Brackets::new("{", "}", " "), lua_value),
        other => other.to_string(),
    }
}

/// A field's name as it stands in a table.
pub(crate) fn lua_field(name: &str) -> String {
    // What may be a method's name is no keyword.
    let is_plain = identifier(Language::Lua, Use::Method, name) == name;
    if is_plain { name.to_owned() } else { format!("[{}]", Value::from(name)) }
}

/// Whether a field can be written without quotes.
fn is_name(language: Language, name: &str) -> bool {
    identifier(language, Use::Field, name) == name
}

fn quoted(name: &str) -> String {
    format!("{}: ", Value::from(name))
}

/// Whether C# would infer one type for both.
fn same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|((name, value), (other_name, other_value))| {
                    name == other_name && same_shape(value, other_value)
                })
        }
        (Value::Array(one), Value::Array(other)) => {
            one.first().zip(other.first()).is_some_and(|(one, other)| same_shape(one, other))
        }
        (Value::Number(one), Value::Number(other)) => one.is_f64() == other.is_f64(),
        (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) => true,
        _ => false,
    }
}

/// How entries are held together.
struct Brackets {
    open: &'static str,
    close: &'static str,
    space: &'static str,
    /// What stands after the last of several lines.
    last_comma: &'static str,
}

impl Brackets {
    fn new(open: &'static str, close: &'static str, space: &'static str) -> Self {
        Self { open, close, space, last_comma: "," }
    }
}

fn object(
    fields: &Map<String, Value>,
    brackets: &Brackets,
    key: impl Fn(&str) -> String,
    write: fn(&Value) -> String,
) -> String {
    let entries: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}{}", key(name), write(value))).collect();
    enclosed(&entries, brackets)
}

fn array(items: &[Value], brackets: &Brackets, write: fn(&Value) -> String) -> String {
    enclosed(&items.iter().map(write).collect::<Vec<_>>(), brackets)
}

/// Entries between brackets, on one line if they fit, else one on each line.
fn enclosed(entries: &[String], brackets: &Brackets) -> String {
    let Brackets { open, close, space, last_comma } = brackets;
    if entries.is_empty() {
        return format!("{open}{close}");
    }
    let line = format!("{open}{space}{}{space}{close}", entries.join(", "));
    if line.len() <= WIDTH && !line.contains('\n') {
        return line;
    }
    let indented: Vec<String> =
        entries.iter().map(|entry| format!("    {}", entry.replace('\n', "\n    "))).collect();
    format!("{open}\n{}{last_comma}\n{close}", indented.join(",\n"))
}
