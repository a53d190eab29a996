//! The emulator as its callers see it: over HTTP.

#![forbid(unsafe_code)]

mod access;
mod accounts;
mod admin;
mod client;
mod community;
mod documented;
mod event_delivery;
mod events;
mod faults;
mod forms;
mod journal;
mod limits;
mod production;
mod program;

mod receiver;
mod refusals;
mod seeding;
mod servers;
mod strict;
mod v1_client;
mod v1_documented;
mod v1_limits;
mod v1_refusals;
mod v1_state;
mod worlds;
