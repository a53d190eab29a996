//! The native part of `sonoran.js`: the core handed to Node through N-API.
//!
//! Texts go in and a text comes out: JavaScript writes the arguments as JSON and reads the
//! response with its own `JSON.parse`, which is faster than building values from here. All that a
//! caller sees is in the JavaScript beside this crate.

mod cancel;
mod client;
mod event;
#[cfg(feature = "fault-injection")]
mod fault;
mod hook;
mod misuse;
mod outbox;
mod warned;

use napi_derive::{module_init, napi};

/// The version that the JavaScript beside it must have.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The names of the variables of the environment that count for a client.
#[napi]
#[must_use]
pub fn environment_names() -> Vec<&'static str> {
    sonoran::Options::VARIABLES.to_vec()
}

// One worker: a second only adds wake-ups between threads, since JavaScript is on one thread too.
#[module_init]
fn start_runtime() {
    if let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("sonoran")
        .enable_all()
        .build()
    {
        napi::bindgen_prelude::create_custom_tokio_runtime(runtime);
    }
}
