//! The connections to the service: which of them a request goes over, and how long those that stand idle are kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use std::{fmt, mem};

use http::Response;
use http::uri::Uri;
use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

use crate::channel::{Channel, Form};
use crate::connect::{BoxError, Connector};
use crate::http1::Http1;
use crate::request_body::TrackedBody;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("no connection")]
    Connect(#[source] BoxError),
    #[error("the connection closed before the request was begun")]
    Unsent(#[source] hyper::Error),
    #[error("the connection broke")]
    Broken(#[source] hyper::Error),
    #[error("the request has no form in HTTP")]
    Unsendable(#[source] http::Error),
}

/// Those to one service. They belong to the runtime that they are first used on.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Inner>);

struct Inner {
    connector: Connector,
    service: Uri,
    idle_timeout: Duration,
    standing: Mutex<Standing>,
}

/// What stands open.
#[derive(Default)]
struct Standing {
    /// Those of HTTP/1 that no request has, the one used last at the end.
    idle: Vec<(Box<Http1>, Instant)>,
    /// That of HTTP/2, and when it was last used.
    shared: Option<(SendRequest<TrackedBody>, Instant)>,
    /// The task that closes them, and whether there was something to do for it since it last looked.
    sweeper: Option<AbortHandle>,
    is_used: bool,
}

impl Pool {
    pub(crate) fn new(connector: Connector, service: Uri, idle_timeout: Duration) -> Self {
        Self(Arc::new(Inner { connector, service, idle_timeout, standing: Mutex::default() }))
    }

    /// Sends the request that is made for the form of the connection, and waits for the head of its answer, whose body
    /// comes over that channel. What was not begun on a connection that had closed is sent over another one; every other
    /// attempt is the caller's to count, and takes a slot of the rate limit.
    pub(crate) async fn send(
        &self,
        request: impl Fn(Form) -> Result<http::Request<TrackedBody>, http::Error>,
    ) -> Result<(Channel, Response<Incoming>), Failure> {
        loop {
            let standing = self.0.take();
            let is_fresh = standing.is_none();
            let mut channel = match standing {
                Some(channel) => channel,
                // Boxed: a call is not to be larger for what few of them do.
                None => Box::pin(self.connect()).await.map_err(Failure::Connect)?,
            };
            let request = request(channel.form()).map_err(Failure::Unsendable)?;
            match channel.send(request).await {
                Ok(response) => return Ok((channel, response)),
                Err(error) if error.message().is_none() => return Err(Failure::Broken(error.into_error())),
                Err(error) if is_fresh => return Err(Failure::Unsent(error.into_error())),
                Err(_) => self.0.forget(&channel),
            }
        }
    }

    /// Keeps a connection whose answer was read to its end, if it can take another request.
    pub(crate) fn give_back(&self, channel: Channel) {
        if self.0.idle_timeout.is_zero() {
            return;
        }
        let now = Instant::now();
        let mut standing;
        match channel {
            Channel::Own(mut connection) => {
                if !connection.is_open() {
                    return;
                }
                standing = self.0.lock();
                standing.idle.push((connection, now));
            }
            Channel::Shared(_) => {
                standing = self.0.lock();
                standing.shared.iter_mut().for_each(|(_, used)| *used = now);
            }
        }
        standing.is_used = true;
        if standing.sweeper.as_ref().is_none_or(AbortHandle::is_finished) {
            let sweeper = tokio::spawn(sweep(Arc::downgrade(&self.0), self.0.idle_timeout));
            standing.sweeper = Some(sweeper.abort_handle());
        }
    }

    async fn connect(&self) -> Result<Channel, BoxError> {
        let stream = self.0.connector.connect(self.0.service.clone()).await?;
        Ok(match Channel::over(stream).await? {
            Channel::Shared(sender) => Channel::Shared(self.0.share(sender)),
            own @ Channel::Own(_) => own,
        })
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that stood open and still does.
    fn take(&self) -> Option<Channel> {
        loop {
            let mut standing = self.lock();
            let now = Instant::now();
            if let Some((sender, used)) = &mut standing.shared {
                if !sender.is_closed() && now - *used < self.idle_timeout {
                    *used = now;
                    return Some(Channel::Shared(sender.clone()));
                }
                standing.shared = None;
            }
            let (mut connection, since) = standing.idle.pop()?;
            drop(standing);
            if now - since < self.idle_timeout && connection.is_open() {
                return Some(Channel::Own(connection));
            }
        }
    }

    /// The one of HTTP/2 that all use: this one, unless another was quicker.
    fn share(&self, sender: SendRequest<TrackedBody>) -> SendRequest<TrackedBody> {
        let now = Instant::now();
        let mut standing = self.lock();
        match &mut standing.shared {
            Some((quicker, used)) if !quicker.is_closed() => {
                *used = now;
                quicker.clone()
            }
            none => {
                *none = Some((sender.clone(), now));
                sender
            }
        }
    }

    /// One of HTTP/2 that takes no more requests, although it has not ended.
    fn forget(&self, channel: &Channel) {
        if matches!(channel, Channel::Shared(_)) {
            self.lock().shared = None;
        }
    }

    /// Closes what has stood idle for too long. How long until there may be more to close; none where nothing is left.
    fn close_idle(&self) -> Option<Duration> {
        let now = Instant::now();
        let mut standing = self.lock();
        let is_over = |since: Instant| now - since >= self.idle_timeout;
        let over = standing.idle.partition_point(|(_, since)| is_over(*since));
        // Closed once nobody is held up by it.
        let closed: Vec<_> = standing.idle.drain(..over).collect();
        let shared = standing.shared.take_if(|(_, used)| is_over(*used));
        let oldest =
            [standing.idle.first().map(|(_, since)| *since), standing.shared.as_ref().map(|(_, used)| *used)];
        let pause = match oldest.into_iter().flatten().min() {
            Some(oldest) => Some(self.idle_timeout.saturating_sub(now - oldest)),
            None if mem::take(&mut standing.is_used) => Some(self.idle_timeout),
            None => {
                standing.sweeper = None;
                None
            }
        };
        drop(standing);
        drop((closed, shared));
        pause
    }
}

/// Closes connections that stand idle, for as long as any are used.
async fn sweep(pool: Weak<Inner>, idle_timeout: Duration) {
    let mut pause = Some(idle_timeout);
    while let Some(until_next) = pause {
        sleep(until_next).await;
        pause = pool.upgrade().and_then(|pool| pool.close_idle());
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pool").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
