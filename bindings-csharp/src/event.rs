//! Push events, as they cross to .NET.

use sonoran::EventKeys;

use crate::argument_error::ArgumentError;

/// Reads the body of a push event and checks the key in it. Answers with the event as JSON, or with the
/// refusal, which alone has a `kind`.
///
/// # Errors
///
/// When there is no key, or one is empty.
#[uniffi::export]
pub fn parse_event(body: &[u8], keys: Vec<String>) -> Result<String, ArgumentError> {
    let keys = EventKeys::new(keys)?;
    Ok(match sonoran::parse_event(body, &keys) {
        Ok(event) => event.to_json(),
        Err(refusal) => refusal.to_json(),
    })
}
