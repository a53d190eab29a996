//! The `Retry-After` header.

use std::time::{Duration, SystemTime};

/// Reads `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date, which is measured against
/// the answer's own `Date` so that a wrong clock here does no harm.
pub(crate) fn parse(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(
            value.parse().unwrap_or(u64::from(u32::MAX)).min(u64::from(u32::MAX)),
        ));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now =
        date.and_then(|date| httpdate::parse_http_date(date.trim()).ok()).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_services_clock() {
        let date = "Sat, 21 Nov 2026 10:00:00 GMT";
        let read = |value| parse(value, Some(date));
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read(" 0 "), Some(Duration::ZERO));
        assert_eq!(read("Sat, 21 Nov 2026 10:00:09 GMT"), Some(Duration::from_secs(9)));
        assert_eq!(read("Sat, 21 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("1000000000"), Some(Duration::from_secs(1_000_000_000)));
        assert!(read("99999999999999999999999").is_some());
        for garbage in ["-1", "", "soon", "1.5", "0x10"] {
            assert_eq!(read(garbage), None, "{garbage}");
        }
    }
}
