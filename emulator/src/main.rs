//! The program `sonoran-emulator`.

#![forbid(unsafe_code)]

use std::io::Write;
use std::process::ExitCode;

use sonoran_emulator::{Emulator, EmulatorError, Options, check_health};
use tokio::runtime::{Builder, Runtime};

/// With the allocator of musl itself a request takes longer (`benches/README.md`).
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let options = Options::of_program();
    let done =
        if options.check_health { ask(&options) } else { run(options).map_err(|error| error.to_string()) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sonoran-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Asks a running emulator instead of being one.
fn ask(options: &Options) -> Result<(), String> {
    let runtime = runtime().map_err(|error| error.to_string())?;
    let ready = runtime.block_on(check_health(options))?;
    // Whoever asked may have closed the pipe: the code says it too.
    let _ = writeln!(std::io::stdout(), "{ready}");
    Ok(())
}

fn runtime() -> Result<Runtime, EmulatorError> {
    Builder::new_current_thread().enable_all().build().map_err(EmulatorError::Runtime)
}

fn run(options: Options) -> Result<(), EmulatorError> {
    // Listening for signals comes first: one that arrives during the start must not go unheard.
    let runtime = runtime()?;
    let signals = runtime.block_on(async { Signals::listen() }).map_err(EmulatorError::Runtime)?;
    let input_ends = options.exit_with_parent;
    let emulator = Emulator::start(options)?;
    announce(&emulator);
    runtime.block_on(async {
        tokio::select! {
            () = signals.wait() => {}
            () = end_of_input(), if input_ends => {
                eprintln!("sonoran-emulator: standard input has ended, and --exit-with-parent was given");
            }
        }
    });
    emulator.shutdown()
}

/// Whoever started the program holds the other end of its standard input: it is closed when they end, on every
/// system, even when they are killed.
async fn end_of_input() {
    let (ended, told) = tokio::sync::oneshot::channel();
    // A thread of its own: a read that waits cannot be called off, and the program must be able to end without it.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = told.await;
}

/// Prints the one line that says where the emulator answers. Whoever started it may have closed the pipe: no matter.
fn announce(emulator: &Emulator) {
    let (url, pid, version) = (emulator.url(), std::process::id(), env!("CARGO_PKG_VERSION"));
    let line = format!(r#"{{"url":"{url}","pid":{pid},"version":"{version}"}}"#);
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The signals that end the program.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The signals that end the program.
#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    /// What a program can send to a child that it started in a process group of its own.
    stop: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};
        Ok(Self { interrupt: ctrl_c()?, stop: ctrl_break()?, close: ctrl_close()? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.stop.recv() => {}
            _ = self.close.recv() => {}
        }
    }
}
