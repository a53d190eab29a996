//! The core behind `UniFFI`'s C ABI, for .NET: one object with one asynchronous `execute` and what
//! is asked about its rate limits, and `parse_event`.
//!
//! Everything crosses as text or JSON, so that this face stays the same however many operations there are.

// The functions that UniFFI's macros export are unsafe by nature; of what is written here, one line is.
#![allow(unsafe_code)]

mod argument_error;
mod attempt;
mod client;
#[cfg(test)]
mod contract_tests;
mod event;
mod rate_limit;
mod runtime;

pub use argument_error::ArgumentError;
pub use attempt::{Attempt, Traced};
pub use client::Client;
pub use event::parse_event;
pub use rate_limit::{RateLimitState, Waiting};

uniffi::setup_scaffolding!();
