//! A Valkey or Redis server, which has the slots of those who share a key: the connection to it, made when it
//! is needed, and kept. What is asked there is `limit/served.rs`'s.
//!
//! Connections live on a thread of their own: between two calls no other runtime may be at work, and what
//! became of a slot is told all the same. The protocol is written here, and not taken from the crate `redis`:
//! that little of it is needed, and the crate would have made each package larger by 140 kB.

mod address;
mod background;
mod connection;
mod resp;

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::limit::{Promise, Reply, Wire};
pub(crate) use address::Address;
use address::Host;
use connection::{Closed, Connection, closed};

/// A connection that is not made by then is given up.
const TO_CONNECT: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(crate) struct Server {
    address: Address,
    tls: Option<Arc<ClientConfig>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connection: Option<Connection>,
    /// The member of a cluster that has the slots, if it is not the one that was named.
    moved: Option<Host>,
    /// When the last try failed, and why.
    failed: Option<(Instant, String)>,
}

impl Server {
    /// The server at an address, with what TLS to it trusts.
    pub(crate) fn new(address: Address, tls: Option<Arc<ClientConfig>>) -> Self {
        Self { address, tls, state: Mutex::default() }
    }

    /// A connection: the one there is, else a new one.
    async fn connection(&self) -> Result<Connection, String> {
        let asked = Instant::now();
        let mut state = self.state.lock().await;
        if let Some(connection) = state.connection.as_ref().filter(|connection| connection.is_open()) {
            return Ok(connection.clone());
        }
        // Who has waited for another's try does not try again.
        if let Some((when, why)) = &state.failed
            && *when >= asked
        {
            return Err(why.clone());
        }
        let host = state.moved.as_ref().unwrap_or_else(|| self.address.host());
        let connecting = Connection::new(host, &self.address, self.tls.as_ref());
        let made = timeout(TO_CONNECT, connecting).await.unwrap_or_else(|_| Err(self.unreached()));
        match made {
            Ok(connection) => {
                state.connection = Some(connection.clone());
                Ok(connection)
            }
            Err(why) => {
                // The one that was named may know who has the slots now.
                state.moved = None;
                state.failed = Some((Instant::now(), why.clone()));
                Err(why)
            }
        }
    }

    /// The answer. It is sent once more where the connection had ended, or another server has the slots: who
    /// asks a second time is known by the name of the slot.
    async fn exchange(&self, command: &[Vec<u8>]) -> Result<Reply, String> {
        match self.connection().await?.send(command).await {
            Ok(Reply::Refusal(words)) => match words.split(' ').collect::<Vec<_>>()[..] {
                ["MOVED", _, host] => {
                    let moved = self.address.moved_to(host);
                    *self.state.lock().await = State { moved, ..State::default() };
                }
                // Another may have taken its place under the same name, or it has another password.
                ["READONLY" | "MASTERDOWN" | "CLUSTERDOWN" | "NOAUTH", ..] => {
                    *self.state.lock().await = State::default();
                    return Ok(Reply::Refusal(words));
                }
                _ => return Ok(Reply::Refusal(words)),
            },
            Ok(reply) => return Ok(reply),
            Err(Closed) => {}
        }
        let answer = self.connection().await?.send(command).await;
        answer.map_err(|Closed| closed(self.tls.is_some()))
    }

    fn unreached(&self) -> String {
        let hint = if self.tls.is_some() { " by TLS (without it, its URL begins with redis://)" } else { "" };
        format!("can't be reached within {} s{hint}", TO_CONNECT.as_secs())
    }
}

impl Wire for Server {
    fn name(&self) -> String {
        self.address.to_string()
    }

    fn reach(self: Arc<Self>) -> Promise<Result<(), String>> {
        Box::pin(async move { self.connection().await.map(drop) })
    }

    fn send(self: Arc<Self>, command: Vec<Vec<u8>>) -> Promise<Result<Reply, String>> {
        Box::pin(async move { self.exchange(&command).await })
    }

    fn spawn(&self, work: Promise<()>) -> bool {
        background::spawn(work)
    }
}

#[cfg(test)]
pub(crate) mod started;
#[cfg(test)]
mod tests;
