//! The key a request was sent with. The key itself is kept nowhere: a fingerprint tells callers apart.

use std::hash::{DefaultHasher, Hasher};

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

/// The token of `Authorization: Bearer <token>`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The same number for the same key, in every run.
pub(crate) fn fingerprint(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key.as_bytes());
    hasher.finish()
}

/// How a fingerprint is shown.
pub(crate) fn name(fingerprint: u64) -> String {
    format!("key-{fingerprint:016x}")
}

/// Whether `given` means the key with this fingerprint: by its shown name, or as the key itself.
pub(crate) fn is_called(known: u64, given: &str) -> bool {
    known == fingerprint(given) || name(known) == given
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]);
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn reads_bearer_tokens_only() {
        assert_eq!(read("Bearer KEY").as_deref(), Some("KEY"));
        assert_eq!(read("bearer  KEY ").as_deref(), Some("KEY"));
        for other in ["", "Bearer", "Bearer ", "Basic KEY", "KEY"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn tells_keys_apart_without_showing_them() {
        assert_ne!(fingerprint("A"), fingerprint("B"));
        assert_eq!(name(fingerprint("YOUR_API_KEY")), name(fingerprint("YOUR_API_KEY")));
        assert!(!name(fingerprint("YOUR_API_KEY")).contains("YOUR"));
        let known = fingerprint("A");
        assert!(is_called(known, "A") && is_called(known, &name(known)) && !is_called(known, "B"));
    }
}
