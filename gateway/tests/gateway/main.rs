//! The gateway as its callers see it, before an emulator whose journal tells what reached the service.

#![forbid(unsafe_code)]

mod bans;
mod client;
mod documented;
mod door;
mod events;
mod forwarding;
mod hostile;
mod keys;
mod leaving;
mod limits;
mod metrics;
mod openapi;
mod page;
mod priorities;
mod program;
mod saving;
mod sharing;
mod tls;
mod tokens;
