//! Requests per second of the emulator under wrk, for `GET /v2/community`, with limits off and on.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::emulator::Emulator;
use crate::machine;

const ROUNDS: usize = 5;

pub(crate) fn run() -> Result<()> {
    let off = Emulator::start(&["--limits", "off"])?;
    let on = Emulator::start(&["--limits", "on"])?;
    // Every request is counted, and none refused.
    on.put("/_emulator/limits", r#"{"overrides":{"getCommunityV2":1000000000}}"#)?;
    let mut without = Vec::new();
    let mut with = Vec::new();
    let mut costs = Vec::new();
    for _ in 0..ROUNDS {
        let (a, b) = (wrk(&off.url)?, wrk(&on.url)?);
        without.push(a);
        with.push(b);
        costs.push(a / b);
    }
    println!("machine: {}", machine::describe());
    println!("wrk -t1 -c64 -d3s, {ROUNDS} interleaved rounds, on the emulator's own machine");
    let (low, rate, high) = machine::spread(&mut without);
    println!("limits off: {rate:.0} requests/s (median; {low:.0} to {high:.0})");
    let (low, rate, high) = machine::spread(&mut with);
    println!("limits on:  {rate:.0} requests/s (median; {low:.0} to {high:.0})");
    let (low, cost, high) = machine::spread(&mut costs);
    println!("cost of limits: {cost:.2} times (median of the rounds' ratios; {low:.2} to {high:.2})");
    Ok(())
}

/// Requests per second of one run.
fn wrk(url: &str) -> Result<f64> {
    let output = Command::new("wrk")
        .args(["-t1", "-c64", "-d3s", "-H", "Authorization: Bearer YOUR_API_KEY"])
        .arg(format!("{url}/v2/community"))
        .output()
        .context("wrk is missing: install it with your system's package manager")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(!text.contains("Non-2xx"), "the emulator refused some requests:\n{text}");
    let rate =
        text.lines().find_map(|line| line.strip_prefix("Requests/sec:")).context("wrk gave no rate")?;
    Ok(rate.trim().parse()?)
}
