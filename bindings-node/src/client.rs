//! The one function at the boundary.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use napi::Result;
use napi::bindgen_prelude::{ClassInstance, Env, PromiseRaw};
use napi_derive::napi;
use sonoran::{Call, Client, Options};

use crate::cancel::CancelHandle;
#[cfg(feature = "fault-injection")]
use crate::fault::Fault;
use crate::hook::{OnAttempt, OnWait, of_attempts, of_waits};
use crate::misuse::misuse;

const AGENT: &str = concat!("sonoran.js/", env!("CARGO_PKG_VERSION"));

/// The core's client for one instance.
#[napi]
pub struct NativeClient {
    client: Client,
    warnings: Vec<String>,
    heard: Arc<AtomicBool>,
    #[cfg(feature = "fault-injection")]
    fault: Fault,
}

#[napi]
impl NativeClient {
    /// Takes the options as the text of a JSON object, the environment that JavaScript sees, and what to call
    /// when a call waits long, and for each attempt while [`NativeClient::hear`] says so.
    ///
    /// # Errors
    ///
    /// When an option is unknown, missing or wrong: see [`misuse`].
    #[allow(clippy::needless_pass_by_value, reason = "N-API hands over a copy of the text")]
    #[napi(constructor, catch_unwind)]
    pub fn new(
        options: String,
        environment: HashMap<String, String>,
        on_wait: Option<OnWait>,
        on_attempt: OnAttempt,
    ) -> Result<Self> {
        #[cfg(feature = "fault-injection")]
        let fault = Fault::of(&options);
        let options = Options::from_json(&options).map_err(|error| misuse(&error))?;
        let (warn, warned) = mpsc::channel();
        let mut options = options.environment(environment).on_warning(move |text| {
            // Received below, where the client is made: that is when warnings come.
            let _ = warn.send(text.to_owned());
        });
        if let Some(on_wait) = on_wait {
            options = options.on_wait(of_waits(on_wait));
        }
        let heard = Arc::new(AtomicBool::new(false));
        options = options.on_attempt(of_attempts(on_attempt, Arc::clone(&heard)));
        let client = Client::new(options.agent(AGENT)).map_err(|error| misuse(&error))?;
        Ok(Self {
            client,
            warnings: warned.try_iter().collect(),
            heard,
            #[cfg(feature = "fault-injection")]
            fault,
        })
    }

    /// What a program should not do by accident, and this one has asked for.
    #[napi(getter, catch_unwind)]
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    /// Whether somebody listens for attempts from now on.
    #[napi(catch_unwind)]
    pub fn hear(&self, heard: bool) {
        self.heard.store(heard, Ordering::Relaxed);
    }

    /// Ends the calls under way, which are rejected as later ones are: see [`misuse`].
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.client.close();
    }

    /// The rate limit of an operation as the text of a JSON object, times in seconds.
    ///
    /// # Errors
    ///
    /// When there is no such operation: see [`misuse`].
    #[allow(clippy::needless_pass_by_value, reason = "N-API hands over a copy of the text")]
    #[napi(catch_unwind)]
    pub fn rate_limit(&self, operation: String) -> Result<String> {
        let state = self.client.rate_limit(&operation).map_err(|error| misuse(&error))?;
        Ok(state.to_json())
    }

    /// Sends one call. The promise gives the text of the response, or null after a cancellation.
    ///
    /// # Errors
    ///
    /// When an argument is wrong, the promise is rejected: see [`misuse`].
    #[napi(catch_unwind)]
    pub fn execute<'env>(
        &self,
        env: &'env Env,
        operation: String,
        arguments: String,
        payload: Option<String>,
        options: Option<String>,
        cancel: Option<ClassInstance<'_, CancelHandle>>,
    ) -> Result<PromiseRaw<'env, Option<String>>> {
        #[cfg(feature = "fault-injection")]
        self.fault.at("panic in the binding");
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
