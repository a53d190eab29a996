//! The `Retry-After` header.

use std::time::Duration;

/// The most seconds that are told apart: beyond a hundred years they are all the same.
const MOST: u64 = u32::MAX as u64;

/// Reads `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date, which is measured against
/// the answer's own `Date` so that a wrong clock here does no harm.
pub(crate) fn parse(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(MOST).min(MOST)));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    // The one look at the clock on the wall, for a service that sends a date without its own.
    #[expect(clippy::disallowed_types)]
    let now = date
        .and_then(|date| httpdate::parse_http_date(date.trim()).ok())
        .unwrap_or_else(std::time::SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default().min(Duration::from_secs(MOST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Sat, 21 Nov 2026 10:00:00 GMT";

    fn read(value: &str) -> Option<Duration> {
        parse(value, Some(DATE))
    }

    fn seconds(value: &str) -> Option<u64> {
        read(value).map(|wait| wait.as_secs())
    }

    #[test]
    fn it_is_whole_seconds() {
        for (value, wait) in [("7", 7), (" 0 ", 0), ("007", 7), ("1000000000", 1_000_000_000)] {
            assert_eq!(seconds(value), Some(wait), "{value}");
        }
    }

    #[test]
    fn more_seconds_than_anybody_waits_are_cut() {
        for value in ["4294967296", "18446744073709551615", "99999999999999999999999"] {
            assert_eq!(seconds(value), Some(MOST), "{value}");
        }
        assert_eq!(seconds("Fri, 31 Dec 9999 23:59:59 GMT"), Some(MOST));
    }

    #[test]
    fn or_a_date_by_the_services_clock() {
        for (value, wait) in [
            ("Sat, 21 Nov 2026 10:00:09 GMT", 9),
            ("Saturday, 21-Nov-26 10:00:09 GMT", 9),
            ("Sat Nov 21 10:00:09 2026", 9),
            ("Sat, 21 Nov 2026 11:00:00 GMT", 3600),
            ("Sat, 21 Nov 2026 10:00:00 GMT", 0),
            ("Sat, 21 Nov 2026 09:00:00 GMT", 0),
        ] {
            assert_eq!(seconds(value), Some(wait), "{value}");
        }
        // Wherever the two clocks stand, only their distance counts.
        let past = parse("Thu, 01 Jan 1970 00:00:05 GMT", Some(" Thu, 01 Jan 1970 00:00:00 GMT "));
        assert_eq!(past, Some(Duration::from_secs(5)));
    }

    #[test]
    fn a_date_without_the_services_clock_is_measured_by_ours() {
        for date in [None, Some("yesterday")] {
            assert_eq!(parse("Thu, 01 Jan 1970 00:00:05 GMT", date), Some(Duration::ZERO));
            assert!(parse("Fri, 31 Dec 9999 23:59:59 GMT", date) > Some(Duration::ZERO));
        }
    }

    #[test]
    fn garbage_is_nothing() {
        for garbage in ["-1", "", " ", "soon", "1.5", "0x10", "+7", "7 s", "1e3", "٧", "Sat, 21 Nov"] {
            assert_eq!(read(garbage), None, "{garbage}");
        }
    }
}
