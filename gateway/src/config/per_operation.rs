//! A number of seconds for each of some reads: `getAccountV2=5,getAccountsV2=60`, or in the configuration file a table.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use sonoran::{Forward, Operation};

use super::seconds::Seconds;

/// How long it is for each of some operations that read.
///
/// ```
/// use std::time::Duration;
/// use sonoran_gateway::PerOperation;
///
/// let times: PerOperation = "getAccountV2=5, getAccountsV2=60".parse()?;
/// assert_eq!(times.of("getAccountsV2"), Duration::from_secs(60));
/// assert_eq!(times.of("getCommunityV2"), Duration::ZERO);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PerOperation(BTreeMap<&'static str, Duration>);

impl PerOperation {
    /// How long it is for this one; no time where it is not named.
    pub fn of(&self, operation: &str) -> Duration {
        self.0.get(operation).copied().unwrap_or_default()
    }

    fn add(&mut self, name: &str, seconds: Seconds) -> Result<(), String> {
        let operation = Forward::new(name).map_err(|error| error.problem)?.operation;
        if !Operation::reads(operation) {
            return Err(format!("{name} is a write, and no answer of one stands for another"));
        }
        match self.0.insert(operation.name, seconds.into()) {
            Some(_) => Err(format!("{name} stands there twice")),
            None => Ok(()),
        }
    }
}

impl FromStr for PerOperation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::default();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let form = || format!("{entry:?} must be an operation and seconds, such as getAccountV2=5");
            let (name, seconds) = entry.split_once('=').ok_or_else(form)?;
            all.add(name.trim(), seconds.parse().map_err(|problem| format!("{entry:?} {problem}"))?)?;
        }
        Ok(all)
    }
}

impl<'de> Deserialize<'de> for PerOperation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = Self::default();
        for (name, seconds) in BTreeMap::<String, Seconds>::deserialize(deserializer)? {
            all.add(&name, seconds).map_err(Error::custom)?;
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_by_name_with_their_seconds() {
        let all: PerOperation = "getAccountV2=2.5,, getDepartments = 0".parse().unwrap();
        assert_eq!(all.of("getAccountV2"), Duration::from_millis(2500));
        assert_eq!(toml::from_str::<PerOperation>("getAccountV2 = 2.5\ngetDepartments = 0").unwrap(), all);
        for (wrong, words) in [
            ("getAccountV2", "must be an operation and seconds"),
            ("getAccountV2=soon", "must be a number of seconds"),
            ("getAcountV2=1", "did you mean getAccountV2?"),
            ("setAccountNameV2=1", "is a write"),
            ("getAccountV2=1,getAccountV2=2", "twice"),
        ] {
            let problem = wrong.parse::<PerOperation>().unwrap_err();
            assert!(problem.contains(words), "{problem}");
        }
        assert!(toml::from_str::<PerOperation>("setAccountNameV2 = 1").is_err());
    }
}
