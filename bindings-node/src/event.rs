//! Push events: the core's parser, with the keys kept on this side.

use napi::Result;
use napi_derive::napi;
use sonoran::{EVENT_BYTES, EventKeys, parse_event};

use crate::misuse::misuse;

/// Reads events that carry one of its keys.
#[napi]
pub struct EventReader {
    keys: EventKeys,
}

#[napi]
impl EventReader {
    /// A reader for one key or several.
    ///
    /// # Errors
    ///
    /// When there is no key, or an empty one: see [`misuse`].
    #[napi(constructor, catch_unwind)]
    pub fn new(keys: Vec<String>) -> Result<Self> {
        let keys = EventKeys::new(keys).map_err(|error| misuse(&error))?;
        Ok(Self { keys })
    }

    /// The most bytes that a body may have.
    #[napi]
    pub fn limit() -> u32 {
        u32::try_from(EVENT_BYTES).unwrap_or(u32::MAX)
    }

    /// The text of the event, or that of its refusal, which alone has a member `kind`.
    #[napi(catch_unwind)]
    pub fn read(&self, body: &[u8]) -> String {
        parse_event(body, &self.keys).map_or_else(|refusal| refusal.to_json(), |event| event.to_json())
    }
}
