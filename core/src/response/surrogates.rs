//! Halves of surrogate pairs in JSON: legal escapes (RFC 8259 section 8.2) that stand for no character, which
//! the texts of most languages can't hold. Each becomes U+FFFD, so that the rest of the answer gets through.

use bytes::Bytes;

/// The same body, with every escape of half a pair replaced.
pub(super) fn mended(body: Bytes) -> Bytes {
    if !body.windows(3).any(|three| matches!(three, [b'\\', b'u', b'd' | b'D'])) {
        return body;
    }
    let mut body = Vec::from(body);
    let mut at = 0;
    while at < body.len() {
        at += match (unit(&body[at..]), unit(body.get(at + 6..).unwrap_or_default())) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                body[at + 2..at + 6].copy_from_slice(b"FFFD");
                6
            }
            (Some(_), _) => 6,
            // The sign after a backslash begins no escape of its own.
            (None, _) if body[at] == b'\\' => 2,
            (None, _) => 1,
        };
    }
    body.into()
}

/// The code unit of the escape that a text starts with.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    fn text(body: &str) -> String {
        String::from_utf8(mended(Bytes::copy_from_slice(body.as_bytes())).into()).unwrap()
    }

    #[test]
    fn halves_are_replaced_and_the_rest_stays() {
        assert_eq!(text(r#"{"a":"\ud83d","b":"\uDE00x"}"#), r#"{"a":"\uFFFD","b":"\uFFFDx"}"#);
        assert_eq!(text(r#"["\ud83d\ud83d\ude00"]"#), r#"["\uFFFD\ud83d\ude00"]"#);
        for whole in [r#""\ud83d\ude00\u00e4""#, r#""\\ud83d""#, r#""\\\\ud83d\n""#, r"\ud8", r"\u", "", "\\"]
        {
            assert_eq!(text(whole), whole);
        }
    }

    proptest! {
        #[test]
        fn any_units_become_what_utf_16_says(units in prop::collection::vec(
            prop_oneof![any::<u16>(), 0xD7FF_u16..0xE001, Just(0x5C), Just(0x75)], 0..20,
        )) {
            let mut body = String::from("\"");
            for unit in &units {
                write!(body, "\\u{unit:04x}").unwrap();
            }
            body.push('"');
            let read: String = serde_json::from_str(&text(&body)).unwrap();
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }

        #[test]
        fn what_was_readable_reads_the_same(value in any::<String>()) {
            let body = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(text(&body), body);
        }

        #[test]
        fn no_bytes_are_too_odd(body in prop::collection::vec(prop::sample::select(b"\\ud8CaF\"x".to_vec()), 0..40)) {
            prop_assert_eq!(mended(body.clone().into()).len(), body.len());
        }
    }
}
