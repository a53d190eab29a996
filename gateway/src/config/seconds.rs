//! A length of time as a number of seconds.

use std::str::FromStr;
use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// The longest that anything here can be told to take: a week.
const LONGEST: f64 = 7.0 * 24.0 * 3600.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seconds(Duration);

impl Seconds {
    fn new(seconds: f64) -> Result<Self, &'static str> {
        match seconds {
            _ if seconds < 0.0 => Err("must not be negative"),
            _ if seconds <= LONGEST => Ok(Self(Duration::from_secs_f64(seconds))),
            _ => Err("must be a number of seconds, at most a week"),
        }
    }
}

impl From<Seconds> for Duration {
    fn from(seconds: Seconds) -> Self {
        seconds.0
    }
}

impl FromStr for Seconds {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text.trim().parse().map_err(|_| "must be a number of seconds")?)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).and_then(|seconds| Self::new(seconds).map_err(Error::custom))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_seconds_and_nothing_else() {
        assert_eq!("1.5".parse(), Ok(Seconds(Duration::from_millis(1500))));
        assert_eq!("0".parse(), Ok(Seconds(Duration::ZERO)));
        for wrong in ["", "-1", "1s", "NaN", "inf", "604801"] {
            assert!(wrong.parse::<Seconds>().is_err(), "{wrong}");
        }
    }
}
