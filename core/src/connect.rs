//! How a connection to the service is made: straight to it or through a proxy, then in TLS, all
//! within the connect timeout.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{HeaderMap, HeaderValue, USER_AGENT};
use http::uri::{Scheme, Uri};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use rustls::ClientConfig;
use tower_service::Service;

use crate::connection::{Connection, Hop};
use crate::proxy::Proxy;
use crate::resolve::Resolver;

/// A connection on which nothing comes is asked whether it still lives, so often, and ends after so many
/// questions without an answer, or, where the system knows that, once what was sent stays so long without one.
const PROBE_AFTER: Duration = Duration::from_secs(15);
const PROBES: u32 = 3;
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;
type Tcp = HttpConnector<Resolver>;

/// Makes connections.
pub(crate) struct Connector {
    https: HttpsConnector<Route>,
    is_forwarded: bool,
    timeout: Duration,
}

impl Connector {
    /// `is_secured` tells whether the service speaks TLS.
    pub(crate) fn new(
        timeout: Duration,
        mut tls: ClientConfig,
        proxy: Option<&Proxy>,
        is_secured: bool,
        agent: &HeaderValue,
    ) -> Self {
        let route = match proxy {
            Some(proxy) => Route::through(proxy, tcp(timeout), &tls, is_secured, agent),
            None => Route::Straight(tcp(timeout)),
        };
        let is_forwarded = matches!(route, Route::Forward(..));
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Self { https: HttpsConnector::from((route, tls)), is_forwarded, timeout }
    }

    pub(crate) async fn connect(&self, service: Uri) -> Result<Connection, BoxError> {
        let connecting = self.https.clone().call(service);
        let stream = tokio::time::timeout(self.timeout, connecting).await.map_err(|_| TimedOut)??;
        Ok(Connection::over(stream, self.is_forwarded))
    }
}

fn tcp(timeout: Duration) -> Tcp {
    let mut tcp = HttpConnector::new_with_resolver(Resolver);
    // Whether TLS follows is for those above to say.
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    // Divided among the addresses of a name, so that one dead one does not take it all.
    tcp.set_connect_timeout(Some(timeout));
    tcp.set_keepalive(Some(PROBE_AFTER));
    tcp.set_keepalive_interval(Some(PROBE_AFTER));
    tcp.set_keepalive_retries(Some(PROBES));
    #[cfg(target_os = "linux")]
    tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    tcp
}

/// The way to the service, up to where TLS with it begins.
#[derive(Clone)]
enum Route {
    Straight(Tcp),
    /// To a proxy that takes the requests themselves.
    Forward(HttpsConnector<Tcp>, Uri),
    /// Through a proxy that is asked by CONNECT.
    Tunnel(Tunnel<HttpsConnector<Tcp>>),
    Socks(Socks),
}

impl Route {
    fn through(proxy: &Proxy, tcp: Tcp, tls: &ClientConfig, is_secured: bool, agent: &HeaderValue) -> Self {
        let address = proxy.uri().clone();
        if proxy.is_socks() {
            let mut socks = SocksV5::new(address, tcp);
            if let Some((user, password)) = proxy.credentials() {
                socks = socks.with_auth(user.to_owned(), password.to_owned());
            }
            return Self::Socks(Socks { proxy: socks, resolves_here: proxy.takes_addresses() });
        }
        let to_proxy = HttpsConnector::from((tcp, tls.clone()));
        if !is_secured {
            return Self::Forward(to_proxy, address);
        }
        let mut tunnel = Tunnel::new(address, to_proxy);
        if let Some(authorization) = proxy.authorization() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        Self::Tunnel(tunnel.with_headers(HeaderMap::from_iter([(USER_AGENT, agent.clone())])))
    }
}

impl Service<Uri> for Route {
    type Response = Hop;
    type Error = BoxError;
    type Future = Connecting<Hop>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, service: Uri) -> Self::Future {
        match self {
            Self::Straight(tcp) => {
                let connecting = tcp.call(service);
                Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) })
            }
            Self::Forward(proxy, address) => proxy.call(address.clone()),
            Self::Tunnel(tunnel) => {
                let connecting = tunnel.call(service);
                Box::pin(async move { Ok(connecting.await?) })
            }
            Self::Socks(socks) => Box::pin(socks.clone().connect(service)),
        }
    }
}

/// A way through a SOCKS proxy.
#[derive(Clone)]
struct Socks {
    proxy: SocksV5<Tcp>,
    /// Whether the service's name is resolved on this machine.
    resolves_here: bool,
}

impl Socks {
    async fn connect(mut self, service: Uri) -> Result<Hop, BoxError> {
        let host = service.host().ok_or("the address has no host")?;
        let is_secured = service.scheme() == Some(&Scheme::HTTPS);
        let port = service.port_u16().unwrap_or(if is_secured { 443 } else { 80 });
        let host = if self.resolves_here { address_of(host).await? } else { host.to_owned() };
        // The proxy's client reads no more of it than host and port.
        let target = Uri::builder().scheme("https").authority(format!("{host}:{port}")).path_and_query("/");
        Ok(MaybeHttpsStream::Http(self.proxy.call(target.build()?).await?))
    }
}

/// The first address of a host, as it stands in a URL.
async fn address_of(host: &str) -> Result<String, BoxError> {
    if host.starts_with('[') || host.parse::<IpAddr>().is_ok() {
        return Ok(host.to_owned());
    }
    let address = Resolver.call(host.parse()?).await?.next().ok_or("the name has no address")?;
    Ok(match address.ip() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    })
}

/// The connect timeout is over.
#[derive(Debug)]
pub(crate) struct TimedOut;

impl fmt::Display for TimedOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("operation timed out")
    }
}

impl StdError for TimedOut {}
