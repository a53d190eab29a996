//! With whom rate limits are shared, as the entries say it.

use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use sonoran::{ShareLimits, ShareLimitsFallback};

use super::error::ConfigError;

/// Whom the entry `share-limits` names. The client judges the rest of a server's URL.
pub(super) fn with(text: &SecretString) -> Result<ShareLimits, ConfigError> {
    text.expose_secret().trim().parse().map_err(ConfigError::Refused)
}

/// Whether a URL has a password in it.
pub(super) fn has_password(url: &SecretString) -> bool {
    let url = url.expose_secret();
    // That of a socket has it in its query.
    url.contains('@') || url.contains("password=") || url.contains("pass=")
}

/// What is done while limits can't be shared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fallback(pub(super) ShareLimitsFallback);

impl FromStr for Fallback {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "divide" => Ok(Self(ShareLimitsFallback::Divide)),
            "refuse" => Ok(Self(ShareLimitsFallback::Refuse)),
            _ => Err("must be divide or refuse"),
        }
    }
}

impl<'de> Deserialize<'de> for Fallback {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_urls_are_known() {
        let has = |url: &str| has_password(&url.into());
        assert!(has("redis://:a@host") && has("rediss://user:a@host:1/0") && has("unix:///s?password=a"));
        assert!(!has("redis://host:6379/1") && !has("unix:///run/valkey.sock?db=1") && !has("machine"));
    }
}
