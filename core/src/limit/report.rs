//! What the limiter tells: to those who wait, and to those who ask.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// A call that waits for a slot of its rate limit, see [`Options::on_wait`](crate::Options::on_wait).
///
/// ```
/// use sonoran::{Options, Waiting};
///
/// fn tell(waiting: &Waiting) {
///     println!("{} waits: {:?} so far, {:?} to go", waiting.operation, waiting.waited, waiting.expected);
/// }
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").on_wait(tell);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// Method name of the operation.
    pub operation: &'static str,
    /// How long the call has waited for slots so far.
    pub waited: Duration,
    /// How long it will still wait, as far as that is known: at least so long when requests under
    /// way are yet to be answered.
    pub expected: Duration,
}

/// The rate limit of an operation at this moment, see
/// [`Client::rate_limit`](crate::Client::rate_limit).
///
/// ```
/// use sonoran::{Client, Options};
///
/// let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").ceiling("getAccountV2", 10))?;
/// let state = client.rate_limit("getAccountV2")?;
/// assert_eq!((state.limit, state.free, state.frozen), (10, 10, false));
/// # Ok::<(), sonoran::ArgumentError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RateLimitState {
    /// Requests that may be sent in any 60 seconds: the ceiling, or this process's part of it while limits that
    /// [can't be shared](crate::Options::share_limits_fallback) are divided.
    pub limit: u32,
    /// Requests that could be sent now.
    pub free: u32,
    /// Calls that wait for a slot.
    pub waiting: u32,
    /// How long until the next slot is free, whoever gets it; nothing when one is free now. A
    /// lower bound where the answer to a request under way decides, or whether limits can be shared
    /// again. In JSON a number of seconds.
    #[serde(serialize_with = "as_seconds")]
    pub next_free_in: Option<Duration>,
    /// The service said 429: nothing is sent until its time is over, nor while the one request
    /// that asks again is under way.
    pub frozen: bool,
}

impl RateLimitState {
    /// Nothing is held back.
    pub(crate) fn unused(limit: u32) -> Self {
        Self { limit, free: limit, waiting: 0, next_free_in: None, frozen: false }
    }

    /// As a JSON object, times in seconds.
    ///
    /// # Panics
    ///
    /// Never: numbers and truth values can always be written.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain values can be written")
    }
}

// The reference to an `Option` is what serde hands over.
#[allow(clippy::ref_option)]
fn as_seconds<S: Serializer>(value: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(|duration| duration.as_secs_f64()).serialize(serializer)
}
