//! Warnings, as they cross to .NET.

use uniffi::Lower;

use crate::UniFfiTag;
use crate::ending::{Ended, Hear};

/// What a program should know that no response tells.
#[derive(uniffi::Record)]
pub struct Warning {
    /// What it is about.
    pub kind: String,
    /// The same as a plain sentence.
    pub message: String,
}

/// Tells .NET of warnings, under the number of who hears them. They come up on any thread, also on that which makes the
/// client.
pub(crate) fn hook(hear: Hear, warned: u64) -> impl Fn(&sonoran::Warning) + Send + Sync + 'static {
    move |warning| {
        let warning = Warning { kind: warning.kind.to_string(), message: warning.message.clone() };
        Ended::success(hear, warned, <Warning as Lower<UniFfiTag>>::lower(warning)).tell();
    }
}
