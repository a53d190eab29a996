//! The response that every language hands out.

use std::marker::PhantomData;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::unread::Unread;
use crate::error::{HIDDEN, hide};
use crate::{Error, ErrorKind, Failure};

/// As many bytes as the JSON of a success has beside its data and meta.
const BESIDE_THE_DATA: usize = 256;
/// As many bytes of what the service says as go into a reason.
const LONGEST_REASON: usize = 1024;
/// The same where it is no reason but an answer that can't be read: enough to see what it is.
const LONGEST_UNREADABLE: usize = 256;

/// The outcome of a call. `T` is the type of the documented data; nothing is decoded to it before
/// [`typed`](Self::typed) is asked.
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// let response = client.cms().get_account_v2("00000000-0000-0000-0000-000000000000").await?;
/// match response.typed()? {
///     Some(account) => println!("{} has {} ranks", account.acc_name, account.ranks.len()),
///     None => println!("{}", response.reason.unwrap_or_default()),
/// }
/// # assert!(response.success);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Response<T = Value> {
    /// Whether the service carried the call out.
    pub success: bool,
    /// HTTP status, or none when no answer came.
    pub status: Option<u16>,
    /// The envelope's data as JSON; none after a failure or where there is none.
    pub data: Option<Box<RawValue>>,
    /// On failure, what went wrong, as a plain sentence.
    pub reason: Option<String>,
    /// The envelope's meta as JSON.
    pub meta: Option<Box<RawValue>>,
    /// The service's or its gateway's id of the request, to be named when asking its support.
    pub request_id: Option<String>,
    /// How many requests were sent.
    pub attempts: u32,
    /// How long the call waited for slots of its rate limit; in JSON a number of seconds.
    #[serde(serialize_with = "as_seconds")]
    pub waited: Duration,
    /// On failure, its particulars.
    pub error: Option<Box<Failure>>,
    /// What is left to be read, in the place of data and meta.
    #[serde(skip)]
    pub(super) unread: Option<Box<Unread>>,
    #[serde(skip)]
    data_type: PhantomData<fn() -> T>,
}

impl<T> Response<T> {
    /// The whole response as a JSON object, for the language bindings.
    ///
    /// # Panics
    ///
    /// Never: every part of a response can be written as JSON.
    pub fn to_json(&self) -> String {
        let held = [&self.data, &self.meta].into_iter().flatten().map(|json| json.get().len()).sum::<usize>();
        let mut text = Vec::with_capacity(held + BESIDE_THE_DATA);
        serde_json::to_writer(&mut text, self).expect("a response is JSON");
        String::from_utf8(text).expect("JSON is text")
    }

    /// A failure inside this library, for the language bindings' own boundary.
    pub fn internal(operation: &'static str, reason: impl Into<String>) -> Self {
        Self::failed(None, reason.into(), Failure::new(ErrorKind::Internal, operation, 0))
    }

    pub(crate) fn failed(status: Option<u16>, reason: String, failure: Failure) -> Self {
        Self {
            success: false,
            status,
            data: None,
            reason: Some(reason),
            meta: None,
            request_id: failure.request_id.clone(),
            attempts: failure.attempts,
            waited: Duration::ZERO,
            error: Some(Box::new(failure)),
            unread: None,
            data_type: PhantomData,
        }
    }

    pub(crate) fn succeeded(status: u16, data: Option<Box<RawValue>>, meta: Option<Box<RawValue>>) -> Self {
        Self {
            success: true,
            status: Some(status),
            data: data.filter(|data| data.get() != "null"),
            reason: None,
            meta,
            request_id: None,
            attempts: 0,
            waited: Duration::ZERO,
            error: None,
            unread: None,
            data_type: PhantomData,
        }
    }

    /// What is told of a call is printed and logged: a key that the service repeats in it is taken out, and
    /// only then is the reason cut, which might leave half of a key.
    pub(crate) fn printable(mut self, key: &str) -> Self {
        let hide = |text: &mut String| hide(key, text);
        if let Some(reason) = &mut self.reason {
            hide(reason);
            if self.error.as_ref().is_some_and(|failure| failure.kind == ErrorKind::InvalidResponse) {
                *reason = on_one_line(reason);
                shorten(reason, LONGEST_UNREADABLE);
            }
            shorten(reason, LONGEST_REASON);
        }
        self.request_id.iter_mut().for_each(hide);
        if let Some(failure) = &mut self.error {
            failure.request_id.iter_mut().chain(&mut failure.trace_id).for_each(hide);
            failure.problem = failure.problem.take().map(|problem| without(key, problem));
        }
        self
    }

    pub(crate) fn retype<U>(self) -> Response<U> {
        let Self { success, status, data, reason, meta, request_id, attempts, waited, error, unread, .. } =
            self;
        Response {
            success,
            status,
            data,
            reason,
            meta,
            request_id,
            attempts,
            waited,
            error,
            unread,
            data_type: PhantomData,
        }
    }

    /// The data, or the failure as an error.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// use sonoran::ErrorKind;
    ///
    /// let response = client.cms().get_account_v2("11111111-2222-3333-4444-555555555555").await?;
    /// let error = response.into_result().unwrap_err();
    /// assert_eq!((error.status, error.failure.kind), (Some(404), ErrorKind::NotFound));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the call failed.
    pub fn into_result(self) -> Result<Option<Box<RawValue>>, Error> {
        match self.error {
            None => Ok(self.data),
            Some(failure) => {
                Err(Error { reason: self.reason.unwrap_or_default(), status: self.status, failure })
            }
        }
    }
}

impl<T: DeserializeOwned> Response<T> {
    /// The data in its documented type; none after a failure or where there is none. Unknown
    /// fields are kept.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// let response = client.cms().get_account_v2("00000000-0000-0000-0000-000000000000").await?;
    /// let account = response.typed()?.ok_or("no such account")?;
    /// println!("{} has {:?}", account.acc_name, account.ranks);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the data does not have the documented shape. [`data`](Self::data) has it as it came.
    pub fn typed(&self) -> Result<Option<T>, serde_json::Error> {
        self.data.as_deref().map(|data| serde_json::from_str(data.get())).transpose()
    }
}

/// The same document without the key, also where it is written with escapes.
fn without(key: &str, document: Box<RawValue>) -> Box<RawValue> {
    let Ok(mut value) = serde_json::from_str::<Value>(document.get()) else { return document };
    if !taken_out(key, &mut value) {
        return document;
    }
    to_raw_value(&value).unwrap_or(document)
}

/// Takes the key out of every text and name; whether there was any.
fn taken_out(key: &str, value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.contains(key) => {
            *text = text.replace(key, HIDDEN);
            true
        }
        Value::Array(items) => taken_out_of_each(key, items),
        Value::Object(members) => {
            let named = members.keys().any(|name| name.contains(key));
            if named {
                let renamed = std::mem::take(members).into_iter();
                *members = renamed.map(|(name, value)| (name.replace(key, HIDDEN), value)).collect();
            }
            taken_out_of_each(key, members.values_mut()) || named
        }
        _ => false,
    }
}

fn taken_out_of_each<'a>(key: &str, values: impl IntoIterator<Item = &'a mut Value>) -> bool {
    let mut found = false;
    for value in values {
        found |= taken_out(key, value);
    }
    found
}

fn as_seconds<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(value.as_secs_f64())
}

/// As much of a text as can be kept of it, without breaks and other signs that don't show.
fn on_one_line(text: &str) -> String {
    let mut line = String::new();
    let words = text.split(|sign: char| sign.is_whitespace() || sign.is_control());
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > LONGEST_UNREADABLE {
            break;
        }
    }
    line
}

fn shorten(text: &mut String, longest: usize) {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
}
