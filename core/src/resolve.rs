//! From a host's name to its addresses.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

/// The system's resolver, except for this machine's own name.
#[derive(Debug, Clone)]
pub(crate) struct Resolver;

/// No address of a name was found.
#[derive(Debug)]
pub(crate) struct Unresolved(io::Error);

type Addresses = vec::IntoIter<SocketAddr>;

impl Service<Name> for Resolver {
    type Response = Addresses;
    type Error = Unresolved;
    type Future = Pin<Box<dyn Future<Output = Result<Addresses, Unresolved>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unresolved>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move {
            if name.as_str() == "localhost" {
                return Ok(localhost().into_iter());
            }
            let found = GaiResolver::new().call(name).await.map_err(Unresolved)?;
            Ok(found.collect::<Vec<_>>().into_iter())
        })
    }
}

/// The addresses of this machine, whatever its table of hosts says. The newer one is only tried
/// where there is one: its failure would hide that of the other.
fn localhost() -> Vec<SocketAddr> {
    let mut addresses = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
    let newer = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    if UdpSocket::bind(newer).is_ok() {
        addresses.push(newer);
    }
    addresses
}

impl fmt::Display for Unresolved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name can't be resolved")
    }
}

impl std::error::Error for Unresolved {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
