//! A local emulator of the Sonoran CMS API.
//!
//! It keeps a whole community in memory and answers every operation of the API from it, as the service would: what
//! one call writes, the next one reads. Rate limits are counted as the service counts them, on a clock that a test
//! can move, and scripted faults spoil chosen answers. `README.md` tells how to use it as a program; a Rust test can
//! start it in process:
//!
//! ```
//! use sonoran_emulator::{Emulator, Options};
//!
//! let emulator = Emulator::start(Options::default())?;
//! assert!(emulator.url().starts_with("http://127.0.0.1:"));
//! emulator.shutdown()?;
//! # Ok::<(), sonoran_emulator::EmulatorError>(())
//! ```

#![forbid(unsafe_code)]

mod admin;
mod api;
mod clock;
mod credential;
mod description;
mod emulator;
mod events;
mod exchange;
mod faults;
mod gateway;
mod generate;
mod glob;
mod handlers;
mod health;
mod ids;
mod journal;
mod lenient;
mod limits;
mod lock;
mod log;
mod nearest;
mod options;
mod outgoing;
mod page;
mod problem;
mod random;
mod reply;
mod route;
mod secrets;
mod server;
mod state;
mod strict;
mod time;
mod toggle;
mod validate;
mod wire;
mod world;
mod worlds;

pub use admin::{AdminFrom, AdminToken};
pub use emulator::{Emulator, EmulatorError};
pub use health::check_health;
pub use options::{Options, Switch};
pub use route::{Route, routes};
