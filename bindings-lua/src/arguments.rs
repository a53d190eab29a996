//! From Lua to the core: what a method was given.

use mlua::{Table, Value};
use sonoran::{Argument, Call, CallOptions, Kind, Operation, Payload};

use crate::encode::{Null, encode, encode_options, kind_of};

/// What is wrong with a call, as a sentence; or Lua's own error.
pub(crate) enum Refusal {
    Misuse(String),
    Lua(mlua::Error),
}

impl From<mlua::Error> for Refusal {
    fn from(error: mlua::Error) -> Self {
        Self::Lua(error)
    }
}

impl From<sonoran::ArgumentError> for Refusal {
    fn from(error: sonoran::ArgumentError) -> Self {
        if error.is_closed() {
            return Self::Misuse("the client is closed: make a new one".to_owned());
        }
        Self::Misuse(format!("{} {}", from_one(&error.argument), error.problem))
    }
}

/// A place with its positions as Lua counts them.
fn from_one(place: &str) -> String {
    let mut parts = place.split('[');
    let mut counted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let position = part.split_once(']').and_then(|(position, rest)| {
            let position: usize = position.parse().ok()?;
            Some(format!("[{}]{rest}", position + 1))
        });
        counted.push_str(&position.unwrap_or_else(|| format!("[{part}")));
    }
    counted
}

/// The call of a method, whose arguments are a list with `n`; in them another package's null counts too.
pub(crate) fn call(
    method: &str,
    arguments: &Table,
    options: Option<&Table>,
    null: &Null,
    other_null: Option<Value>,
) -> Result<Call, Refusal> {
    let options = options.map(|options| encode_options(options, null)).transpose()?;
    let null = &null.or(other_null);
    let options = CallOptions::from_json(options.as_deref())?;
    let (mut given, mut payload) = (Vec::new(), None);
    let count: usize = arguments.raw_get("n")?;
    let operation = Operation::find(method);
    let names = operation.map_or(&[][..], |operation| operation.arguments);
    for position in 0..count {
        let value: Value = arguments.raw_get(position + 1)?;
        let Some(name) = names.get(position) else {
            given.push(Argument::Missing);
            continue;
        };
        let parameters = operation.map_or(&[][..], |operation| operation.parameters);
        match parameters.iter().find(|parameter| parameter.name == *name) {
            Some(parameter) => given.push(argument(name, parameter.kind, &value, null)?),
            None => payload = read(operation, name, &value, null)?,
        }
    }
    Ok(Call::from_parts(method, given, payload, options)?)
}

fn argument(name: &str, kind: Kind, value: &Value, null: &Null) -> Result<Argument, Refusal> {
    Ok(match value {
        Value::String(text) => match text.to_str() {
            Ok(text) => Argument::Text(text.to_owned()),
            Err(_) => return Err(Refusal::Misuse(format!("{name} must be text in UTF-8"))),
        },
        Value::Integer(number) if cfg!(any(feature = "lua53", feature = "lua54")) => {
            Argument::Integer(*number)
        }
        // Lua has numbers with a fraction alone, whose digits end somewhere.
        #[allow(clippy::cast_precision_loss)]
        Value::Integer(number) => Argument::Number(*number as f64),
        Value::Number(number) => Argument::Number(*number),
        Value::Boolean(flag) => Argument::Boolean(*flag),
        value if null.is(value) => Argument::Missing,
        other => {
            let wanted = if kind == Kind::Boolean { "true or false" } else { "a string or a number" };
            return Err(Refusal::Misuse(format!("{name} must be {wanted}, not {}", kind_of(other))));
        }
    })
}

/// The JSON text of a payload or a query; nothing where it is nil.
fn read(
    operation: Option<&Operation>,
    name: &str,
    value: &Value,
    null: &Null,
) -> Result<Option<String>, Refusal> {
    let form = operation.map(|operation| &operation.payload);
    let text_will_do = matches!(form, Some(Payload::Data { text_as, .. }) if !text_as.is_empty());
    match value {
        value if null.is(value) => return Ok(None),
        Value::Table(_) => {}
        Value::String(_) if text_will_do => {}
        other => {
            let wanted = match form {
                Some(Payload::List) => "a list of tables",
                _ if text_will_do => "a string or a table of fields",
                _ => "a table of fields",
            };
            return Err(Refusal::Misuse(format!("{name} must be {wanted}, not {}", kind_of(other))));
        }
    }
    let text = encode(name, value, null)?;
    // Of an empty table nobody can tell what it is.
    match form {
        Some(Payload::List) if text == "{}" => Ok(Some("[]".to_owned())),
        Some(Payload::List) if text.starts_with('{') => {
            Err(Refusal::Misuse(format!("{name} must be a list of tables, not a table of fields")))
        }
        Some(Payload::List) => Ok(Some(text)),
        _ if text == "[]" => Ok(Some("{}".to_owned())),
        _ if text.starts_with('[') => {
            Err(Refusal::Misuse(format!("{name} must be a table of fields, not a list")))
        }
        _ => Ok(Some(text)),
    }
}
