//! A version that every registry writes alike.

use std::fmt;
use std::str::FromStr;

/// Three numbers. A pre-release is written in another way by each registry, so there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
        let version = match numbers.as_deref() {
            Some(&[major, minor, patch]) => Some(Self { major, minor, patch }),
            _ => None,
        };
        // What is written in another way than we would, as 01.2.3 or +1.2.3, is none either.
        version
            .filter(|version| version.to_string() == text)
            .ok_or_else(|| format!("{text} is not a version of three numbers, such as 1.2.3"))
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn three_numbers_are_a_version() {
        assert_eq!("10.2.30".parse::<Version>().unwrap().to_string(), "10.2.30");
    }

    #[test]
    fn anything_else_is_none() {
        for text in ["", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc.1", "01.2.3", "+1.2.3", "1.2.x"] {
            let refusal = text.parse::<Version>().unwrap_err();
            assert_eq!(refusal, format!("{text} is not a version of three numbers, such as 1.2.3"));
        }
    }

    #[test]
    fn later_ones_are_greater() {
        assert!("1.10.0".parse::<Version>() > "1.9.9".parse::<Version>());
    }
}
