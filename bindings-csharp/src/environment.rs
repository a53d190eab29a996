//! Which variables of the environment count, as .NET asks for them.

use sonoran::Options;

/// The names of the variables that `Client::new` looks for in the environment that it is given.
#[uniffi::export]
pub fn environment_names() -> Vec<String> {
    Options::VARIABLES.iter().map(|name| (*name).to_owned()).collect()
}
