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
}

impl Display for ArgumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Invalid { message, .. } = self;
        formatter.write_str(message)
    }
}

impl std::error::Error for ArgumentError {}

impl From<sonoran::ArgumentError> for ArgumentError {
    fn from(error: sonoran::ArgumentError) -> Self {
        Self::Invalid { message: error.to_string(), argument: error.argument }
    }
}
