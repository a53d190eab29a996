//! The program `sonoran-gateway`.

#![forbid(unsafe_code)]

mod signals;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use signals::Signals;
use sonoran_gateway::{Entries, Gateway, Settings};
use tokio::runtime::Builder;

fn main() -> ExitCode {
    match run(Entries::of_program()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sonoran-gateway: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(entries: Entries) -> Result<(), Box<dyn Error>> {
    let only_check = entries.check_config;
    let settings = Settings::read(entries)?;
    if only_check {
        settings.check()?;
        say("the configuration is good");
        return Ok(());
    }
    // Listening for signals comes first: one that arrives during the start must not go unheard.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let signals = runtime.block_on(async { Signals::listen() })?;
    let gateway = Gateway::start(settings)?;
    let (url, pid, version) = (gateway.url(), std::process::id(), env!("CARGO_PKG_VERSION"));
    say(&format!(r#"{{"url":"{url}","pid":{pid},"version":"{version}"}}"#));
    runtime.block_on(signals.wait());
    gateway.shutdown();
    Ok(())
}

/// Whoever started the program may have closed the pipe: no matter.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
