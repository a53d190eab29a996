//! Side-by-side benchmarks: `cargo xtask bench core | emulator | gateway | limiter`; and a server for those
//! of other languages.
#![forbid(unsafe_code)]

mod answer;
mod core_cost;
mod emulator;
mod emulator_rate;
mod gateway;
mod limiter;
mod machine;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("answer") => answer::run(),
        Some("core") => core_cost::run(),
        Some("emulator") => emulator_rate::run(),
        Some("gateway") => gateway::run(),
        Some("limiter") => limiter::run(),
        _ => bail!("name a benchmark: core, emulator, gateway or limiter"),
    }
}
