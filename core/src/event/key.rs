//! The keys that an event may prove itself with.

use secrecy::{ExposeSecret, SecretString};
use subtle::{Choice, ConstantTimeEq};

use crate::ArgumentError;

/// The keys that a community's events may carry: one, or several while a key is being changed. They are
/// never printed.
///
/// ```
/// use sonoran::EventKeys;
///
/// // While the key is being changed, events may carry either.
/// let keys = EventKeys::new(["NEW_API_KEY", "OLD_API_KEY"])?;
/// assert!(!format!("{keys:?}").contains("API_KEY"));
/// assert!(EventKeys::new([""]).is_err());
/// assert!(EventKeys::new(["YOUR_API_KEY\n"]).is_err());
/// # Ok::<(), sonoran::ArgumentError>(())
/// ```
#[derive(Debug, Clone)]
pub struct EventKeys(Vec<SecretString>);

impl EventKeys {
    /// These keys.
    ///
    /// # Errors
    ///
    /// When there is none, or one is empty: then anybody's events would pass. Or one has signs that no API key
    /// has, such as a space or a line break, so that no event can carry it.
    pub fn new<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Result<Self, ArgumentError> {
        let keys: Vec<SecretString> = keys.into_iter().map(|key| SecretString::from(key.into())).collect();
        if keys.is_empty() {
            return Err(ArgumentError::value("key", "must be an API key of the community, or several"));
        }
        if keys.iter().any(|key| key.expose_secret().is_empty()) {
            return Err(ArgumentError::value("key", "must not be empty"));
        }
        if !keys.iter().all(|key| key.expose_secret().bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(ArgumentError::value(
                "key",
                "must be printable ASCII without spaces, as the admin panel shows it",
            ));
        }
        Ok(Self(keys))
    }

    /// Whether it is one of them. The time that it takes tells nothing of a key but its length.
    pub(super) fn have(&self, offered: &str) -> bool {
        let same = |key: &SecretString| key.expose_secret().as_bytes().ct_eq(offered.as_bytes());
        self.0.iter().fold(Choice::from(0), |found, key| found | same(key)).into()
    }
}
