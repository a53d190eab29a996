//! Why a configuration is not good, in the names that its entries have here.

use sonoran::ArgumentError;

/// What options of the client are called here. One whose name another begins with comes after that.
const NAMES: [(&str, &str); 10] = [
    ("shareLimitsFolder", "share-limits-folder"),
    ("shareLimitsFallback", "share-limits-fallback"),
    ("shareLimitsMembers", "share-limits-members"),
    ("shareLimits", "share-limits"),
    ("allowPlainHttp", "allow-plain-http"),
    ("communityId", "community-id"),
    ("rateWindow", "rate-window"),
    ("maxWait", "max-wait"),
    ("apiUrl", "api-url"),
    ("apiKey", "the API key"),
];

/// Why the configuration is not good.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read the {what} {file}: {reason}")]
    Unreadable {
        /// What it was to be.
        what: &'static str,
        /// The file.
        file: String,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The configuration file is no TOML, or has an entry that there is not.
    #[error("the configuration file {file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// An entry is missing, or does not fit the others.
    #[error("{0}")]
    Unfit(String),
    /// What the client of the service refuses.
    #[error("{}", in_entries(&.0.to_string()))]
    Refused(ArgumentError),
}

/// What the client says, with its options called as the entries are.
pub(crate) fn in_entries(words: &str) -> String {
    NAMES.iter().fold(words.to_owned(), |words, (option, entry)| words.replace(option, entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_called_as_the_entries_are() {
        let words =
            "shareLimitsFolder does nothing: set shareLimits (in the environment SONORAN_SHARE_LIMITS) too";
        let told = "share-limits-folder does nothing: set share-limits (in the environment SONORAN_SHARE_LIMITS) too";
        assert_eq!(in_entries(words), told);
    }
}
