//! The object that .NET holds.

use std::collections::HashMap;
use std::sync::Arc;

use sonoran::{Call, Operation, Options, Response};
use tokio::task::JoinError;

use crate::argument_error::ArgumentError;
use crate::attempt::{self, Traced};
use crate::rate_limit::{RateLimitState, Waiting, Waits};
use crate::runtime;

/// The package that speaks, for the `User-Agent` header.
const AGENT: &str = concat!("sonoran-net/", env!("CARGO_PKG_VERSION"));

/// One configured client.
#[derive(uniffi::Object)]
pub struct Client {
    core: sonoran::Client,
    waits: Waits,
    #[cfg(feature = "fault-injection")]
    panics: bool,
}

#[uniffi::export]
impl Client {
    /// Makes a client from its options, a JSON object, and the environment that .NET sees, which is not the one of
    /// native code; says whether somebody asks for `next_wait`, and which function of .NET hears of the
    /// attempts of observed calls: its address, or 0.
    ///
    /// # Errors
    ///
    /// When an option is missing, unknown or wrong.
    #[uniffi::constructor]
    pub fn new(
        options: &str,
        environment: HashMap<String, String>,
        tells_waits: bool,
        hears_attempts: u64,
    ) -> Result<Arc<Self>, ArgumentError> {
        let waits = Waits::default();
        let mut configured = Options::from_json(options)?.environment(environment).agent(AGENT);
        if tells_waits {
            configured = configured.on_wait(waits.hook());
        }
        if let Some(hear) = attempt::function_at(hears_attempts) {
            configured = configured.on_attempt_if(attempt::is_followed, attempt::hook(hear));
        }
        Ok(Arc::new(Self {
            core: sonoran::Client::new(configured)?,
            waits,
            #[cfg(feature = "fault-injection")]
            panics: options.contains("panic in the binding"),
        }))
    }

    /// Makes one call: the operation's method name, its positional arguments as a JSON array, its payload or
    /// query object, the options of this call, and who follows it. Answers with the response as JSON.
    ///
    /// # Errors
    ///
    /// When an argument is missing or wrong; nothing is sent then. When the client is or gets closed.
    pub async fn execute(
        &self,
        operation: String,
        arguments: String,
        payload: Option<String>,
        options: Option<String>,
        traced: Option<Traced>,
    ) -> Result<String, ArgumentError> {
        #[cfg(feature = "fault-injection")]
        self.panic_if_asked();
        let mut call = Call::from_json(&operation, &arguments, payload, options.as_deref())?;
        let core = self.core.clone();
        let outcome = match traced {
            None => runtime::run(async move { core.execute(call).await }).await,
            Some(traced) => {
                traced.head(&mut call);
                runtime::run(traced.follow(core, call)).await
            }
        };
        match outcome {
            Ok(response) => Ok(response?.to_json()),
            Err(failure) => Ok(lost(&operation, &failure).to_json()),
        }
    }

    /// The rate limit of an operation at this moment.
    ///
    /// # Errors
    ///
    /// When there is no such operation.
    pub fn rate_limit(&self, operation: &str) -> Result<RateLimitState, ArgumentError> {
        Ok(self.core.rate_limit(operation)?.into())
    }

    /// Ends the calls under way, and refuses later ones.
    pub fn close(&self) {
        self.core.close();
    }

    /// Waits for the next call that has waited for its rate limit for a second.
    pub async fn next_wait(&self) -> Waiting {
        self.waits.next().await
    }
}

#[cfg(feature = "fault-injection")]
impl Client {
    fn panic_if_asked(&self) {
        assert!(!self.panics, "injected");
    }
}

/// The answer where the task of a call ended without one, which only a fault of this library can bring about.
fn lost(operation: &str, failure: &JoinError) -> Response {
    let name = Operation::find(operation).map_or("", |operation| operation.name);
    Response::internal(name, failure.to_string())
}
