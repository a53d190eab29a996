//! Starting and stopping, in process or as a program.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

use crate::config::{ConfigError, Settings};
use crate::events::Posts;
use crate::log::Log;
use crate::reread::Reread;
use crate::server;
use crate::sharing::keep_looking;
use crate::state::State;
use crate::tls::Tls;

/// A running gateway. It has threads of its own, so that it can be started from any program, with or without an async
/// runtime. Dropping it stops it as [`shutdown`](Self::shutdown) does.
pub struct Gateway {
    address: SocketAddr,
    reread: Option<Reread>,
    with_tls: bool,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why the gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The settings are not good.
    #[error(transparent)]
    Config(#[from] ConfigError),
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
}

impl Gateway {
    /// Starts a gateway. It answers when this returns.
    ///
    /// # Errors
    ///
    /// When the settings are not good, or the address is taken.
    pub fn start(settings: Settings) -> Result<Self, GatewayError> {
        let wanted = SocketAddr::new(settings.host, settings.port);
        let (log, writer) = Log::start(settings.log).map_err(GatewayError::Runtime)?;
        let tls = Tls::new(&settings)?.map(Arc::new);
        let with_tls = tls.is_some();
        let posts = Posts::new(settings.event_listeners.all())?;
        let warnings = settings.warnings();
        let (state, done) = State::new(settings, log.clone())?;
        for warning in warnings.into_iter().chain(state.access.warning()) {
            log.note(&warning);
        }
        let reread = Reread { access: Arc::clone(&state.access), tls, log };
        let refused = |reason| GatewayError::Listen { address: wanted, reason };
        let listener = TcpListener::bind(wanted).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        // Almost all of the time goes by in the service: a second thread would cost more wake-ups than it spares.
        let runtime = Builder::new_current_thread().enable_all().build().map_err(GatewayError::Runtime)?;
        let (stop, stopped) = oneshot::channel();
        let by_itself = reread.clone();
        let thread = std::thread::Builder::new()
            .name("sonoran-gateway".to_owned())
            .spawn(move || {
                run(&runtime, listener, state, posts, by_itself, done, stopped);
                // What is still under way ends with it, and lets its lines go.
                drop(runtime);
                writer.finish();
            })
            .map_err(GatewayError::Runtime)?;
        Ok(Self { address, reread: Some(reread), with_tls, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it answers on this machine, such as `http://127.0.0.1:8643`.
    pub fn url(&self) -> String {
        let scheme = if self.with_tls { "https" } else { "http" };
        format!("{scheme}://{}", reachable(self.address))
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads tokens and certificate again. It does so by itself, too, within about two seconds after a file was changed.
    pub fn reload(&self) {
        if let Some(reread) = &self.reread {
            reread.now();
        }
    }

    /// Takes no more requests, lets those under way end within their grace, and stops.
    pub fn shutdown(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The other side is gone only if the thread has ended already.
            let _ = stop.send(());
        }
        // The log ends when nobody has it any more.
        self.reread = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gateway").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(
    runtime: &Runtime,
    listener: TcpListener,
    state: State,
    posts: Option<Posts>,
    reread: Reread,
    done: mpsc::Receiver<()>,
    stopped: oneshot::Receiver<()>,
) {
    runtime.block_on(async {
        // A socket that was bound and made non-blocking can be registered, unless the runtime is out of resources.
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        let state = Arc::new(state);
        // Before the first request: what is to be said of it holds from there on.
        if state.shares_limits {
            state.sharing.look(state.keys.model(), &state.log).await;
            tokio::spawn(keep_looking(Arc::clone(&state)));
        }
        server::serve(listener, state, posts, reread, done, stopped).await;
    });
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
