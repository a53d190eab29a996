//! What the journal keeps of a body: bytes as they came, made readable when someone reads.

use bytes::Bytes;
use serde_json::Value;

/// A longer body is cut.
const MOST: usize = 64 * 1024;

/// A body, or its beginning.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    bytes: Bytes,
    /// How long the whole was.
    length: usize,
}

impl Kept {
    /// Of a body of this length what may be kept. It is copied: the bytes that came from the wire hold on to a larger
    /// buffer.
    pub(crate) fn copy(body: &[u8], length: usize) -> Self {
        Self { bytes: Bytes::copy_from_slice(&body[..body.len().min(MOST)]), length }
    }

    /// Shares a body that has its memory to itself, unless it has to be cut.
    pub(crate) fn share(body: &Bytes) -> Self {
        if body.len() > MOST {
            return Self::copy(body, body.len());
        }
        Self { bytes: body.clone(), length: body.len() }
    }

    /// How much is kept.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    pub(crate) fn cut(&self) -> bool {
        self.length > MOST
    }

    /// As JSON if it is that, else as text; null for nothing.
    pub(crate) fn shown(&self) -> Value {
        if self.bytes.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&self.bytes)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_bodies_are_cut_and_their_length_told() {
        let long = Bytes::from(vec![b'x'; MOST + 1]);
        for kept in [Kept::copy(&long, long.len()), Kept::share(&long)] {
            assert_eq!((kept.bytes(), kept.length(), kept.cut()), (MOST, MOST + 1, true));
            assert_eq!(kept.shown().as_str().map(str::len), Some(MOST));
        }
        let whole = Kept::share(&long.slice(1..));
        assert_eq!((whole.bytes(), whole.length(), whole.cut()), (MOST, MOST, false));
    }

    #[test]
    fn shows_json_text_and_nothing() {
        let shown = |body: &'static str| Kept::share(&Bytes::from(body)).shown();
        assert_eq!((shown(r#"{"a": 1}"#), shown("{"), shown("")), (json!({"a": 1}), json!("{"), Value::Null));
    }
}
