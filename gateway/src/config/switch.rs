//! A switch, in whichever of the usual words.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

/// As a flag or a variable has it.
pub(super) fn parse(text: &str) -> Result<bool, &'static str> {
    match text.trim().to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "y" | "t" | "1" => Ok(true),
        "off" | "false" | "no" | "n" | "f" | "0" => Ok(false),
        _ => Err("must be on or off; true or false, yes or no, and 1 or 0 mean the same"),
    }
}

/// As the file has it: a boolean, one of the words, or 1 or 0.
pub(super) fn of_file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    deserializer.deserialize_any(Switch).map(Some)
}

struct Switch;

impl Visitor<'_> for Switch {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a switch")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        Ok(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        parse(&value.to_string()).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<bool, E> {
        parse(value).map_err(|_| E::invalid_value(Unexpected::Str(value), &self))
    }
}
