//! Halves of surrogate pairs in JSON: legal escapes (RFC 8259 section 8.2) that stand for no character, which
//! the texts of most languages can't hold. In an answer each becomes U+FFFD, so that the rest gets through; in
//! what is to be sent they are refused.

use bytes::Bytes;
use serde_json::Value;

use crate::ArgumentError;

/// What no text holds (a noncharacter of Unicode): marks the place of a half.
const MARK: char = '\u{FDD0}';

/// The same body, with every escape of half a pair replaced.
pub(crate) fn mended(body: Bytes) -> Bytes {
    if has_escapes(&body) { replaced(body.into(), *b"FFFD").0.into() } else { body }
}

/// Refuses JSON with half a pair in it, naming the place: that of the argument, and the way from there.
pub(crate) fn refuse_halves(argument: &str, json: &str) -> Result<(), ArgumentError> {
    if !has_escapes(json.as_bytes()) {
        return Ok(());
    }
    let (marked, halves) = replaced(json.as_bytes().to_vec(), *b"FDD0");
    if halves == 0 {
        return Ok(());
    }
    let mut place = argument.to_owned();
    // What is no JSON is refused by whoever reads it.
    if let Ok(value) = serde_json::from_slice(&marked) {
        find_mark(&value, &mut place);
        return Err(half_at(&place));
    }
    Ok(())
}

fn half_at(place: &str) -> ArgumentError {
    let problem = "must be whole Unicode text: it holds half of a surrogate pair";
    ArgumentError::value(if place.is_empty() { "options" } else { place }, problem)
}

/// Leaves in `place` the way to the first text that is marked.
fn find_mark(value: &Value, place: &mut String) -> bool {
    let start = place.len();
    let found = |step: String, value: &Value, place: &mut String| {
        place.push_str(&step);
        find_mark(value, place) || {
            place.truncate(start);
            false
        }
    };
    match value {
        Value::String(text) => text.contains(MARK),
        Value::Array(items) => {
            items.iter().enumerate().any(|(index, item)| found(format!("[{index}]"), item, place))
        }
        // A name that is marked can't be shown: the object that has it is named.
        Value::Object(members) => members.iter().any(|(name, value)| {
            name.contains(MARK) || {
                let dot = if start == 0 { "" } else { "." };
                found(format!("{dot}{name}"), value, place)
            }
        }),
        _ => false,
    }
}

/// Whether there is an escape that may be half a pair.
fn has_escapes(json: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', json).any(|at| matches!(json.get(at + 1..at + 3), Some([b'u', b'd' | b'D'])))
}

/// With these digits in place of those of every half, and how many there were.
fn replaced(mut body: Vec<u8>, digits: [u8; 4]) -> (Vec<u8>, usize) {
    let mut at = 0;
    let mut halves = 0;
    while at < body.len() {
        at += match (unit(&body[at..]), unit(body.get(at + 6..).unwrap_or_default())) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                body[at + 2..at + 6].copy_from_slice(&digits);
                halves += 1;
                6
            }
            (Some(_), _) => 6,
            // The sign after a backslash begins no escape of its own.
            (None, _) if body[at] == b'\\' => 2,
            (None, _) => 1,
        };
    }
    (body, halves)
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

    #[test]
    fn a_half_is_refused_with_its_place() {
        let place = |json: &str| refuse_halves("payload", json).map_err(|error| error.argument);
        assert_eq!(place(r#"{"a":[{"b":"x"},{"note":"a\ud83d"}]}"#), Err("payload.a[1].note".to_owned()));
        assert_eq!(place(r#"{"a":{"\uDE00":1}}"#), Err("payload.a".to_owned()));
        assert_eq!(place(r#""\ud83dx""#), Err("payload".to_owned()));
        assert_eq!(place(r#"{"a":"\ud83d\ude00","b":"\\ud83d"}"#), Ok(()));
        let options = refuse_halves("", r#"{"x":1,"apiKey":"\ud800"}"#).unwrap_err().to_string();
        assert!(options.starts_with("apiKey must be whole Unicode text"), "{options}");
        assert_eq!(refuse_halves("", r#"{"\ud800":1}"#).unwrap_err().argument, "options");
    }

    proptest! {
        #[test]
        fn what_is_not_refused_can_be_read(body in "(\\{\"(a|\\\\ud83d|\\\\ude00|\\\\\\\\){0,4}\":\"(x|\\\\uD83D|\\\\uDE00|\\\\\\\\){0,4}\"\\})") {
            let readable = serde_json::from_str::<Value>(&body).is_ok();
            prop_assert_eq!(refuse_halves("payload", &body).is_ok(), readable, "{}", body);
        }

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
