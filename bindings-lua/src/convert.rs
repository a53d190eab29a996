//! From JSON text to Lua values in one pass, with no value tree between.

use mlua::{Error, Lua, Result, Table, Value};

/// Far more levels than any answer has, and few enough for the stack.
const DEEPEST: usize = 200;

/// Below this a float is the whole number that it shows.
const EXACT: u64 = 1 << 53;

/// What Lua has no values for.
pub(crate) struct Marks {
    /// Stands for null.
    pub(crate) null: Value,
    /// The metatable of an empty object, so that it is one when it is sent again.
    pub(crate) object: Option<Table>,
}

/// The Lua value that JSON text stands for. The core has read it, so that it is whole.
pub(crate) fn to_lua(lua: &Lua, text: &str, marks: &Marks) -> Result<Value> {
    Reader { lua, marks, text, at: 0, depth: 0 }.value()
}

struct Reader<'a> {
    lua: &'a Lua,
    marks: &'a Marks,
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    /// The next sign that is no space, which stays the next.
    fn peek(&mut self) -> Result<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let spaces = rest.iter().take_while(|sign| sign.is_ascii_whitespace()).count();
        self.at += spaces;
        rest.get(spaces).copied().ok_or_else(broken)
    }

    fn take(&mut self) -> Result<u8> {
        let sign = self.peek()?;
        self.at += 1;
        Ok(sign)
    }

    fn value(&mut self) -> Result<Value> {
        match self.peek()? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::list),
            b'"' => self.string(),
            b't' => Ok(self.word("true", Value::Boolean(true))),
            b'f' => Ok(self.word("false", Value::Boolean(false))),
            b'n' => Ok(self.word("null", self.marks.null.clone())),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Value {
        self.at += word.len();
        value
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value>) -> Result<Value> {
        if self.depth == DEEPEST {
            return Err(Error::runtime(format!("it has more than {DEEPEST} levels")));
        }
        self.at += 1;
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value> {
        let table = self.lua.create_table()?;
        if self.peek()? == b'}' {
            self.at += 1;
            table.set_metatable(self.marks.object.clone())?;
            return Ok(Value::Table(table));
        }
        loop {
            self.peek()?;
            let name = self.string()?;
            self.take()?;
            let value = self.value()?;
            table.raw_set(name, value)?;
            if self.take()? != b',' {
                return Ok(Value::Table(table));
            }
        }
    }

    fn list(&mut self) -> Result<Value> {
        let table = self.lua.create_table()?;
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(Value::Table(table));
        }
        for position in 1_usize.. {
            let value = self.value()?;
            table.raw_set(position, value)?;
            if self.take()? != b',' {
                break;
            }
        }
        Ok(Value::Table(table))
    }

    /// The string that begins here.
    fn string(&mut self) -> Result<Value> {
        let rest = &self.text.as_bytes()[self.at..];
        let plain = rest.iter().skip(1).position(|sign| matches!(sign, b'"' | b'\\')).ok_or_else(broken)?;
        if rest[plain + 1] == b'"' {
            self.at += plain + 2;
            return self.lua.create_string(&rest[1..=plain]).map(Value::String);
        }
        let mut escaped = false;
        let end = rest.iter().skip(1).position(|sign| {
            let ends = *sign == b'"' && !escaped;
            escaped = *sign == b'\\' && !escaped;
            ends
        });
        let length = end.ok_or_else(broken)? + 2;
        let text = self.text.get(self.at..self.at + length).ok_or_else(broken)?;
        self.at += length;
        let text: String = serde_json::from_str(text).map_err(|_| broken())?;
        self.lua.create_string(text).map(Value::String)
    }

    fn number(&mut self) -> Result<Value> {
        let rest = &self.text[self.at..];
        let end = rest.find(|sign: char| !matches!(sign, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let digits = &rest[..end.unwrap_or(rest.len())];
        self.at += digits.len();
        if digits.is_empty() {
            return Err(broken());
        }
        if digits.contains(['.', 'e', 'E']) {
            return digits.parse().map(Value::Number).map_err(|_| broken());
        }
        match digits.parse::<i64>() {
            Ok(number) if is_exact(number) => Ok(Value::Integer(number)),
            // With all its digits, as which it can be sent again.
            _ => self.lua.create_string(digits).map(Value::String),
        }
    }
}

/// Whether this Lua has that integer: before 5.3 all numbers are floats.
fn is_exact(number: i64) -> bool {
    cfg!(any(feature = "lua53", feature = "lua54")) || number.unsigned_abs() < EXACT
}

fn broken() -> Error {
    Error::runtime("it is no JSON")
}
