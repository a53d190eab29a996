//! Accepts connections and hands their requests on.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::log::Line;
use crate::route::tidy;
use crate::wire::{Hangup, Payload};
use crate::worlds::Worlds;
use crate::{admin, exchange, page};

/// Serves until the runtime ends.
pub(crate) async fn serve(listener: TcpListener, worlds: Arc<Worlds>) -> Infallible {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => drop(tokio::spawn(connection(stream, peer, Arc::clone(&worlds)))),
            // Out of file descriptors, most likely: others must close first.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, worlds: Arc<Worlds>) {
    // An answer is one write: waiting for more would only delay it.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(&worlds, peer, request));
    let mut served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let Err(error) = Pin::new(&mut served).await else { return };
    let hangup =
        std::error::Error::source(&error).and_then(|source| source.downcast_ref::<Hangup>()).cloned();
    let mut stream = served.into_parts().io.into_inner();
    match hangup {
        Some(Hangup::Reset) => drop(stream.set_zero_linger()),
        Some(Hangup::Raw(bytes)) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Some(Hangup::Close) | None => {}
    }
}

async fn answer(
    worlds: &Worlds,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Payload>, Hangup> {
    let begin = || Line::begin(&request, &worlds.api().router, &worlds.default().secrets());
    let mut line = worlds.options().log.then(begin);
    let answered = route(worlds, peer, request).await;
    if let (Some(line), Ok(response)) = (&mut line, &answered) {
        line.answered(response.status().as_u16());
    }
    answered
}

async fn route(
    worlds: &Worlds,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Payload>, Hangup> {
    let path = &*tidy(request.uri().path());
    if admin::is_at(path) {
        return Ok(admin::answer(worlds, peer, request).await);
    }
    if let Some(reply) = page::answer(request.method(), path) {
        return Ok(reply.into_response(worlds.default().clock.now()));
    }
    exchange::exchange(worlds, request).await
}
