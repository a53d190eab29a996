//! From JSON text to the values that are made of it, with no value tree between.

use std::borrow::Cow;

use serde_json::value::RawValue;

/// Far more levels than any answer has, and few enough for the stack.
const DEEPEST: usize = 200;

/// Below this a float is the whole number that it shows.
const EXACT: u64 = 1 << 53;

/// Why text is not read.
pub(crate) type Broken = String;

/// A value in a row of them: what a list or an object has stands behind it, of an object each name before its value.
pub(crate) enum Item<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(Cow<'a, str>),
    List(usize),
    Object(usize),
}

impl From<bool> for Item<'_> {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl From<u32> for Item<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<f64> for Item<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a str> for Item<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

/// One value with all that is in it, in a row.
pub(crate) struct Items<'a>(pub(crate) Vec<Item<'a>>);

impl<'a> Items<'a> {
    /// What JSON text says. The core has read it, so that it is whole.
    pub(crate) fn read(text: &'a str) -> Result<Self, Broken> {
        let mut items = Self(Vec::new());
        items.json(text)?;
        Ok(items)
    }

    /// An object with the fields that a function puts in.
    pub(crate) fn object(
        put: impl FnOnce(&mut Fields<'_, 'a>) -> Result<(), Broken>,
    ) -> Result<Self, Broken> {
        // As many as a short answer has.
        let mut items = Self(Vec::with_capacity(64));
        items.nested(put)?;
        Ok(items)
    }

    fn nested(&mut self, put: impl FnOnce(&mut Fields<'_, 'a>) -> Result<(), Broken>) -> Result<(), Broken> {
        let place = self.0.len();
        self.0.push(Item::Object(0));
        let mut fields = Fields { items: self, count: 0 };
        put(&mut fields)?;
        self.0[place] = Item::Object(fields.count);
        Ok(())
    }

    fn json(&mut self, text: &'a str) -> Result<(), Broken> {
        Reader { items: &mut self.0, text, at: 0, depth: 0 }.value()
    }
}

/// The fields of an object; one that has no value is left out.
pub(crate) struct Fields<'i, 'a> {
    items: &'i mut Items<'a>,
    count: usize,
}

impl<'a> Fields<'_, 'a> {
    pub(crate) fn put(&mut self, name: &'static str, value: Option<impl Into<Item<'a>>>) {
        if let Some(value) = value {
            self.name(name);
            self.items.0.push(value.into());
        }
    }

    pub(crate) fn json(&mut self, name: &'static str, value: Option<&'a RawValue>) -> Result<(), Broken> {
        let Some(value) = value else { return Ok(()) };
        self.name(name);
        self.items.json(value.get())
    }

    pub(crate) fn object(
        &mut self,
        name: &'static str,
        put: impl FnOnce(&mut Fields<'_, 'a>) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        self.name(name);
        self.items.nested(put)
    }

    fn name(&mut self, name: &'static str) {
        self.count += 1;
        self.items.0.push(name.into());
    }
}

struct Reader<'i, 'a> {
    items: &'i mut Vec<Item<'a>>,
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'_, 'a> {
    /// The next sign that is no space, which stays the next.
    fn peek(&mut self) -> Result<u8, Broken> {
        let rest = &self.text.as_bytes()[self.at..];
        let spaces = rest.iter().take_while(|sign| sign.is_ascii_whitespace()).count();
        self.at += spaces;
        rest.get(spaces).copied().ok_or_else(broken)
    }

    fn take(&mut self) -> Result<u8, Broken> {
        let sign = self.peek()?;
        self.at += 1;
        Ok(sign)
    }

    fn value(&mut self) -> Result<(), Broken> {
        let item = match self.peek()? {
            b'{' => return self.nested(b'}', Item::Object),
            b'[' => return self.nested(b']', Item::List),
            b'"' => self.string()?,
            b't' => self.word("true", Item::Boolean(true)),
            b'f' => self.word("false", Item::Boolean(false)),
            b'n' => self.word("null", Item::Null),
            _ => self.number()?,
        };
        self.items.push(item);
        Ok(())
    }

    fn word(&mut self, word: &str, item: Item<'a>) -> Item<'a> {
        self.at += word.len();
        item
    }

    /// A list or an object, of which it is not known before its end how much is in it.
    fn nested(&mut self, end: u8, made: fn(usize) -> Item<'a>) -> Result<(), Broken> {
        if self.depth == DEEPEST {
            return Err(format!("it has more than {DEEPEST} levels"));
        }
        self.depth += 1;
        self.at += 1;
        let place = self.items.len();
        self.items.push(made(0));
        if self.peek()? == end {
            self.at += 1;
        } else {
            let mut count = 0;
            loop {
                if end == b'}' {
                    self.peek()?;
                    let name = self.string()?;
                    self.items.push(name);
                    self.take()?;
                }
                self.value()?;
                count += 1;
                if self.take()? != b',' {
                    break;
                }
            }
            self.items[place] = made(count);
        }
        self.depth -= 1;
        Ok(())
    }

    /// The string that begins here.
    fn string(&mut self) -> Result<Item<'a>, Broken> {
        let rest = &self.text.as_bytes()[self.at..];
        let plain = rest.iter().skip(1).position(|sign| matches!(sign, b'"' | b'\\')).ok_or_else(broken)?;
        if rest[plain + 1] == b'"' {
            let text = self.text.get(self.at + 1..=self.at + plain).ok_or_else(broken)?;
            self.at += plain + 2;
            return Ok(text.into());
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
        serde_json::from_str(text).map(|text: String| Item::Text(text.into())).map_err(|_| broken())
    }

    fn number(&mut self) -> Result<Item<'a>, Broken> {
        let rest = &self.text[self.at..];
        let end = rest.find(|sign: char| !matches!(sign, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let digits = &rest[..end.unwrap_or(rest.len())];
        self.at += digits.len();
        if digits.is_empty() {
            return Err(broken());
        }
        if digits.contains(['.', 'e', 'E']) {
            return digits.parse().map(Item::Number).map_err(|_| broken());
        }
        match digits.parse::<i64>() {
            Ok(number) if is_exact(number) => Ok(Item::Integer(number)),
            // With all its digits, as which it can be sent again.
            _ => Ok(digits.into()),
        }
    }
}

/// Whether this Lua has that integer: before 5.3 all numbers are floats.
fn is_exact(number: i64) -> bool {
    cfg!(any(feature = "lua53", feature = "lua54")) || number.unsigned_abs() < EXACT
}

fn broken() -> Broken {
    "it is no JSON".to_owned()
}
