//! The face of the CMS API: one method per operation, generated from `spec/`.

use reqwest::header::HeaderMap;
use serde::Serialize;

use crate::{Argument, ArgumentError, Call, CallOptions, Client, Operation, Response};

/// The operations of the CMS API. Made by [`Client::cms`].
#[derive(Debug, Clone)]
pub struct Cms<'a> {
    client: &'a Client,
    options: CallOptions,
}

impl<'a> Cms<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, options: CallOptions::default() }
    }

    /// The same operations with other bounds for the calls made through it.
    #[must_use]
    pub fn with(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The one way that every generated method takes.
    pub(crate) async fn send<T>(
        &self,
        operation: &'static Operation,
        arguments: Vec<Argument>,
        payload: Option<&(impl Serialize + ?Sized)>,
    ) -> Result<Response<T>, ArgumentError> {
        let payload = payload.map(serde_json::to_string).transpose().map_err(|error| {
            ArgumentError::of_type(operation.payload_name(), format!("can't be written as JSON: {error}"))
        })?;
        let call =
            Call { operation, arguments, payload, options: self.options.clone(), headers: HeaderMap::new() };
        Ok(self.client.execute(call).await?.retype())
    }
}
