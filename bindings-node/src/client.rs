//! The one function at the boundary.

use napi::Result;
use napi::bindgen_prelude::{ClassInstance, Env, PromiseRaw};
use napi_derive::napi;
use sonoran::{Call, Client, Options};

use crate::cancel::CancelHandle;
use crate::misuse::misuse;

const AGENT: &str = concat!("sonoran.js/", env!("CARGO_PKG_VERSION"));

/// The core's client for one instance.
#[napi]
pub struct NativeClient {
    client: Client,
}

#[napi]
impl NativeClient {
    /// Takes the options as the text of a JSON object.
    ///
    /// # Errors
    ///
    /// When an option is unknown, missing or wrong: see [`misuse`].
    #[allow(clippy::needless_pass_by_value, reason = "N-API hands over a copy of the text")]
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String) -> Result<Self> {
        let options = Options::from_json(&options).map_err(|error| misuse(&error))?;
        let client = Client::new(options.agent(AGENT)).map_err(|error| misuse(&error))?;
        Ok(Self { client })
    }

    /// Sends one call. The promise gives the text of the response, or null after a cancellation.
    ///
    /// # Errors
    ///
    /// When an argument is wrong, the promise is rejected: see [`misuse`].
    #[napi]
    pub fn execute<'env>(
        &self,
        env: &'env Env,
        operation: String,
        arguments: String,
        payload: Option<String>,
        options: Option<String>,
        cancel: Option<ClassInstance<'_, CancelHandle>>,
    ) -> Result<PromiseRaw<'env, Option<String>>> {
        let request = request(self.client.clone(), operation, arguments, payload, options);
        let Some(cancel) = cancel else {
            return env.spawn_future(async move { request.await.map(Some) });
        };
        let cancelled = cancel.cancelled();
        env.spawn_future(async move {
            tokio::select! {
                biased;
                answer = request => answer.map(Some),
                () = cancelled => Ok(None),
            }
        })
    }
}

// A panic in here rejects the promise, from which JavaScript makes a response of kind `internal`.
async fn request(
    client: Client,
    operation: String,
    arguments: String,
    payload: Option<String>,
    options: Option<String>,
) -> Result<String> {
    let call = Call::from_json(&operation, &arguments, payload, options.as_deref())
        .map_err(|error| misuse(&error))?;
    let response = client.execute(call).await.map_err(|error| misuse(&error))?;
    Ok(response.to_json())
}
