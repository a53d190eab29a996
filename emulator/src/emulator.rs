//! Starting and stopping, in process or as a program.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::lock::hold;
use crate::options::Options;
use crate::server;
use crate::state::State;
use crate::worlds::Worlds;

/// A running emulator. It has a thread of its own, so that it can be started from any program, with or without an
/// async runtime. Dropping it stops it.
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    options: Options,
    worlds: Arc<Worlds>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why the emulator did not start, or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The system gave no thread or runtime.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
    /// The seed file cannot be read, or is no state.
    #[error("the seed file {file}: {reason}")]
    Seed {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The state cannot be written at the end.
    #[error("cannot write the state to {file}: {reason}")]
    Export {
        /// The file.
        file: String,
        /// What the system said.
        reason: std::io::Error,
    },
}

impl Emulator {
    /// Starts an emulator. It answers when this returns.
    ///
    /// # Errors
    ///
    /// When the address is taken, or the seed file is none.
    pub fn start(options: Options) -> Result<Self, EmulatorError> {
        let worlds = Arc::new(Worlds::new(options.clone(), seed(&options)?));
        let wanted = SocketAddr::new(options.host, options.port);
        let refused = |reason| EmulatorError::Listen { address: wanted, reason };
        let listener = TcpListener::bind(wanted).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let runtime = runtime(&options).map_err(EmulatorError::Runtime)?;
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&worlds);
        let thread = std::thread::Builder::new()
            .name("sonoran-emulator".to_owned())
            .spawn(move || run(&runtime, listener, &served, stopped))
            .map_err(EmulatorError::Runtime)?;
        Ok(Self { address, options, worlds, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it answers on this machine, such as `http://127.0.0.1:8642`.
    pub fn url(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything as after the start.
    pub fn reset(&self) {
        self.worlds.default().reset();
    }

    /// Lets time pass on the emulator's clock.
    pub fn advance(&self, time: Duration) {
        self.worlds.default().clock.advance(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    }

    /// Stops, and writes the state if the options say so.
    ///
    /// # Errors
    ///
    /// When the state cannot be written.
    pub fn shutdown(mut self) -> Result<(), EmulatorError> {
        self.stop();
        let Some(file) = &self.options.export_on_exit else { return Ok(()) };
        let document = hold(&self.worlds.default().state).document();
        let refused = |reason| EmulatorError::Export { file: file.display().to_string(), reason };
        std::fs::write(file, document).map_err(refused)
    }

    fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The other side is gone only if the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop();
    }
}

/// `0.0.0.0` and `::` stand for all of a machine's addresses and are none that can be asked.
pub(crate) fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

fn seed(options: &Options) -> Result<State, EmulatorError> {
    let Some(file) = &options.seed_file else { return Ok(State::seed()) };
    let refused = |reason: String| EmulatorError::Seed { file: file.display().to_string(), reason };
    let document = match std::fs::read(file) {
        // The first run of those that hand their state on.
        Err(error) if error.kind() == ErrorKind::NotFound && is_written_at_the_end(file, options) => {
            return Ok(State::seed());
        }
        read => read.map_err(|error| refused(error.to_string()))?,
    };
    State::parse_over(&document, &State::seed()).map_err(refused)
}

fn is_written_at_the_end(file: &Path, options: &Options) -> bool {
    let whole = |path: &Path| std::path::absolute(path).ok();
    options.export_on_exit.as_deref().is_some_and(|export| whole(export) == whole(file))
}

/// One thread needs no scheduler that others can steal from.
fn runtime(options: &Options) -> std::io::Result<Runtime> {
    if options.threads == 1 {
        return Builder::new_current_thread().enable_all().build();
    }
    Builder::new_multi_thread().worker_threads(usize::from(options.threads)).enable_all().build()
}

fn run(runtime: &Runtime, listener: TcpListener, worlds: &Arc<Worlds>, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async {
        // A socket that was bound and made non-blocking can be registered, unless the runtime is out of resources.
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        tokio::select! {
            _ = server::serve(listener, Arc::clone(worlds)) => {}
            _ = sweep(worlds) => {}
            _ = stopped => {}
        }
    });
}

/// Lets go of the memory of worlds that nobody asks for any more.
async fn sweep(worlds: &Worlds) -> Infallible {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        worlds.sweep();
    }
}
