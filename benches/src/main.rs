//! Side-by-side benchmarks: `cargo xtask bench core | emulator | gateway | limiter | server`; and a server for those
//! of other languages.
#![forbid(unsafe_code)]

mod answer;
mod core_cost;
mod emulator;
mod emulator_rate;
mod gateway;
mod limiter;
mod machine;
mod server;

// What of the core is no part of its public face, compiled in.
#[path = "../../core/src/handshake.rs"]
#[allow(dead_code, unreachable_pub, missing_docs)]
mod handshake;
#[path = "../../core/src/limit/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports, missing_docs)]
mod limit;
#[path = "../../core/src/loopback.rs"]
#[allow(dead_code, unreachable_pub, missing_docs)]
mod loopback;
#[path = "../../core/src/process.rs"]
#[allow(dead_code, unreachable_pub, missing_docs)]
mod process;
#[path = "../../core/src/valkey/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports, missing_docs)]
mod valkey;
#[path = "../../core/src/warning.rs"]
#[allow(dead_code, unreachable_pub, missing_docs)]
mod warning;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("answer") => answer::run(),
        Some("core") => core_cost::run(),
        Some("emulator") => emulator_rate::run(),
        Some("gateway") => gateway::run(),
        Some("limiter") => limiter::run(),
        Some("server") => server::run(),
        _ => bail!("name a benchmark: core, emulator, gateway, limiter or server"),
    }
}
