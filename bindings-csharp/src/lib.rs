//! The core behind `UniFFI`'s C ABI, for .NET: one object that begins calls and tells about its rate limits,
//! `parse_event`, and `environment_names`.
//!
//! Everything crosses as text or JSON, so that this face stays the same however many operations there are. What takes
//! time is begun, and a function of .NET hears of its end once: `UniFFI`'s own futures would ask .NET to poll them, on
//! one more thread of its own each time.

// The functions that UniFFI's macros export are unsafe by nature; of what is written here, one line is.
#![allow(unsafe_code)]

mod answer;
mod argument_error;
mod attempt;
mod client;
#[cfg(test)]
mod contract_tests;
mod ending;
mod environment;
mod event;
mod rate_limit;
mod runtime;
mod warning;

pub use answer::Unread;
pub use argument_error::ArgumentError;
pub use attempt::Attempt;
pub use client::Client;
pub use environment::environment_names;
pub use event::parse_event;
pub use rate_limit::{RateLimitState, Waiting};
pub use runtime::UnderWay;
pub use warning::Warning;

uniffi::setup_scaffolding!();
