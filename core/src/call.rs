//! One call: an operation, its arguments, and what holds for this call alone.

use std::time::Duration;

use http::header::HeaderMap;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::nearest::suggestion;
use crate::options::rate_limit;
use crate::settings::{self, bound, duration, whole};
use crate::surrogates::refuse_halves;
use crate::{Argument, ArgumentError, Operation, Priority, RateLimit, headers};

/// A call to an operation, ready for [`Client::execute`](crate::Client::execute).
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// use sonoran::{Call, CallOptions};
///
/// let account = "00000000-0000-0000-0000-000000000000";
/// let payload = r#"{"newName": "Example"}"#.to_owned();
/// let call = Call::from_parts("setAccountNameV2", vec![account.into()], Some(payload), CallOptions::default())?;
/// let response = client.execute(call).await?;
/// assert!(response.success);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) payload: Option<String>,
    pub(crate) options: CallOptions,
    pub(crate) headers: HeaderMap,
    /// The server where the call names none, in the place of the client's.
    pub(crate) default_server: Option<i64>,
    /// Whether the envelope of a success is left to the caller.
    pub(crate) leaves_unread: bool,
}

impl Call {
    /// A call by the operation's method name, with its positional arguments and the JSON text of
    /// its payload, which is its query object where it has one.
    ///
    /// # Errors
    ///
    /// When there is no such operation.
    pub fn from_parts(
        operation: &str,
        arguments: Vec<Argument>,
        payload: Option<String>,
        options: CallOptions,
    ) -> Result<Self, ArgumentError> {
        Ok(Self::to(Operation::named(operation)?, arguments, payload, options))
    }

    pub(crate) fn to(
        operation: &'static Operation,
        arguments: Vec<Argument>,
        payload: Option<String>,
        options: CallOptions,
    ) -> Self {
        let headers = HeaderMap::new();
        Self { operation, arguments, payload, options, headers, default_server: None, leaves_unread: false }
    }

    /// A call from JSON texts, as a language binding has them: the list of positional arguments,
    /// the payload or query object, and the call options of [`CallOptions::from_json`].
    ///
    /// ```
    /// let arguments = r#"["00000000-0000-0000-0000-000000000000"]"#;
    /// let call = sonoran::Call::from_json("getAccountV2", arguments, None, Some(r#"{"retries": 0}"#))?;
    /// let unknown = sonoran::Call::from_json("getAcountV2", "[]", None, None).unwrap_err();
    /// assert!(unknown.to_string().ends_with("did you mean getAccountV2?"));
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no such operation, or an argument is a list or an object.
    pub fn from_json(
        operation: &str,
        arguments: &str,
        payload: Option<String>,
        options: Option<&str>,
    ) -> Result<Self, ArgumentError> {
        let mut call = Self::from_parts(operation, Vec::new(), payload, CallOptions::from_json(options)?)?;
        // Each for itself, so that an error can name it.
        let values: Vec<&RawValue> = serde_json::from_str(arguments)
            .map_err(|_| ArgumentError::of_type("arguments", "must be a list of arguments"))?;
        let parameters = call.operation.parameters.iter().map(|parameter| parameter.name);
        for (value, name) in values.iter().zip(parameters.chain(std::iter::repeat("arguments"))) {
            refuse_halves(name, value.get())?;
            let value = serde_json::from_str(value.get())
                .map_err(|_| ArgumentError::of_type(name, "must be text, a number or a boolean"))?;
            call.arguments.push(Argument::from_json(name, value)?);
        }
        Ok(call)
    }

    /// Sets what holds for this call alone, in the place of what was given with it.
    ///
    /// ```
    /// use sonoran::{Call, CallOptions};
    ///
    /// let mut call = Call::from_json("getCommunityV2", "[]", None, None)?;
    /// call.set_options(CallOptions { retries: Some(0), ..CallOptions::default() });
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn set_options(&mut self, options: CallOptions) {
        self.options = options;
    }

    /// Sets the server that is meant where the call names none, in the place of the client's own default: for a
    /// client that several programs share.
    ///
    /// ```
    /// use sonoran::Call;
    ///
    /// let mut call = Call::from_json("getWhitelistV2", "[]", None, None)?;
    /// call.set_default_server(2);
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn set_default_server(&mut self, server: i64) {
        self.default_server = Some(server);
    }

    /// Leaves the envelope of a success to be read by the caller, as [`Response::unread`](crate::Response::unread); where
    /// it is not as expected, [`Client::read`](crate::Client::read) reads it. For bindings of languages that read JSON
    /// themselves.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// use sonoran::Call;
    ///
    /// let mut call = Call::from_json("getCommunityV2", "[]", None, None)?;
    /// call.leave_unread();
    /// let response = client.execute(call).await?;
    /// assert!(response.unread().is_some_and(|envelope| envelope.starts_with(br#"{"success":true"#)));
    /// assert!(response.data.is_none() && client.read(response).data.is_some());
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn leave_unread(&mut self) {
        self.leaves_unread = true;
    }

    /// Sends a header with each request of this call, such as the W3C's `traceparent`; it goes before one
    /// of the same name among the client's.
    ///
    /// ```
    /// use sonoran::{Call, CallOptions};
    ///
    /// let mut call = Call::from_parts("getCommunityV2", Vec::new(), None, CallOptions::default())?;
    /// call.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")?;
    /// assert_eq!(call.header("authorization", "x").unwrap_err().argument, "headers.authorization");
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the name or the value is none of a header, or the library sets that header itself.
    pub fn header(&mut self, name: &str, value: &str) -> Result<(), ArgumentError> {
        let (name, value) = headers::checked("headers", name, value)?;
        self.headers.insert(name, value);
        Ok(())
    }
}

/// The call options there are.
pub(crate) const CALL_OPTIONS: [&str; 5] = ["timeout", "deadline", "retries", "maxWait", "rateLimit"];

/// What can be set for one call; what is left out is the client's.
///
/// ```
/// use std::time::Duration;
/// use sonoran::CallOptions;
///
/// let hasty = CallOptions { timeout: Some(Duration::from_secs(2)), retries: Some(0), ..CallOptions::default() };
/// assert_eq!(CallOptions::from_json(Some(r#"{"timeout": 2000, "retries": 0}"#))?, hasty);
/// # Ok::<(), sonoran::ArgumentError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallOptions {
    /// Bound on all attempts and the pauses between them.
    pub timeout: Option<Duration>,
    /// Bound on the whole call, waiting for a slot of the rate limit included.
    pub deadline: Option<Duration>,
    /// How often a failed attempt may be repeated.
    pub retries: Option<u32>,
    /// Bound on waiting for slots of the rate limit.
    pub max_wait: Option<Duration>,
    /// What to do when no slot of the rate limit is free.
    pub rate_limit: Option<RateLimit>,
    /// Before whom it goes where slots are short.
    pub priority: Priority,
}

impl CallOptions {
    /// Reads `{"timeout": ms, "deadline": ms, "retries": n, "maxWait": ms, "rateLimit": "wait"}`; no
    /// text means no options.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object, names an unknown option or has a wrong value.
    pub fn from_json(text: Option<&str>) -> Result<Self, ArgumentError> {
        let mut options = Self::default();
        let Some(text) = text else { return Ok(options) };
        refuse_halves("", text)?;
        let document: Map<String, Value> = serde_json::from_str(text)
            .map_err(|_| ArgumentError::of_type("options", "must be an object of call options"))?;
        for (name, value) in document.into_iter().filter(|(_, value)| !value.is_null()) {
            match name.as_str() {
                "timeout" => options.timeout = Some(bound(&name, &value)?),
                "deadline" => options.deadline = Some(bound(&name, &value)?),
                "retries" => options.retries = Some(whole(&name, &value)?),
                "maxWait" => options.max_wait = Some(duration(&name, &value)?),
                "rateLimit" => options.rate_limit = Some(rate_limit(&name, &settings::text(&name, value)?)?),
                _ => {
                    let problem = format!("is not a call option: {}", suggestion(&name, &CALL_OPTIONS));
                    return Err(ArgumentError::of_type(name, problem));
                }
            }
        }
        Ok(options)
    }
}
