//! The response that every language hands out.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{Error, ErrorKind, Failure};

/// What stands in the place of a key.
const HIDDEN: &str = "[hidden]";

/// The outcome of a call. `T` is the type of the documented data; nothing is decoded to it before
/// [`typed`](Self::typed) is asked.
#[derive(Debug, Clone, Serialize)]
#[serde(bound = "")]
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
    /// On failure, its particulars.
    pub error: Option<Box<Failure>>,
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
        serde_json::to_string(self).expect("a response is JSON")
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
            error: Some(Box::new(failure)),
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
            error: None,
            data_type: PhantomData,
        }
    }

    /// A failure's words are printed and logged: a key that the service repeats in them is taken out.
    pub(crate) fn hiding(mut self, key: &str) -> Self {
        let hidden = |text: &str| text.contains(key).then(|| text.replace(key, HIDDEN));
        if let Some(reason) = self.reason.as_deref().and_then(hidden) {
            self.reason = Some(reason);
        }
        if let Some(failure) = &mut self.error
            && let Some(text) = failure.problem.as_deref().and_then(|problem| hidden(problem.get()))
        {
            failure.problem = RawValue::from_string(text).ok();
        }
        self
    }

    pub(crate) fn retype<U>(self) -> Response<U> {
        let Self { success, status, data, reason, meta, error, .. } = self;
        Response { success, status, data, reason, meta, error, data_type: PhantomData }
    }

    /// The data, or the failure as an error.
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
    /// # Errors
    ///
    /// When the data does not have the documented shape. [`data`](Self::data) has it as it came.
    pub fn typed(&self) -> Result<Option<T>, serde_json::Error> {
        self.data.as_deref().map(|data| serde_json::from_str(data.get())).transpose()
    }
}
