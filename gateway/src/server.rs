//! Accepts connections within bounds, and ends with those under way.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use crate::access::Access;
use crate::log::Log;
use crate::routes::routes;
use crate::state::State;

/// So many connections at a time; further ones wait to be accepted.
const MOST_CONNECTIONS: usize = 4096;
/// The most bytes of a request's head, and the most headers in it.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;
/// How often files are looked at, whether they were replaced.
const LOOK: Duration = Duration::from_secs(1);

/// Serves until it is told to stop, and then until all requests under way are done or their time is over.
pub(crate) async fn serve(
    listener: TcpListener,
    state: Arc<State>,
    mut done: mpsc::Receiver<()>,
    mut stopped: oneshot::Receiver<()>,
) {
    let grace = state.settings.grace;
    let http = builder(state.settings.head_timeout);
    let app = routes(Arc::clone(&state));
    let rereading = tokio::spawn(reread(Arc::clone(&state.access), state.log.clone()));
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            _ = &mut stopped => break,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let served = connections.watch(connection(&http, stream, app.clone()));
                tokio::spawn(async move {
                    let _ = served.await;
                    drop(place);
                });
            }
            // Out of file descriptors, most likely: others must close first.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    state.stop();
    rereading.abort();
    drop((listener, app, state));
    // Connections first, then the writes whose callers went away.
    let _ = timeout(grace, async {
        connections.shutdown().await;
        while done.recv().await.is_some() {}
    })
    .await;
}

/// Looks after files that were replaced. Comparing what they say is certain where their dates are not.
async fn reread(access: Arc<Access>, log: Log) {
    let mut looks = tokio::time::interval(LOOK);
    while let Access::Tokens(_) = *access {
        looks.tick().await;
        let (access, log) = (Arc::clone(&access), log.clone());
        let _ = tokio::task::spawn_blocking(move || access.again(&log)).await;
    }
}

fn builder(head_timeout: Duration) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS);
    http
}

fn connection(
    http: &http1::Builder,
    stream: TcpStream,
    app: Router,
) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    // An answer is one write: waiting for more would only delay it.
    let _ = stream.set_nodelay(true);
    http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app))
}
