//! The object that .NET holds.

use std::collections::HashMap;
use std::sync::Arc;

use sonoran::{Call, Options};
use uniffi::Lower;

use crate::UniFfiTag;
use crate::answer::written;
use crate::argument_error::ArgumentError;
use crate::attempt;
use crate::ending::{Ending, Hear, function_at};
use crate::rate_limit::{RateLimitState, Waiting, Waits};
use crate::runtime::{self, UnderWay};
use crate::warning;

/// The package that speaks, for the `User-Agent` header.
const AGENT: &str = concat!("sonoran-net/", env!("CARGO_PKG_VERSION"));

/// One configured client.
#[derive(uniffi::Object)]
pub struct Client {
    core: sonoran::Client,
    waits: Waits,
    hear: Hear,
    hear_attempts: Hear,
    #[cfg(feature = "fault-injection")]
    panics: bool,
}

#[uniffi::export]
impl Client {
    /// Makes a client from its options, a JSON object, and the environment that .NET sees, which is not the one of
    /// native code; says whether somebody asks for `next_wait`, and gives the addresses of the functions of .NET that
    /// hear of ends, of the attempts of followed calls, and of warnings, as of [`Ended`](crate::ending::Ended)s; and the
    /// number of who hears those warnings, or 0 for standard error.
    ///
    /// # Errors
    ///
    /// When an option is missing, unknown or wrong.
    #[uniffi::constructor]
    pub fn new(
        options: &str,
        environment: HashMap<String, String>,
        tells_waits: bool,
        hear_ends: u64,
        hear_attempts: u64,
        hear_warnings: u64,
        warned: u64,
    ) -> Result<Arc<Self>, ArgumentError> {
        let waits = Waits::default();
        let mut configured = Options::from_json(options)?
            .environment(environment)
            .agent(AGENT)
            .on_send(attempt::sent)
            .on_attempt_if(attempt::is_followed, attempt::tell);
        if tells_waits {
            configured = configured.on_wait(waits.hook());
        }
        if warned != 0 {
            configured = configured.on_warning(warning::hook(function_at(hear_warnings)?, warned));
        }
        Ok(Arc::new(Self {
            core: sonoran::Client::new(configured)?,
            waits,
            hear: function_at(hear_ends)?,
            hear_attempts: function_at(hear_attempts)?,
            #[cfg(feature = "fault-injection")]
            panics: options.contains("panic in the binding"),
        }))
    }

    /// Begins one call: the operation's method name, its positional arguments as a JSON array, its payload or
    /// query object and the options of this call, each empty where there is none; lines of headers that say which
    /// trace it belongs to; the number of who follows it, or 0; what its end is known by. That end is what
    /// `answer::written` writes.
    ///
    /// # Errors
    ///
    /// When there is no such operation, or one of its arguments or options is wrong; then there is no end to be heard.
    #[allow(clippy::too_many_arguments)] // Nothing that would hold them could cross without a copy.
    pub fn begin(
        &self,
        operation: &[u8],
        arguments: &[u8],
        payload: &[u8],
        options: &[u8],
        headers: &[u8],
        followed: u64,
        known_by: u64,
    ) -> Result<Arc<UnderWay>, ArgumentError> {
        #[cfg(feature = "fault-injection")]
        self.panic_if_asked();
        let payload = given("payload", payload)?.map(str::to_owned);
        let arguments = text("arguments", arguments)?;
        let mut call =
            Call::from_json(text("operation", operation)?, arguments, payload, given("options", options)?)?;
        for (name, value) in text("headers", headers)?.lines().filter_map(|line| line.split_once(": ")) {
            // What is none of a header is another library's fault, and no reason to fail.
            let _ = call.header(name, value);
        }
        call.leave_unread();
        let core = self.core.clone();
        let ending = Ending::of_call(self.hear, known_by);
        Ok(if followed == 0 {
            runtime::begin(move || async move { Ok(written(&core, core.execute(call).await?)) }, ending)
        } else {
            let hear = self.hear_attempts;
            let work = move || async move {
                Ok(written(&core, attempt::follow(followed, &core, call, hear).await?))
            };
            runtime::begin(work, ending)
        })
    }

    /// The rate limit of an operation at this moment.
    ///
    /// # Errors
    ///
    /// When there is no such operation.
    pub fn rate_limit(&self, operation: &str) -> Result<RateLimitState, ArgumentError> {
        Ok(self.core.rate_limit(operation)?.into())
    }

    /// Where calls leave this machine: the API's address, a proxy, or the server of shared limits.
    pub fn foreign(&self) -> Option<String> {
        self.core.foreign().map(str::to_owned)
    }

    /// Ends the calls under way, and refuses later ones.
    pub fn close(&self) {
        self.core.close();
    }

    /// Begins to wait for the next call that has waited for its rate limit for a second. The end is a [`Waiting`].
    pub fn next_wait(&self, known_by: u64) -> Arc<UnderWay> {
        let next = self.waits.next();
        runtime::begin(
            move || async move { Ok(<Waiting as Lower<UniFfiTag>>::lower(next.await).into()) },
            Ending::of_wait(self.hear, known_by),
        )
    }
}

#[cfg(feature = "fault-injection")]
impl Client {
    fn panic_if_asked(&self) {
        assert!(!self.panics, "injected");
    }
}

/// A text that .NET wrote.
fn text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, ArgumentError> {
    str::from_utf8(bytes).map_err(|_| ArgumentError::invalid(name, "must be UTF-8"))
}

/// One that is empty where there is none.
fn given<'a>(name: &str, bytes: &'a [u8]) -> Result<Option<&'a str>, ArgumentError> {
    Ok(Some(text(name, bytes)?).filter(|text| !text.is_empty()))
}
