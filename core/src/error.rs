//! What can go wrong: misuse before anything is sent, and failures of a call.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::Refusal;

/// What stands in the place of a key.
pub(crate) const HIDDEN: &str = "[hidden]";

/// Takes the key out of a text, in each way that it may be written there.
pub(crate) fn hide(key: &str, text: &mut String) {
    let mut hide = |key: &str| {
        if !key.is_empty() && text.contains(key) {
            *text = text.replace(key, HIDDEN);
        }
    };
    hide(key);
    // JSON, which the text may quote, has more ways to write these signs.
    for (sign, escape) in [('/', "\\/"), ('+', "\\u002B")] {
        if key.contains(sign) {
            hide(&key.replace(sign, escape));
        }
    }
}

/// Misuse of the library: refused before anything is sent.
///
/// ```
/// use sonoran::{Client, Options};
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url("http://cms.example.com");
/// let error = Client::new(options).unwrap_err();
/// assert_eq!((error.argument.as_str(), error.wrong_type), ("apiUrl", false));
/// assert!(error.to_string().starts_with("apiUrl must be https"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{argument} {problem}")]
pub struct ArgumentError {
    /// The option or argument that is wrong.
    pub argument: String,
    /// What is wrong with it and what is expected, to be read after its name.
    pub problem: String,
    /// Whether it has the wrong type, rather than a wrong value.
    pub wrong_type: bool,
    closed: bool,
}

impl ArgumentError {
    pub(crate) fn value(argument: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { argument: argument.into(), problem: problem.into(), wrong_type: false, closed: false }
    }

    /// Without the key, should somebody have given it in the place of something else.
    pub(crate) fn hiding(mut self, key: &str) -> Self {
        if !key.is_empty() {
            self.argument = self.argument.replace(key, HIDDEN);
            self.problem = self.problem.replace(key, HIDDEN);
        }
        self
    }

    pub(crate) fn of_type(argument: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { wrong_type: true, ..Self::value(argument, problem) }
    }

    pub(crate) fn closed() -> Self {
        Self { closed: true, ..Self::value("client", "is closed: make a new one") }
    }

    /// Whether nothing is wrong but that the client is closed: before the call, or while it was under
    /// way. See [`Client::close`](crate::Client::close).
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

/// What a failure is about.
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// use sonoran::ErrorKind;
///
/// let response = client.cms().get_account_v2("99999999-9999-9999-9999-999999999999").await?;
/// match response.error.map(|failure| failure.kind) {
///     None => println!("found"),
///     Some(ErrorKind::NotFound) => println!("there is no such account"),
///     Some(kind) => println!("not known: {kind}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The service refused what was asked.
    Api,
    /// The key is wrong or may not do this, as the service itself says (401, 403).
    Auth,
    /// What the request names is not there (404).
    NotFound,
    /// No slot of the rate limit in time, or the service said 429.
    RateLimited,
    /// The service is down (500, 502 to 504, 520 to 530): try again later.
    Unavailable,
    /// Something before the service refuses this machine, such as a firewall.
    Blocked,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Connect,
    /// The host name could not be resolved.
    Dns,
    /// No secure connection: certificate or handshake.
    Tls,
    /// The answer is not one of this API.
    InvalidResponse,
    /// A fault of this library.
    Internal,
}

impl ErrorKind {
    /// The name of the kind, the same in every language.
    ///
    /// ```
    /// assert_eq!(sonoran::ErrorKind::RateLimited.as_str(), "rateLimited");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Auth => "auth",
            Self::NotFound => "notFound",
            Self::RateLimited => "rateLimited",
            Self::Unavailable => "unavailable",
            Self::Blocked => "blocked",
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::InvalidResponse => "invalidResponse",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for ErrorKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The particulars of a failed call.
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// let response = client.cms().get_account_v2("99999999-9999-9999-9999-999999999999").await?;
/// let failure = response.error.ok_or("such an account")?;
/// assert_eq!((failure.operation, failure.attempts), ("getAccountV2", 1));
/// assert!(failure.problem.is_some() && !failure.outcome_unknown);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What the failure is about.
    pub kind: ErrorKind,
    /// The whole problem document (RFC 9457), with its extensions, where the service sent one.
    pub problem: Option<Box<RawValue>>,
    /// How long to wait before the next try; in JSON a number of seconds.
    #[serde(serialize_with = "as_seconds")]
    pub retry_after: Option<Duration>,
    /// How many requests were sent.
    pub attempts: u32,
    /// Method name of the operation.
    pub operation: &'static str,
    /// The service's or its gateway's id of the request, to be named when asking its support.
    pub request_id: Option<String>,
    /// The `traceId` of the problem document, to be named when asking the service's support.
    pub trace_id: Option<String>,
    /// Which documented refusal it is, where it is one.
    pub refusal: Option<Refusal>,
    /// The request may have been carried out, but its answer was lost.
    pub outcome_unknown: bool,
}

impl Failure {
    pub(crate) fn new(kind: ErrorKind, operation: &'static str, attempts: u32) -> Self {
        Self {
            kind,
            problem: None,
            retry_after: None,
            attempts,
            operation,
            request_id: None,
            trace_id: None,
            refusal: None,
            outcome_unknown: false,
        }
    }
}

// The reference to an `Option` is what serde hands over.
#[allow(clippy::ref_option)]
fn as_seconds<S: Serializer>(value: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(|duration| duration.as_secs_f64()).serialize(serializer)
}

/// A failed call as an error, for those who prefer `?`: see [`Response::into_result`].
///
/// [`Response::into_result`]: crate::Response::into_result
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// let response = client.cms().get_account_v2("99999999-9999-9999-9999-999999999999").await?;
/// let error = response.into_result().unwrap_err();
/// assert_eq!(error.status, Some(404));
/// assert!(error.to_string().starts_with("getAccountV2: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {reason} ({})", failure.operation, self.particulars())]
pub struct Error {
    /// What went wrong, as a plain sentence.
    pub reason: String,
    /// HTTP status, where an answer came.
    pub status: Option<u16>,
    /// The particulars.
    pub failure: Box<Failure>,
}

impl Error {
    /// What its words are followed by: kind, status and request id, as far as there are any.
    fn particulars(&self) -> String {
        let status = self.status.map(|status| format!(", status {status}"));
        let request = self.failure.request_id.as_ref().map(|id| format!(", request {id}"));
        format!("{}{}{}", self.failure.kind, status.unwrap_or_default(), request.unwrap_or_default())
    }
}

/// Why a walk over a list ended before its end, see [`Walk`](crate::Walk).
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// use sonoran::WalkError;
///
/// client.close();
/// match client.walk().get_accounts_v2(None).list().await {
///     Ok(accounts) => println!("{} accounts", accounts.len()),
///     Err(WalkError::Failed(error)) => println!("a page failed: {error}"),
///     Err(error) => println!("misuse: {error}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum WalkError {
    /// An argument is wrong, or the client is closed.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// A page failed, or holds what can't be read.
    #[error(transparent)]
    Failed(#[from] Error),
}
