//! The one function at the boundary.

use napi::bindgen_prelude::{ClassInstance, Env, PromiseRaw};
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde_json::json;
use sonoran::{Argument, ArgumentError, Call, CallOptions, Client, Options, Response};

use crate::cancel::CancelHandle;
use crate::guard::guarded;

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

async fn request(
    client: Client,
    operation: String,
    arguments: String,
    payload: Option<String>,
    options: Option<String>,
) -> Result<String> {
    let answer = guarded(async {
        let call = call(&operation, &arguments, payload, options.as_deref())?;
        client.execute(call).await
    });
    match answer.await {
        Ok(Ok(response)) => Ok(response.to_json()),
        Ok(Err(error)) => Err(misuse(&error)),
        Err(panic) => Ok(Response::internal(&operation, &panic).to_json()),
    }
}

fn call(
    operation: &str,
    arguments: &str,
    payload: Option<String>,
    options: Option<&str>,
) -> std::result::Result<Call, ArgumentError> {
    let arguments: Vec<Argument> = serde_json::from_str(arguments).unwrap_or_default();
    Call::from_parts(operation, arguments, payload, CallOptions::from_json(options)?)
}

/// Misuse as the text of a JSON object, from which JavaScript makes its own argument error.
fn misuse(error: &ArgumentError) -> Error {
    let parts = json!({ "argument": error.argument, "problem": error.problem, "wrongType": error.wrong_type });
    Error::new(Status::InvalidArg, parts.to_string())
}
