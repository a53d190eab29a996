//! The day, as change logs write it.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

/// Today in UTC.
pub(super) fn today() -> Result<String> {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    Ok(written(passed.as_secs() / 86_400))
}

/// A day by its number since 1970-01-01.
fn written(mut day: u64) -> String {
    let mut year = 1970;
    while day >= days_of_year(year) {
        day -= days_of_year(year);
        year += 1;
    }
    let february = days_of_year(year) - 337;
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", day + 1)
}

fn days_of_year(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if leap { 366 } else { 365 }
}

/// Whether a text is of the form of a day.
pub(super) fn is_day(text: &str) -> bool {
    let form =
        |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(form)
}

#[cfg(test)]
mod tests {
    use super::{is_day, written};

    #[test]
    fn days_are_counted_through_leap_years() {
        for (day, text) in [
            (0, "1970-01-01"),
            (364, "1970-12-31"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_783, "2026-11-26"),
        ] {
            assert_eq!(written(day), text);
        }
    }

    #[test]
    fn a_day_has_its_form() {
        assert!(is_day("2026-11-26"));
        for text in ["2026-11-2", "26.11.2026", "2026/11/26", "2026-11-26 "] {
            assert!(!is_day(text), "{text}");
        }
    }
}
