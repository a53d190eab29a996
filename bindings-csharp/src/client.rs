//! The object that .NET holds.

use std::sync::Arc;

use sonoran::{Call, Operation, Options, Response};
use tokio::task::JoinError;

use crate::argument_error::ArgumentError;
use crate::runtime;

/// The package that speaks, for the `User-Agent` header.
const AGENT: &str = concat!("sonoran-net/", env!("CARGO_PKG_VERSION"));

/// One configured client.
#[derive(uniffi::Object)]
pub struct Client {
    core: sonoran::Client,
}

#[uniffi::export]
impl Client {
    /// Makes a client from its options, a JSON object.
    ///
    /// # Errors
    ///
    /// When an option is missing, unknown or wrong.
    #[uniffi::constructor]
    pub fn new(options: &str) -> Result<Arc<Self>, ArgumentError> {
        let core = sonoran::Client::new(Options::from_json(options)?.agent(AGENT))?;
        Ok(Arc::new(Self { core }))
    }

    /// Makes one call: the operation's method name, its positional arguments as a JSON array, its payload or
    /// query object, and the options of this call. Answers with the response as JSON.
    ///
    /// # Errors
    ///
    /// When an argument is missing or wrong; nothing is sent then.
    pub async fn execute(
        &self,
        operation: String,
        arguments: String,
        payload: Option<String>,
        options: Option<String>,
    ) -> Result<String, ArgumentError> {
        let call = Call::from_json(&operation, &arguments, payload, options.as_deref())?;
        let core = self.core.clone();
        match runtime::run(async move { core.execute(call).await }).await {
            Ok(response) => Ok(response?.to_json()),
            Err(failure) => Ok(lost(&operation, &failure).to_json()),
        }
    }
}

/// The answer where the task of a call ended without one, which only a fault of this library can bring about.
fn lost(operation: &str, failure: &JoinError) -> Response {
    let name = Operation::find(operation).map_or("", |operation| operation.name);
    Response::internal(name, failure.to_string())
}
