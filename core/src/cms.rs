//! The face of the CMS API: one method per operation, generated from `spec/`.

use serde::Serialize;

use crate::{Argument, ArgumentError, Call, CallOptions, Client, Operation, Response};

/// The operations of the CMS API. Made by [`Client::cms`].
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// let response = client.cms().get_account_v2("00000000-0000-0000-0000-000000000000").await?;
/// assert!(response.typed()?.is_some_and(|account| !account.acc_name.is_empty()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// use std::time::Duration;
    /// use sonoran::CallOptions;
    ///
    /// let hasty = CallOptions { timeout: Some(Duration::from_secs(2)), retries: Some(0), ..CallOptions::default() };
    /// assert!(client.cms().with(hasty).get_community_v2().await?.success);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
        let call = Call::to(operation, arguments, payload, self.options.clone());
        Ok(self.client.execute(call).await?.retype())
    }
}
