//! Accepts connections within bounds, and ends with those under way.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::events::Posts;
use crate::reread::Reread;
use crate::routes::{own_path, routes};
use crate::state::State;

/// So many connections at a time; further ones wait to be accepted.
const MOST_CONNECTIONS: usize = 4096;
/// The most bytes of a request's head, and the most headers in it.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;

/// For what is said to those whose requests are cut off.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Serves until it is told to stop, and then until all requests under way are done or their time is over.
pub(crate) async fn serve(
    listener: TcpListener,
    state: Arc<State>,
    posts: Option<Posts>,
    reread: Reread,
    mut done: mpsc::Receiver<()>,
    mut stopped: oneshot::Receiver<()>,
) {
    let grace = state.settings.grace;
    let http = Arc::new(builder(state.settings.head_timeout));
    let app = routes(Arc::clone(&state));
    let head_timeout = state.settings.head_timeout;
    let tls = reread.tls.clone();
    let rereading = tokio::spawn(reread.by_itself());
    if let Some(posts) = posts {
        tokio::spawn(posts.run(Arc::clone(&state)));
    }
    let (ending, ends) = watch::channel(());
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
                // An answer is one write: waiting for more would only delay it.
                let _ = stream.set_nodelay(true);
                let (watcher, app, http) = (connections.watcher(), app.clone(), Arc::clone(&http));
                match tls.clone() {
                    None => tokio::spawn(async move {
                        converse(&http, stream, app, watcher).await;
                        drop(place);
                    }),
                    Some(tls) => {
                        let mut ends = ends.clone();
                        tokio::spawn(async move {
                            let secured = tokio::select! {
                                secured = timeout(head_timeout, tls.accept(stream)) => secured,
                                _ = ends.changed() => return,
                            };
                            if let Ok(Ok(stream)) = secured {
                                converse(&http, stream, app, watcher).await;
                            }
                            drop(place);
                        })
                    }
                };
            }
            // Out of file descriptors, most likely: others must close first.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    state.stop();
    rereading.abort();
    drop((ending, ends));
    let (grace_over, no_more_events) = (state.grace_over.clone(), state.no_more_events.clone());
    drop((listener, app, state));
    // Connections first, then the writes whose callers went away, and events that listeners have not taken yet.
    let mut ended = pin!(async {
        connections.shutdown().await;
        no_more_events.send_replace(true);
        while done.recv().await.is_some() {}
    });
    if timeout(grace, ended.as_mut()).await.is_err() {
        grace_over.send_replace(true);
        let _ = timeout(LAST_WORDS, ended).await;
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

async fn converse<S>(http: &http1::Builder, stream: S, app: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |request| app.call(own_path(request)));
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let _ = watcher.watch(connection).await;
}
