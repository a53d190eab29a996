//! How big and deep a body may be, whatever stands in it, so that nobody without a key can make much work.

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::EventError;

const DEPTH: usize = 32;
/// Members of objects and items of lists, in all.
const MEMBERS: usize = 10_000;

/// Refuses what is no JSON text of whole Unicode strings, or one beyond the bounds.
pub(super) fn check(body: &[u8]) -> Result<(), EventError> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let members = Cell::new(0);
    let within = Within { depth: 0, members: &members };
    within.deserialize(&mut json).and_then(|()| json.end()).map_err(|error| match error.classify() {
        // Only the messages below are of this kind; others might repeat a part of the body.
        Category::Data => EventError::malformed(format!("The body has {error}.")),
        _ => EventError::malformed(format!(
            "The body is not JSON (line {}, column {}).",
            error.line(),
            error.column()
        )),
    })
}

/// Walks through a value and keeps nothing of it.
#[derive(Clone, Copy)]
struct Within<'a> {
    depth: usize,
    members: &'a Cell<usize>,
}

impl Within<'_> {
    fn inner<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == DEPTH {
            return Err(E::custom(format_args!("more than {DEPTH} levels")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn count<E: de::Error>(self) -> Result<(), E> {
        self.members.set(self.members.get() + 1);
        if self.members.get() > MEMBERS {
            return Err(E::custom(format_args!("more than {MEMBERS} members")));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Within<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while list.next_element_seed(inner)?.is_some() {
            self.count()?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while object.next_key_seed(inner)?.is_some() {
            self.count()?;
            object.next_value_seed(inner)?;
        }
        Ok(())
    }
}
