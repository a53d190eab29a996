//! When the service can be asked again: `Retry-After`, or the reset of its limit.

#[expect(clippy::disallowed_types)]
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{DATE, HeaderName, RETRY_AFTER};

/// The most seconds that are told apart: beyond a hundred years they are all the same.
const MOST: u64 = u32::MAX as u64;

/// A reset of so many seconds is a time since 1970, not a wait.
const EPOCH: u64 = 1_000_000_000;
/// What is left of the limit, and its reset, in the headers that gateways send.
static REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
static RESETS: [HeaderName; 2] =
    [HeaderName::from_static("ratelimit-reset"), HeaderName::from_static("x-ratelimit-reset")];

/// When the service can be asked again, as an answer's headers say. Only what was refused for its limit
/// waits for the limit's reset, which gateways send with every answer.
pub(crate) fn of_answer<'a>(
    status: u16,
    header: impl Fn(&HeaderName) -> Option<&'a str>,
) -> Option<Duration> {
    let reset_of = |name: &HeaderName| reset(header(name)?, header(&DATE));
    header(&RETRY_AFTER)
        .and_then(|value| parse(value, header(&DATE)))
        .or_else(|| (status == 429).then(|| RESETS.iter().find_map(reset_of)).flatten())
}

/// How many requests a limit leaves until its reset, where the gateway says so.
pub(crate) fn left_of_limit<'a>(header: impl Fn(&HeaderName) -> Option<&'a str>) -> Option<(u32, Duration)> {
    let remaining = header(&REMAINING)?.trim().parse().ok()?;
    Some((remaining, reset(header(&RESETS[0])?, header(&DATE))?))
}

/// Reads `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date, which is measured against
/// the answer's own `Date` so that a wrong clock here does no harm.
pub(crate) fn parse(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    match seconds(value) {
        Some(seconds) => Some(Duration::from_secs(seconds)),
        None => Some(from_now(httpdate::parse_http_date(value).ok()?, date)),
    }
}

/// Reads a limit's reset: seconds, or the time in seconds since 1970.
fn reset(value: &str, date: Option<&str>) -> Option<Duration> {
    let seconds = seconds(value.trim())?;
    if seconds < EPOCH {
        return Some(Duration::from_secs(seconds));
    }
    Some(from_now(UNIX_EPOCH + Duration::from_secs(seconds), date))
}

/// Whole seconds; a fraction counts as one more, since coming too early is refused again.
fn seconds(value: &str) -> Option<u64> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    (is_number(whole) && is_number(fraction))
        .then(|| (whole.parse().unwrap_or(MOST).min(MOST) + more).min(MOST))
}

/// How long it is until a time, by the clock of whoever sent the answer.
// The one look at the clock on the wall, for a service that sends a date without its own.
#[expect(clippy::disallowed_types)]
fn from_now(until: SystemTime, date: Option<&str>) -> Duration {
    let now =
        date.and_then(|date| httpdate::parse_http_date(date.trim()).ok()).unwrap_or_else(SystemTime::now);
    until.duration_since(now).unwrap_or_default().min(Duration::from_secs(MOST))
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
    fn a_fraction_counts_as_one_second_more() {
        for (value, wait) in [("1.5", 2), ("299.997", 300), ("0.001", 1), ("2.0", 2), ("4294967295.9", MOST)]
        {
            assert_eq!(seconds(value), Some(wait), "{value}");
        }
    }

    #[test]
    fn the_limits_reset_stands_in() {
        let read = |status, headers: &[(&str, &str)]| {
            let header =
                |name: &HeaderName| headers.iter().find(|(given, _)| name == *given).map(|(_, value)| *value);
            of_answer(status, header).map(|wait| wait.as_secs())
        };
        let both = [("ratelimit-reset", "7"), ("x-ratelimit-reset", "8")];
        assert_eq!(
            [429, 503, 500, 409, 200].map(|status| read(status, &both)),
            [Some(7), None, None, None, None]
        );
        assert_eq!(read(429, &both[1..]), Some(8));
        assert_eq!(read(429, &[("ratelimit-reset", "soon"), both[1]]), Some(8));
        assert_eq!(read(429, &[("retry-after", "3"), both[0]]), Some(3));
        assert_eq!(read(429, &[("retry-after", "soon"), both[0]]), Some(7));
        assert_eq!(read(429, &[("ratelimit-reset", "-1")]), None);
        // From 10^9 on it is a time, by the service's own clock: this one is 10:00:00.
        for (value, wait) in [
            ("1795255209", Some(9)),
            ("1795255208.5", Some(9)),
            ("1795255199", Some(0)),
            ("999999999", Some(999_999_999)),
            ("99999999999999999999", Some(MOST - 1_795_255_200)),
        ] {
            assert_eq!(read(429, &[("x-ratelimit-reset", value), ("date", DATE)]), wait, "{value}");
        }
        assert_eq!(read(429, &[("x-ratelimit-reset", "1000000000")]), Some(0));
        assert_eq!(read(409, &[("retry-after", "5")]), Some(5));
    }

    #[test]
    fn a_limit_tells_what_it_leaves_until_its_reset() {
        let read = |remaining: Option<&str>, reset: Option<&str>| {
            left_of_limit(|name| match name.as_str() {
                "ratelimit-remaining" => remaining,
                "ratelimit-reset" => reset,
                _ => None,
            })
        };
        assert_eq!(read(Some(" 3 "), Some("7")), Some((3, Duration::from_secs(7))));
        assert_eq!(read(Some("0"), Some("0.5")), Some((0, Duration::from_secs(1))));
        for (remaining, reset) in
            [(None, Some("7")), (Some("3"), None), (Some("-1"), Some("7")), (Some("3"), Some("soon"))]
        {
            assert_eq!(read(remaining, reset), None, "{remaining:?} {reset:?}");
        }
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
        for garbage in [
            "-1",
            "",
            " ",
            "soon",
            "1.5.",
            ".5",
            "1.",
            "1.5s",
            "0x10",
            "+7",
            "7 s",
            "1e3",
            "٧",
            "Sat, 21 Nov",
        ] {
            assert_eq!(read(garbage), None, "{garbage}");
        }
    }
}
