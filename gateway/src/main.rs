//! The program `sonoran-gateway`.

#![forbid(unsafe_code)]

mod signals;

use std::error::Error;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use serde_json::json;
use signals::{Signal, Signals};
use sonoran_gateway::{Entries, Gateway, Settings, Task, check_health, new_token};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// As in the emulator: the allocator of musl itself takes longer.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    if let Some(Task::Token { name, allow, priority }) = &entries.task {
        let read = ["read".to_owned()];
        let (token, mut lines) = new_token(name, if allow.is_empty() { &read } else { allow })?;
        lines.extend(priority.iter().map(|priority| format!("priority = \"{priority}\"")));
        if allow.is_empty() {
            eprintln!("{name} may read and change nothing, as no --allow says more");
        }
        eprintln!("the token of {name}, which is shown this once: {token}");
        say(lines.trim_end());
        return Ok(());
    }
    if entries.check_health {
        say(&check_health(&Settings::whereabouts(entries)?)?);
        return Ok(());
    }
    let only_check = entries.check_config;
    let settings = Settings::read(entries)?;
    if only_check {
        settings.check()?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let shared = runtime.block_on(settings.check_sharing())?;
        for warning in settings.warnings() {
            eprintln!("sonoran-gateway: {warning}");
        }
        say(match shared {
            None => "the configuration is good",
            Some(Ok(())) => "the configuration is good, and rate limits can be shared",
            Some(Err(trouble)) => {
                eprintln!("sonoran-gateway: {trouble}");
                "the configuration is good"
            }
        });
        return Ok(());
    }
    // Listening for signals comes first: one that arrives during the start must not go unheard.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // Where there is nothing to read again, a terminal that is closed ends it.
    let reads_files = settings.tokens_file.is_some() || settings.tls_certificate.is_some();
    let reloads = reads_files || !std::io::stdin().is_terminal();
    let mut signals = runtime.block_on(async { Signals::listen(reloads) })?;
    let service = settings.api_url.clone();
    let gateway = Gateway::start(settings)?;
    let (url, pid, version) = (gateway.url(), std::process::id(), env!("CARGO_PKG_VERSION"));
    say(&json!({ "url": url, "service": service, "pid": pid, "version": version }).to_string());
    while let Signal::Reload = runtime.block_on(signals.next()) {
        gateway.reload();
    }
    let (ended, end) = oneshot::channel();
    std::thread::spawn(move || {
        gateway.shutdown();
        let _ = ended.send(());
    });
    runtime.block_on(async {
        let again = async { while let Signal::Reload = signals.next().await {} };
        tokio::select! {
            _ = end => Ok(()),
            () = again => Err("ended at once, as it was told to twice: requests were under way".into()),
        }
    })
}

/// Whoever started the program may have closed the pipe: no matter.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
