//! The settings of a receiver.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::worker::{OnError, Queue, to_standard_error};
use super::{EventService, Inner};
use crate::{ArgumentError, Event, EventKeys};

/// The settings of an [`EventService`]; [`on`](Self::on) makes one of them.
///
/// ```
/// use std::time::Duration;
/// use sonoran::{EventKeys, EventService};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let events = EventService::builder(EventKeys::new(["YOUR_API_KEY"])?)
///     .path("/hooks/sonoran")
///     .capacity(100)
///     .body_timeout(Duration::from_secs(5))
///     .on_error(|event, error| eprintln!("{}: {error}", event.event_type))
///     .on(|event| async move {
///         println!("{}", event.event_type);
///         Ok(())
///     })?;
/// events.close().await;
/// # Ok(())
/// # }
/// ```
#[must_use = "a receiver is made by `on`"]
pub struct EventServiceBuilder {
    keys: EventKeys,
    path: Option<String>,
    capacity: usize,
    body_timeout: Duration,
    on_error: OnError,
}

impl EventServiceBuilder {
    pub(super) fn new(keys: EventKeys) -> Self {
        Self {
            keys,
            path: Some("/sonorancms/events".to_owned()),
            capacity: 1000,
            body_timeout: Duration::from_secs(10),
            on_error: Box::new(|event, failure| to_standard_error(event, &failure)),
        }
    }

    /// The path to receive events at; `/sonorancms/events` by default. Others are answered with 404.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Receives events at every path: for a router that has looked at the path, and may have taken a part
    /// of it away.
    pub fn any_path(mut self) -> Self {
        self.path = None;
        self
    }

    /// How many events may wait for the callback; 1,000 by default, at least 1. Those beyond it are answered
    /// with 503 and `Retry-After`.
    pub fn capacity(mut self, events: usize) -> Self {
        self.capacity = events;
        self
    }

    /// How long a request's body may take; 10 s by default. One that takes longer is answered with 408.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Is told of each event whose callback failed, with the error that it returned, or with what it said
    /// when it panicked. By default a line is written to standard error.
    pub fn on_error<C>(mut self, callback: C) -> Self
    where
        C: FnMut(&Event, Box<dyn Error + Send + Sync>) + Send + 'static,
    {
        self.on_error = Box::new(callback);
        self
    }

    /// The receiver, which hands every event to this callback: one after the other, in the order in which
    /// they came. A callback that fails or panics does not keep the next event from it. What it is to do
    /// for each type, `match event.typed()` tells: it should look the account up again before it acts, as
    /// nothing but the key proves where an event is from.
    ///
    /// The callback runs on a task of the present Tokio runtime, whose timer must be enabled.
    ///
    /// # Errors
    ///
    /// When a setting is wrong, or outside a Tokio runtime.
    pub fn on<C, F>(self, callback: C) -> Result<EventService, ArgumentError>
    where
        C: FnMut(Event) -> F + Send + 'static,
        F: Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        self.check()?;
        let runtime = Handle::try_current()
            .map_err(|_| ArgumentError::value("on", "must be called inside a Tokio runtime"))?;
        let queue = Queue::start(&runtime, self.capacity, callback, self.on_error);
        let Self { keys, path, body_timeout, .. } = self;
        Ok(EventService(Arc::new(Inner { keys, path, body_timeout, queue })))
    }

    fn check(&self) -> Result<(), ArgumentError> {
        if self.path.as_ref().is_some_and(|path| !path.starts_with('/') || path.contains(['?', '#'])) {
            return Err(ArgumentError::value(
                "path",
                "must begin with / and have neither query nor fragment",
            ));
        }
        if !(1..=Semaphore::MAX_PERMITS).contains(&self.capacity) {
            return Err(ArgumentError::value("capacity", "must be at least 1, and a number of events"));
        }
        if self.body_timeout.is_zero() {
            return Err(ArgumentError::value("body_timeout", "must be more than 0"));
        }
        Ok(())
    }
}

impl fmt::Debug for EventServiceBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EventServiceBuilder")
            .field("path", &self.path)
            .field("capacity", &self.capacity)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}
