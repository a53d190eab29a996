//! The receiver of push events: HTTP in front, one callback behind.

mod answer;
mod body;
mod builder;
mod worker;

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use tokio::time::timeout;
use tower_service::Service;

use self::answer::Refusal;
pub use self::builder::EventServiceBuilder;
use self::worker::Queue;
use super::{EventKeys, parse_event};

/// Receives push events over HTTP: a tower [`Service`] for hyper, axum or any other server, and the queue
/// between the server and your callback. Needs the feature `tower`.
///
/// An event is answered with 204 as soon as it is read and its key is checked; your callback runs after
/// that, for one event after the other in the order in which they came. Clones are cheap and are the same
/// receiver.
///
/// ```
/// use sonoran::{EventData, EventKeys, EventService};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let events = EventService::builder(EventKeys::new(["YOUR_API_KEY"])?).on(|event| async move {
///     let account = event.account_id.as_deref().unwrap_or("an account");
///     match event.typed() {
///         EventData::AccountUpdated(data) => println!("{account} is now {:?}", data.acc_name),
///         EventData::AccountKicked(_) => println!("{account} was kicked"),
///         EventData::AccountBanned(_) => println!("{account} was banned"),
///         _ => println!("{}: {}", event.event_type, event.data),
///     }
///     Ok(())
/// })?;
/// // axum: Router::new().route_service("/sonorancms/events", events.clone())
/// // hyper: TowerToHyperService::new(events.clone())
/// events.close().await;
/// # Ok(())
/// # }
/// ```
///
/// | answer | when |
/// |---|---|
/// | 204 | the event waits for the callback |
/// | 400, 401 | [`parse_event`](crate::parse_event) refuses it |
/// | 404, 405 | another path than [the one set](EventServiceBuilder::path); another method than POST |
/// | 408 | the body was not whole within [the time for it](EventServiceBuilder::body_timeout) |
/// | 413 | the body has more than [`EVENT_BYTES`](crate::EVENT_BYTES); the rest of it is not read |
/// | 503 | as many events wait [as may](EventServiceBuilder::capacity), or the receiver was closed |
///
/// All but the first have a sentence as text that holds nothing of the body or of a key. The time that a
/// request's head may take is the server's affair.
#[derive(Clone)]
pub struct EventService(Arc<Inner>);

struct Inner {
    keys: EventKeys,
    /// Any, where there is none.
    path: Option<String>,
    body_timeout: Duration,
    queue: Queue,
}

impl EventService {
    /// Begins a receiver of the events that carry one of these keys.
    pub fn builder(keys: EventKeys) -> EventServiceBuilder {
        EventServiceBuilder::new(keys)
    }

    /// Accepts no more events (503), and waits until the callback is through with those that wait. Dropping
    /// the future changes nothing about that. The callback must not wait for it: that would be for itself.
    ///
    /// Without it, the events that wait are lost when the runtime ends.
    pub async fn close(&self) {
        self.0.queue.close().await;
    }
}

impl Inner {
    async fn receive<B: Body>(&self, request: Request<B>) -> Result<(), Refusal> {
        self.admit(request.method(), request.uri().path())?;
        let body = timeout(self.body_timeout, body::read(request.into_body())).await;
        let event = parse_event(body.map_err(|_| Refusal::Late)??, &self.keys)?;
        self.queue.push(event)
    }

    /// What can be told before the body is read.
    fn admit(&self, method: &Method, path: &str) -> Result<(), Refusal> {
        if self.path.as_deref().is_some_and(|expected| path != expected) {
            return Err(Refusal::Path);
        }
        if method != Method::POST {
            return Err(Refusal::Method);
        }
        if self.queue.is_closed() { Err(Refusal::Closed) } else { Ok(()) }
    }
}

impl<B> Service<Request<B>> for EventService
where
    B: Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A full queue is told as 503: the service that sends should not be kept waiting.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let receiver = Arc::clone(&self.0);
        Box::pin(async move {
            let version = request.version();
            Ok(answer::answer(receiver.receive(request).await, version))
        })
    }
}

impl fmt::Debug for EventService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EventService")
            .field("path", &self.0.path)
            .field("body_timeout", &self.0.body_timeout)
            .field("closed", &self.0.queue.is_closed())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
