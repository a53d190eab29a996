//! Client SDK for the Sonoran CMS API.
//!
//! A call travels one way: a generated method names an [`Operation`] and its arguments,
//! [`Client::execute`] carries them through *request* (validate, encode), *limit* (wait for a
//! slot), *retry* around *transport*, and *response* (envelope or problem), and a [`Response`]
//! comes back. What the service or the network does is never an `Err`; only misuse is, before
//! anything is sent.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use sonoran::{Client, Options};
//!
//! let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID"))?;
//! let response = client.cms().get_community_v2().await?;
//! match response.typed()? {
//!     Some(community) => println!("{community:?}"),
//!     None => println!("{}", response.reason.unwrap_or_default()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::walk`] goes over lists that come in pages, [`Client::map`] makes many calls a few at a time,
//! [`parse_event`] reads what the service sends by itself.
//!
//! ## Features
//!
//! - `tower`: `EventService`, a receiver of push events for hyper, axum or any other server.
//! - `tracing`: a span `sonoran.call` at INFO for each call, with `operation`, `status`, `kind`, `attempts`,
//!   `waited_ms` and `request_id`, and in it a span `sonoran.attempt` at DEBUG for each attempt. Without the feature
//!   nothing is left of them; [`Options::on_attempt`] and [`Options::on_wait`] need none.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
mod argument;
mod attempt;
mod attempted;
mod call;
mod channel;
mod client;
mod closing;
mod cms;
mod connect;
mod connection;
#[doc(hidden)]
pub mod driver;
mod environment;
mod error;
mod event;
mod forward;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod generated;
mod gunzip;
#[doc(hidden)]
pub mod handoff;
mod handshake;
mod headers;
mod http1;
mod limit;
mod loopback;
mod loss;
mod map;
#[doc(hidden)]
pub mod members;
mod nearest;
mod operation;
mod options;
mod pool;
#[doc(hidden)]
pub mod process;
mod proxy;
mod request;
mod request_body;
mod resolve;
mod response;
mod response_body;
mod retry;
mod retry_after;
mod settings;
mod socket;
mod spans;
mod surrogates;
mod tls;
mod transport;
mod valkey;
mod walk;
mod warning;

pub use argument::Argument;
pub use attempted::Attempted;
pub use call::{Call, CallOptions};
pub use client::Client;
pub use cms::Cms;
pub use error::{ArgumentError, Error, ErrorKind, Failure, WalkError};
pub use event::{EVENT_BYTES, Event, EventData, EventError, EventErrorKind, EventKeys, parse_event};
#[cfg(feature = "tower")]
pub use event::{EventService, EventServiceBuilder};
pub use forward::{Answer, Forward, Forwarded};
pub use generated::types;
pub use limit::{Priority, RateLimitState, Waiting};
pub use map::Map;
pub use operation::{
    DataShape, Field, Kind, Location, Method, Operation, Paged, Parameter, Payload, ResultForm, V1, Wire,
    operations,
};
pub use options::{Options, Product, RateLimit, ShareLimits, ShareLimitsFallback};
pub use response::{Refusal, Response};
pub use walk::{Pages, Walk, Walks};
pub use warning::{Warning, WarningKind};
