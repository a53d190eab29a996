//! The community's key: from one place, which is none that everybody on the machine sees.

use std::path::PathBuf;

use secrecy::SecretString;

use super::entries::Entries;
use super::error::ConfigError;
use super::file;
use crate::credential::Credential;

/// The community's key in the environment. It is no flag: everybody on a machine sees those.
pub(super) const API_KEY: &str = "SONORAN_GATEWAY_API_KEY";

pub(super) fn credential(entries: &Entries) -> Result<Credential, ConfigError> {
    let unfit = |problem: String| Err(ConfigError::Unfit(problem));
    if entries.api_key_by_flag.is_some() {
        return unfit(format!(
            "no flag takes the API key, since everybody on a machine sees those: give it in the environment as {API_KEY}, or \
             in a file that api-key-file names"
        ));
    }
    let in_environment = std::env::var(API_KEY).ok().filter(|key| !key.is_empty()).map(SecretString::from);
    let in_file = match &entries.api_key_file {
        Some(file) => {
            let text = file::text("file of the API key", file)?;
            if text.trim().is_empty() {
                return unfit(format!("api-key-file: {} is empty: the key belongs into it", file.display()));
            }
            Some(SecretString::from(text.trim()))
        }
        None => None,
    };
    let named =
        |file: &Option<PathBuf>| file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
    let places = [
        format!("in the environment as {API_KEY}"),
        format!("in {}, which api-key-file names", named(&entries.api_key_file)),
        format!("as api-key in {}", named(&entries.config)),
    ];
    let keys = [in_environment, in_file, entries.api_key.clone()];
    let given: Vec<_> = places.into_iter().zip(&keys).filter(|(_, key)| key.is_some()).collect();
    let given: Vec<_> = given.into_iter().map(|(place, _)| place).collect();
    let mut keys = keys.into_iter().flatten();
    match (entries.pass_through.unwrap_or(false), keys.next(), &entries.community_id) {
        (true, None, None) => Ok(Credential::PassedThrough),
        (true, ..) => {
            unfit("pass-through takes no API key and no community-id: callers have their own".to_owned())
        }
        (false, Some(_), _) if keys.next().is_some() => {
            unfit(format!("the API key is given more than once: {}: keep one of them", given.join(", and ")))
        }
        (false, Some(key), Some(community)) => Ok(Credential::Held { key, community: community.clone() }),
        (false, Some(_), None) => unfit("community-id is required: whose key is it?".to_owned()),
        (false, None, _) => unfit(format!(
            "an API key is required: in the environment as {API_KEY}, in the file that api-key-file names, or as \
             api-key in the configuration file; else pass-through takes the callers' own"
        )),
    }
}
