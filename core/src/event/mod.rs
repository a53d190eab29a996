//! Push events: what the service sends to a community's own server.

mod bounds;
mod key;
mod refusal;
#[cfg(feature = "tower")]
mod service;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use self::key::EventKeys;
pub use self::refusal::{EventError, EventErrorKind};
#[cfg(feature = "tower")]
pub use self::service::{EventService, EventServiceBuilder};
pub use crate::generated::events::EventData;

/// The most bytes that the body of an event may have: 256 KiB. A documented one has less than 1 KiB.
pub const EVENT_BYTES: usize = 256 * 1024;

/// An event that proved itself with the community's key; the key is not in it.
///
/// ```
/// use sonoran::{EventData, EventKeys, parse_event};
///
/// let keys = EventKeys::new(["YOUR_API_KEY"])?;
/// let body = r#"{"key": "YOUR_API_KEY", "type": "ACCOUNT_KICKED", "data": {"accountId": "1"}}"#;
/// let event = parse_event(body, &keys)?;
/// assert_eq!(event.event_type, "ACCOUNT_KICKED");
/// assert_eq!(event.account_id.as_deref(), Some("1"));
/// assert!(event.known() && matches!(event.typed(), EventData::AccountKicked(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// The constant that names it, such as `ACCOUNT_KICKED`.
    #[serde(rename = "type")]
    pub event_type: String,
    known: bool,
    /// The account it is about, whichever name its data have for it (`accountId` or `accId`).
    #[serde(rename = "accountId")]
    pub account_id: Option<String>,
    /// Its data as they came; `null` where there were none.
    pub data: Box<RawValue>,
    #[serde(skip)]
    typed: EventData,
}

impl Event {
    /// Whether it is a documented event whose data have the documented types.
    pub fn known(&self) -> bool {
        self.known
    }

    /// Its data in their documented type.
    pub fn typed(&self) -> &EventData {
        &self.typed
    }

    /// The event as a JSON object, for the language bindings: `type`, `known`, `accountId`, `data`.
    ///
    /// # Panics
    ///
    /// Never: every part of an event can be written as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an event is JSON")
    }

    fn new(event_type: String, data: Box<RawValue>) -> Self {
        let typed = EventData::of(&event_type, data.get());
        Self {
            event_type,
            known: typed != EventData::Unknown,
            account_id: account_id(data.get()),
            data,
            typed,
        }
    }
}

/// The body of an event. The members may have any type, so that each mistake gets its own words.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    key: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    event_type: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// Reads the raw body of a push event and checks the key in it, which is all that such an event proves
/// itself with: the service signs nothing.
///
/// A type that is not documented, and data of other JSON types than documented, are passed on: then
/// [`Event::known`] is false. A byte order mark in front of the body is skipped.
///
/// ```
/// use sonoran::{EventData, EventKeys, parse_event};
///
/// let keys = EventKeys::new(["YOUR_API_KEY"])?;
/// let body = r#"{"key":"YOUR_API_KEY","type":"ACCOUNT_KICKED","data":{"accountId":"4b6f…"}}"#;
/// let event = parse_event(body, &keys)?;
/// if let EventData::AccountKicked(_) = event.typed() {
///     println!("{} was kicked", event.account_id.as_deref().unwrap_or("somebody"));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When the key is missing or wrong, when the body has more than [`EVENT_BYTES`], more than 32 levels or
/// more than 10,000 members, or when it is no JSON object with a type. No part of the body or of a key is
/// in the message.
pub fn parse_event(body: impl AsRef<[u8]>, keys: &EventKeys) -> Result<Event, EventError> {
    let body = body.as_ref();
    if body.len() > EVENT_BYTES {
        return Err(EventError::too_large());
    }
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    bounds::check(body)?;
    let envelope = envelope(body)?;
    if !envelope.key.and_then(text).is_some_and(|key| keys.have(&key)) {
        return Err(EventError::unproven());
    }
    let event_type = envelope.event_type.and_then(text).filter(|event_type| !event_type.is_empty());
    let event_type = event_type.ok_or_else(|| EventError::malformed("The event's `type` is no text."))?;
    Ok(Event::new(event_type, envelope.data.unwrap_or(RawValue::NULL).to_owned()))
}

/// The members of the body, each at most once.
fn envelope(body: &[u8]) -> Result<Envelope<'_>, EventError> {
    // A list would be taken for the members in their order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(EventError::malformed("The body is no JSON object."));
    }
    serde_json::from_slice(body)
        .map_err(|_| EventError::malformed("The body has its `key`, `type` or `data` more than once."))
}

fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// The documentation has two names for it.
fn account_id(data: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Account<'a> {
        #[serde(borrow)]
        account_id: Option<&'a RawValue>,
        #[serde(borrow)]
        acc_id: Option<&'a RawValue>,
    }
    let account: Account<'_> = data.starts_with('{').then(|| serde_json::from_str(data).ok())??;
    account.account_id.and_then(text).or_else(|| account.acc_id.and_then(text))
}

#[cfg(test)]
mod tests;
