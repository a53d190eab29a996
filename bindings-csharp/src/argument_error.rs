//! Misuse by the caller, as it crosses to .NET.

use std::fmt::{self, Display};

/// A call or an option that cannot be sent as it is.
#[derive(Debug, uniffi::Error)]
pub enum ArgumentError {
    /// What is wrong, and with which argument.
    Invalid {
        /// The argument's documented name.
        argument: String,
        /// The whole sentence, the argument's name included.
        message: String,
    },
    /// Nothing is wrong but that the client is closed: before the call, or while it was under way.
    Closed,
}

impl ArgumentError {
    pub(crate) fn invalid(argument: &str, problem: &str) -> Self {
        Self::Invalid { argument: argument.to_owned(), message: format!("{argument} {problem}") }
    }
}

impl Display for ArgumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { message, .. } => formatter.write_str(message),
            Self::Closed => formatter.write_str("the client is closed"),
        }
    }
}

impl std::error::Error for ArgumentError {}

impl From<sonoran::ArgumentError> for ArgumentError {
    fn from(error: sonoran::ArgumentError) -> Self {
        if error.is_closed() {
            return Self::Closed;
        }
        Self::Invalid { message: error.to_string(), argument: error.argument }
    }
}
