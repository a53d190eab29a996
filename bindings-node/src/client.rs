//! The one function at the boundary.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::Arc;

use napi::Result;
use napi::bindgen_prelude::{ClassInstance, Function, spawn};
use napi_derive::napi;
use sonoran::{Call, Client, Options};

use crate::cancel::CancelHandle;
#[cfg(feature = "fault-injection")]
use crate::fault::Fault;
use crate::hook::{HEARD, OnAttempt, OnWait, of_attempts, of_waits};
use crate::misuse::misuse;
use crate::outbox::{Batch, Outbox};
use crate::warned::Warnings;

const AGENT: &str = concat!("sonoran.js/", env!("CARGO_PKG_VERSION"));

/// The core's client for one instance.
#[napi]
pub struct NativeClient {
    client: Client,
    outbox: Arc<Outbox>,
    #[cfg(feature = "fault-injection")]
    fault: Fault,
}

#[napi]
impl NativeClient {
    /// Takes the options as the text of a JSON object, the environment that JavaScript sees, where warnings go, and what
    /// to call with answers (see [`Batch`]), when a call waits long, and for each attempt of the calls that are watched.
    ///
    /// # Errors
    ///
    /// When an option is unknown, missing or wrong: see [`misuse`].
    #[allow(clippy::needless_pass_by_value, reason = "N-API hands over a copy of the text")]
    #[napi(constructor, catch_unwind)]
    pub fn new(
        options: String,
        environment: HashMap<String, String>,
        warnings: ClassInstance<'_, Warnings>,
        deliver: Function<'_, Batch, ()>,
        on_wait: Option<OnWait>,
        on_attempt: OnAttempt,
    ) -> Result<Self> {
        #[cfg(feature = "fault-injection")]
        let fault = Fault::of(&options);
        let options = Options::from_json(&options).map_err(|error| misuse(&error))?;
        let mut options = warnings.hooked(options.environment(environment));
        if let Some(on_wait) = on_wait {
            options = options.on_wait(of_waits(on_wait));
        }
        options = options.on_attempt_if(|| HEARD.try_get().is_ok(), of_attempts(on_attempt));
        let client = Client::new(options.agent(AGENT)).map_err(|error| misuse(&error))?;
        Ok(Self {
            client,
            outbox: Outbox::new(&deliver)?,
            #[cfg(feature = "fault-injection")]
            fault,
        })
    }

    /// Where calls leave this machine: the API's address, a proxy, or the server of shared limits.
    #[napi(getter, catch_unwind)]
    pub fn foreign(&self) -> Option<String> {
        self.client.foreign().map(str::to_owned)
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

    /// Sends one call: the answer comes with JavaScript's number of it. Attempts of a watched one are told under the
    /// number that it is watched by.
    #[allow(clippy::too_many_arguments, reason = "an object of them would cost each call more")]
    #[napi(catch_unwind)]
    pub fn execute(
        &self,
        number: f64,
        operation: String,
        arguments: String,
        payload: Option<String>,
        options: Option<String>,
        cancel: Option<ClassInstance<'_, CancelHandle>>,
        watched: Option<i64>,
    ) {
        #[cfg(feature = "fault-injection")]
        self.fault.at("panic in the binding");
        let client = self.client.clone();
        let place = self.outbox.place(number);
        let cancelled = cancel.map(|cancel| cancel.cancelled());
        // The request is made in here, where it stays: a layer that took it by value would hold it twice, and move it.
        spawn(async move {
            let request = pin!(request(client, operation, arguments, payload, options));
            let answer = pin!(heard(watched, request));
            place.fill(match cancelled {
                None => answer.await.map(Some),
                Some(cancelled) => tokio::select! {
                    biased;
                    answer = answer => answer.map(Some),
                    () = cancelled => Ok(None),
                },
            });
        });
    }
}

/// Runs the request under the number by which its call is watched, where it is.
async fn heard<T>(watched: Option<i64>, request: Pin<&mut impl Future<Output = T>>) -> T {
    match watched {
        Some(number) => HEARD.scope(number, request).await,
        None => request.await,
    }
}

// A panic in here leaves the answer's place empty, from which JavaScript makes a response of kind `internal`.
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
