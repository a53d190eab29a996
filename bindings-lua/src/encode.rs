//! From Lua values to JSON text in one pass, with the place of whatever has no form there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mlua::{Table, Value};

use crate::arguments::Refusal;

/// Far more levels than any payload has; what is deeper holds itself.
const DEEPEST: usize = 100;

/// From here on a number with a fraction has no exact digits.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What stands for null in tables: `Sonoran.null`, the null pointer, which is that of lua-cjson and `OpenResty`, and the one
/// of another package.
pub(crate) struct Null {
    own: Table,
    other: Option<Value>,
}

impl Null {
    pub(crate) fn new(own: Table) -> Self {
        Self { own, other: None }
    }

    /// The same, and what another package has for it.
    pub(crate) fn or(&self, other: Option<Value>) -> Self {
        Self { own: self.own.clone(), other }
    }

    /// Whether a value is one, or nil.
    pub(crate) fn is(&self, value: &Value) -> bool {
        match value {
            Value::Nil => true,
            Value::LightUserData(data) => data.0.is_null(),
            Value::Table(table) if *table == self.own => true,
            value => self.other.as_ref() == Some(value),
        }
    }
}

/// The JSON text of a value, whose name begins what is said of it. An empty table is an empty list: the core knows
/// where an object is wanted in its place.
pub(crate) fn encode(name: &str, value: &Value, null: &Null) -> Result<String, Refusal> {
    let mut encoder = Encoder { text: String::with_capacity(256), depth: 0, null };
    encoder.value(value).map_err(|fault| fault.under(name))?;
    Ok(encoder.text)
}

/// The JSON text of a table of options, each of which is named for itself. Null is left out.
pub(crate) fn encode_options(options: &Table, null: &Null) -> Result<String, Refusal> {
    let mut fields = Vec::new();
    for pair in options.pairs::<Value, Value>() {
        let (name, value) = pair?;
        if null.is(&value) {
            continue;
        }
        let Value::String(name) = name else {
            return Err(Refusal::Misuse(format!("options must have names, not {}", kind_of(&name))));
        };
        let name = name.to_string_lossy();
        fields.push(format!("{}:{}", json_text(&name), encode(&name, &value, null)?));
    }
    Ok(format!("{{{}}}", fields.join(",")))
}

/// What a value is, for messages.
pub(crate) fn kind_of(value: &Value) -> String {
    match value.type_name() {
        "nil" => "nil".to_owned(),
        "integer" => "a number".to_owned(),
        "lightuserdata" => "a userdata".to_owned(),
        // 64-bit integers of `LuaJIT` are such.
        "other" => "a cdata".to_owned(),
        other => format!("a {other}"),
    }
}

fn json_text(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

/// Why a value is not sent.
enum Fault {
    /// It has no form in JSON. The place is what stands behind the value's name.
    Unfit {
        place: String,
        problem: String,
    },
    /// It has too many levels, so that its place would tell nothing.
    Deep,
    Lua(mlua::Error),
}

impl Fault {
    fn new(problem: impl Into<String>) -> Self {
        Self::Unfit { place: String::new(), problem: problem.into() }
    }

    fn at(self, step: &str) -> Self {
        match self {
            Self::Unfit { place, problem } => Self::Unfit { place: format!("{step}{place}"), problem },
            other => other,
        }
    }

    fn under(self, name: &str) -> Refusal {
        match self {
            Self::Unfit { place, problem } => Refusal::Misuse(format!("{name}{place} {problem}")),
            Self::Deep => Refusal::Misuse(format!("{name} has more than {DEEPEST} levels, or holds itself")),
            Self::Lua(error) => Refusal::Lua(error),
        }
    }
}

impl From<mlua::Error> for Fault {
    fn from(error: mlua::Error) -> Self {
        Self::Lua(error)
    }
}

type Written = Result<(), Fault>;

struct Encoder<'a> {
    text: String,
    depth: usize,
    null: &'a Null,
}

impl Encoder<'_> {
    fn value(&mut self, value: &Value) -> Written {
        match value {
            value if self.null.is(value) => self.text.push_str("null"),
            Value::Boolean(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            Value::Integer(number) => return self.integer(*number),
            Value::Number(number) => return self.number(*number),
            Value::String(text) => {
                let text = text.to_str().map_err(|_| Fault::new("must be text in UTF-8"))?;
                self.text.push_str(&json_text(&text));
            }
            Value::Table(table) => {
                if self.depth >= DEEPEST {
                    return Err(Fault::Deep);
                }
                self.depth += 1;
                self.table(table)?;
                self.depth -= 1;
            }
            other => match wide(other)? {
                Some(digits) => self.text.push_str(&digits),
                None => {
                    return Err(Fault::new(format!("must be what JSON can hold, not {}", kind_of(other))));
                }
            },
        }
        Ok(())
    }

    fn integer(&mut self, number: i64) -> Written {
        // Before Lua 5.3 it is a float that happens to be whole.
        #[allow(clippy::cast_precision_loss)]
        if cfg!(not(any(feature = "lua53", feature = "lua54"))) && (number as f64).abs() >= EXACT {
            return self.number(number as f64);
        }
        write!(self.text, "{number}").expect("text takes text");
        Ok(())
    }

    fn number(&mut self, number: f64) -> Written {
        if !number.is_finite() {
            return Err(Fault::new("must be a finite number"));
        }
        if number.fract() != 0.0 {
            self.text.push_str(&serde_json::to_string(&number).expect("a number is JSON"));
            return Ok(());
        }
        if number.abs() >= EXACT {
            return Err(Fault::new("is a whole number too large to be exact as a float: give it as text"));
        }
        // A whole number stays one: the quotient 4 / 2 is not sent as 2.0, and zero has no sign.
        write!(self.text, "{:.0}", number + 0.0).expect("text takes text");
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Written {
        let mut positions = BTreeMap::new();
        let mut names = BTreeMap::new();
        let mut fault = None;
        // In one protected call: `pairs` makes one for each.
        table.for_each(|key: Value, value: Value| {
            match name_of(&key) {
                Ok(Key::Position(position)) => drop(positions.insert(position, value)),
                Ok(Key::Name(name)) => drop(names.insert(name, value)),
                Err(problem) => fault = Some(problem),
            }
            Ok(())
        })?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        match (positions.is_empty(), names.is_empty()) {
            (true, false) => self.object(&names),
            (true, true) if marked_as_object(table) => {
                self.text.push_str("{}");
                Ok(())
            }
            (_, true) => self.list(&positions),
            (false, false) => {
                let name = names.keys().next().map(String::as_str).unwrap_or_default();
                Err(Fault::new(format!(
                    "has both positions and names, such as {name}: it is a list or an object"
                )))
            }
        }
    }

    fn list(&mut self, items: &BTreeMap<i64, Value>) -> Written {
        self.text.push('[');
        for (wanted, (position, item)) in (1_i64..).zip(items) {
            if *position != wanted {
                let problem =
                    format!("has nothing at position {wanted}: put Sonoran.null there, or close the gap");
                return Err(Fault::new(problem));
            }
            if wanted > 1 {
                self.text.push(',');
            }
            self.value(item).map_err(|fault| fault.at(&format!("[{position}]")))?;
        }
        self.text.push(']');
        Ok(())
    }

    /// In the order of the names: Lua's own is another each time.
    fn object(&mut self, fields: &BTreeMap<String, Value>) -> Written {
        self.text.push('{');
        for (index, (name, value)) in fields.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.text.push_str(&json_text(name));
            self.text.push(':');
            self.value(value).map_err(|fault| fault.at(&step(name)))?;
        }
        self.text.push('}');
        Ok(())
    }
}

/// Where something stands in a table.
enum Key {
    Position(i64),
    Name(String),
}

fn name_of(key: &Value) -> Result<Key, Fault> {
    match key {
        Value::Integer(position) => Ok(Key::Position(*position)),
        Value::String(name) => match name.to_str() {
            Ok(name) => Ok(Key::Name(name.to_owned())),
            Err(_) => Err(Fault::new("has a name that is no text in UTF-8")),
        },
        other => {
            let problem = format!("has a key that is {}; names of fields are strings", kind_of(other));
            Err(Fault::new(problem))
        }
    }
}

/// The digits of a 64-bit integer of `LuaJIT`.
fn wide(value: &Value) -> Result<Option<String>, Fault> {
    if !matches!(value, Value::Other(_)) {
        return Ok(None);
    }
    let shown = value.to_string()?;
    let digits = shown.strip_suffix("ULL").or_else(|| shown.strip_suffix("LL"));
    let is_number = |digits: &&str| digits.trim_start_matches('-').bytes().all(|sign| sign.is_ascii_digit());
    Ok(digits.filter(is_number).map(str::to_owned))
}

/// Whether an empty table says that it is an object, as dkjson has it.
fn marked_as_object(table: &Table) -> bool {
    let kind = table.metatable().and_then(|metatable| metatable.raw_get::<String>("__jsontype").ok());
    kind.as_deref() == Some("object")
}

/// A field as a part of a place.
fn step(name: &str) -> String {
    if name.chars().all(|sign| sign.is_alphanumeric() || sign == '_') {
        return format!(".{name}");
    }
    format!("[{name:?}]")
}
