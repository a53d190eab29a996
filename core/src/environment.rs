//! The environment that the library reads: the process's own, or the one that a language sees.

use std::collections::HashMap;
use std::ffi::OsString;

use crate::ArgumentError;

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

    #[test]
    fn a_given_environment_stands_in_for_the_process() {
        assert!(Environment::Process.get("PATH").unwrap().is_some());
        let given = Environment::of(&[("A", "x"), ("B", "")]);
        assert_eq!(given.read("PATH").unwrap(), Variable::Unset);
        assert_eq!(given.read("A").unwrap(), Variable::Set("x".to_owned()));
        assert_eq!(given.read("B").unwrap(), Variable::Empty);
        assert_eq!(given.get("A").unwrap().as_deref(), Some("x"));
        assert_eq!(given.get("B").unwrap(), None);
    }

    #[test]
    fn what_is_no_unicode_is_refused_by_name() {
        let error = Environment::of(&[("A", "secret\u{FFFD}")]).get("A").unwrap_err().to_string();
        assert!(error.starts_with("A in the environment") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn a_switch_is_on_off_or_refused() {
        let flag = |value| Environment::of(&[("A", value)]).flag("A");
        assert_eq!(flag("1").unwrap(), Some(true));
        assert_eq!(flag("false").unwrap(), Some(false));
        assert_eq!(flag("").unwrap(), None);
        assert!(flag("yes").unwrap_err().to_string().contains("must be 1 or 0"));
    }
}
