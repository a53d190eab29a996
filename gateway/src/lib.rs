//! A gateway to the Sonoran CMS API for one community and any number of programs.
//!
//! It has the service's own paths, of both versions. A program changes the address and nothing else; the gateway puts
//! the community's key in, waits for a slot of the rate limit, repeats what is safe to repeat, and hands the answer
//! back as it came. `docs/gateway.md` tells how to use it as a program; a Rust program can start it in process:
//!
//! ```
//! use sonoran_gateway::{Credential, Gateway, Settings};
//!
//! let credential = Credential::held("YOUR_API_KEY", "YOUR_COMMUNITY_ID");
//! let gateway = Gateway::start(Settings::new(credential))?;
//! assert!(gateway.url().starts_with("http://127.0.0.1:"));
//! gateway.shutdown();
//! # Ok::<(), sonoran_gateway::GatewayError>(())
//! ```
//!
//! A request's way: `server` accepts it, `routes` names what is at its path, `exchange` judges where it comes from and
//! logs it, and `course` carries it through `access` (who), `body` (read within bounds), `credential` (whose key),
//! `priority`, `reads` (sent, shared or kept), `bans` and the core. Its two ends are `forward`, for the service's own
//! paths, and `door`, for calls by a method's name. `events` hands on what the service sends by itself.

#![forbid(unsafe_code)]

mod access;
mod bans;
mod body;
mod check;
mod config;
mod course;
mod credential;
mod door;
mod events;
mod exchange;
mod forward;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod gateway;
mod headers;
mod health;
mod heartbeat;
mod leaving;
mod log;
mod metrics;
mod openapi;
mod priority;
mod problem;
mod reads;
mod reread;
mod route;
mod routes;
mod schemas;
mod server;
mod sharing;
mod state;
mod timeout;
mod tls;
mod tokens;
mod watched;

pub use check::check_health;
pub use config::{Ceilings, ConfigError, Entries, Listeners, PerOperation, Settings, Task};
pub use credential::Credential;
pub use gateway::{Gateway, GatewayError};
pub use tokens::{TokenError, new_token};
