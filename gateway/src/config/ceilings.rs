//! Other ceilings than the documented ones: `getAccountV2=10,v1=30`, or in the configuration file a table.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;

/// How many requests may be sent in a window, by the name of an operation or `v1`. The client judges the names.
///
/// ```
/// let ceilings: sonoran_gateway::Ceilings = "getAccountV2=10, v1=30".parse()?;
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Ceilings(BTreeMap<String, u32>);

impl Ceilings {
    /// Each with its name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &u32)> {
        self.0.iter()
    }
}

impl FromStr for Ceilings {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = BTreeMap::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let form = || format!("{entry:?} must be an operation and a number, such as getAccountV2=10");
            let (name, number) = entry.split_once('=').ok_or_else(form)?;
            let (name, number) = (name.trim().to_owned(), number.trim().parse().map_err(|_| form())?);
            if all.insert(name, number).is_some() {
                return Err(format!("{entry:?} stands there twice"));
            }
        }
        Ok(Self(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_their_numbers() {
        let all: Ceilings = "getAccountV2=10,, v1 = 30".parse().unwrap();
        assert_eq!(toml::from_str::<Ceilings>("v1 = 30\ngetAccountV2 = 10").unwrap(), all);
        for (wrong, words) in
            [("v1", "must be"), ("v1=", "must be"), ("v1=-1", "must be"), ("v1=1,v1=2", "twice")]
        {
            assert!(wrong.parse::<Ceilings>().unwrap_err().contains(words), "{wrong}");
        }
    }
}
