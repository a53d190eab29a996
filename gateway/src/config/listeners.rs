//! The addresses that push events are posted to: divided by commas, or in the configuration file a list.

use std::str::FromStr;

use axum::http::Uri;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Addresses of listeners. The key of the community goes there, as the service sends it: by plain http only within this
/// machine.
///
/// ```
/// use sonoran_gateway::Listeners;
///
/// assert!("http://127.0.0.1:3000/events, https://panel.example.com/events".parse::<Listeners>().is_ok());
/// assert!("http://panel.example.com/events".parse::<Listeners>().is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listeners(Vec<Uri>);

impl Listeners {
    pub(crate) fn all(&self) -> &[Uri] {
        &self.0
    }

    fn add(&mut self, text: &str) -> Result<(), String> {
        // An address may have a secret in it.
        let number = self.0.len() + 1;
        let wrong = |problem: &str| Err(format!("address {number} {problem}"));
        let Ok(address) = text.parse::<Uri>() else { return wrong("is no url") };
        let host = address.host().unwrap_or_default();
        match address.scheme_str() {
            Some("https") => {}
            Some("http") if is_here(host) => {}
            Some("http") => return wrong("must be https: the community's key is in what goes there"),
            _ => return wrong("must begin with http:// or https://"),
        }
        if host.is_empty() || address.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return wrong("must have a host and no user");
        }
        if let Some(place) = self.0.iter().position(|known| *known == address) {
            return wrong(&format!("is the same as address {}: it would get every event twice", place + 1));
        }
        self.0.push(address);
        Ok(())
    }
}

/// Whether a host is this machine.
pub(crate) fn is_here(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl FromStr for Listeners {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::default();
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.into_iter().try_for_each(|entry| all.add(entry))?;
        Ok(all)
    }
}

impl<'de> Deserialize<'de> for Listeners {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = Self::default();
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().try_for_each(|text| all.add(text)).map_err(Error::custom)?;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_the_key_may_go_to() {
        let all: Listeners = "http://localhost:1/a,,https://b.example.com".parse().unwrap();
        assert_eq!(all.all().len(), 2);
        let file = r#"x = ["http://localhost:1/a", "https://b.example.com"]"#;
        let file = toml::from_str::<std::collections::BTreeMap<String, Listeners>>(file).unwrap();
        assert_eq!(file["x"], all);
        for wrong in
            ["http://b.example.com/s3cret", "ftp://s3cret", "/s3cret", "https://s3cret@a.example.com"]
        {
            let problem = wrong.parse::<Listeners>().unwrap_err();
            assert!(problem.starts_with("address 1 ") && !problem.contains("s3cret"), "{problem}");
        }
        let twice =
            "http://localhost:1/s3cret,https://b.example.com,http://LOCALHOST:1/s3cret".parse::<Listeners>();
        let problem = "address 3 is the same as address 1: it would get every event twice";
        assert_eq!(twice, Err(problem.to_owned()));
    }
}
