//! The emulator as its callers see it: over HTTP.

#![forbid(unsafe_code)]

mod accounts;
mod admin;
mod client;
mod community;
mod documented;
mod faults;
mod forms;
mod limits;
mod program;
mod refusals;
mod servers;
