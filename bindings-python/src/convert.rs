//! From JSON text to Python objects in one pass, with no value tree between.

use std::fmt;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use crate::keys::KeyCache;

/// More digits than a 64-bit integer can have.
const LONG_NUMBER: usize = 20;

/// The Python object that the JSON text stands for.
pub(crate) fn to_python<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    if !has_long_number(text.as_bytes()) {
        let mut keys = KeyCache::take();
        let mut json = serde_json::Deserializer::from_str(text);
        let value = ToPython { py, keys: &mut keys }.deserialize(&mut json);
        keys.give_back();
        if let Ok(value) = value {
            return Ok(value);
        }
    }
    // Python's own reader has integers of any size, and no bound on depth but its stack's.
    py.import("json")?.call_method1("loads", (text,))
}

/// Whether the text may hold a number too long for 64 bits. Only every so many bytes are looked
/// at until one is a digit: a run that long cannot pass between them.
fn has_long_number(text: &[u8]) -> bool {
    (LONG_NUMBER - 1..text.len()).step_by(LONG_NUMBER).any(|at| {
        let digits = |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|b| b.is_ascii_digit()).count();
        text[at].is_ascii_digit()
            && digits(&mut text[..at].iter().rev()) + digits(&mut text[at..].iter()) >= LONG_NUMBER
    })
}

struct ToPython<'a, 'py> {
    py: Python<'py>,
    keys: &'a mut KeyCache,
}

impl<'py> ToPython<'_, 'py> {
    fn again(&mut self) -> ToPython<'_, 'py> {
        ToPython { py: self.py, keys: self.keys }
    }
}

impl<'de, 'py> DeserializeSeed<'de> for ToPython<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 'py> Visitor<'de> for ToPython<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(self.py.None().into_bound(self.py))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(PyBool::new(self.py, value).to_owned().into_any())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.py, value).into_any())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.py, value).into_any())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(PyFloat::new(self.py, value).into_any())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(PyString::new(self.py, value).into_any())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(self.again())? {
            values.push(value);
        }
        Ok(PyList::new(self.py, values).map_err(A::Error::custom)?.into_any())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<Self::Value, A::Error> {
        let object = PyDict::new(self.py);
        while let Some(name) = fields.next_key_seed(Name { py: self.py, keys: self.keys })? {
            let value = fields.next_value_seed(self.again())?;
            object.set_item(name, value).map_err(A::Error::custom)?;
        }
        Ok(object.into_any())
    }
}

/// The name of a field.
struct Name<'a, 'py> {
    py: Python<'py>,
    keys: &'a mut KeyCache,
}

impl<'de, 'py> DeserializeSeed<'de> for Name<'_, 'py> {
    type Value = Bound<'py, PyString>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'py> Visitor<'_> for Name<'_, 'py> {
    type Value = Bound<'py, PyString>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.keys.get(self.py, name))
    }
}
