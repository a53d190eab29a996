//! The environment that the library reads: the process's own, or the one that a language sees.

use std::collections::HashMap;
use std::ffi::OsString;

use crate::{ArgumentError, address, options, proxy, tls};

/// All variables that are read. What reads another fails its tests.
pub(crate) const VARIABLES: [&str; 14] = [
    address::API_URL,
    address::ALLOW_PLAIN_HTTP,
    options::SHARE_LIMITS,
    options::SHARE_LIMITS_FOLDER,
    options::SHARE_LIMITS_FALLBACK,
    options::SHARE_LIMITS_MEMBERS,
    proxy::HTTPS[0],
    proxy::HTTPS[1],
    proxy::ALL[0],
    proxy::ALL[1],
    proxy::NONE[0],
    proxy::NONE[1],
    tls::FILE,
    tls::DIRECTORIES,
];

/// What stands for bytes that are no Unicode, in languages whose text can't hold them.
const REPLACEMENT: char = '\u{FFFD}';

/// Variables by name.
#[derive(Clone, Default)]
pub(crate) enum Environment {
    /// The process's, read when it is asked for.
    #[default]
    Process,
    /// The one that was given.
    Given(HashMap<String, String>),
}

/// What a variable holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Variable {
    Unset,
    /// Set to nothing, as by a template whose own variable was not there.
    Empty,
    Set(String),
}

impl Environment {
    pub(crate) fn read(&self, name: &str) -> Result<Variable, ArgumentError> {
        // Languages hand over no others.
        debug_assert!(VARIABLES.contains(&name), "{name} is not among VARIABLES");
        let value = match self {
            Self::Process => std::env::var_os(name).map(OsString::into_string),
            Self::Given(variables) => variables.get(name).cloned().map(Ok),
        };
        match value {
            None => Ok(Variable::Unset),
            Some(Ok(text)) if text.is_empty() => Ok(Variable::Empty),
            Some(Ok(text)) if !text.contains(REPLACEMENT) => Ok(Variable::Set(text)),
            // Not repeated: it may hold a password.
            Some(_) => Err(ArgumentError::value(name, "in the environment is no valid Unicode")),
        }
    }

    /// What a variable holds; nothing where it is unset or empty.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, ArgumentError> {
        match self.read(name)? {
            Variable::Set(text) => Ok(Some(text)),
            Variable::Unset | Variable::Empty => Ok(None),
        }
    }

    /// Whether a switch is on; nothing where it is not set.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ArgumentError> {
        match self.get(name)?.as_deref() {
            None => Ok(None),
            Some("1" | "true") => Ok(Some(true)),
            Some("0" | "false") => Ok(Some(false)),
            Some(_) => Err(ArgumentError::value(name, "in the environment must be 1 or 0")),
        }
    }
}

#[cfg(test)]
impl Environment {
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self::Given(variables.iter().map(owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = address::API_URL;
    const OTHER: &str = tls::FILE;

    #[test]
    fn a_given_environment_stands_in_for_the_process() {
        let given = Environment::of(&[(NAME, "x"), (OTHER, "")]);
        assert_eq!(given.read(tls::DIRECTORIES).unwrap(), Variable::Unset);
        assert_eq!(given.read(NAME).unwrap(), Variable::Set("x".to_owned()));
        assert_eq!(given.read(OTHER).unwrap(), Variable::Empty);
        assert_eq!(given.get(NAME).unwrap().as_deref(), Some("x"));
        assert_eq!(given.get(OTHER).unwrap(), None);
    }

    #[test]
    fn what_is_no_unicode_is_refused_by_name() {
        let error = Environment::of(&[(NAME, "secret\u{FFFD}")]).get(NAME).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("{NAME} in the environment")) && !error.contains("secret"),
            "{error}"
        );
    }

    #[test]
    fn a_switch_is_on_off_or_refused() {
        let flag = |value| Environment::of(&[(NAME, value)]).flag(NAME);
        assert_eq!(flag("1").unwrap(), Some(true));
        assert_eq!(flag("false").unwrap(), Some(false));
        assert_eq!(flag("").unwrap(), None);
        assert!(flag("yes").unwrap_err().to_string().contains("must be 1 or 0"));
    }

    #[test]
    fn all_that_is_read_is_listed_once() {
        let mut names = VARIABLES.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), VARIABLES.len());
        assert_eq!(crate::Options::VARIABLES, VARIABLES);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "HTTP_PROXY is not among VARIABLES")]
    fn what_is_not_listed_is_not_read() {
        let _ = Environment::of(&[]).get("HTTP_PROXY");
    }
}
