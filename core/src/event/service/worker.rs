//! The queue, and the one task that hands its events to the callback.

use std::any::Any;
use std::error::Error;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use super::answer::Refusal;
use crate::Event;

pub(super) type Failure = Box<dyn Error + Send + Sync>;
pub(super) type OnError = Box<dyn FnMut(&Event, Failure) + Send>;

/// Where events wait for the callback. The worker ends when this is closed or dropped, once it is empty.
pub(super) struct Queue {
    /// None when closed.
    sender: Mutex<Option<mpsc::Sender<Event>>>,
    /// Its other half lives as long as the worker.
    worker: watch::Receiver<()>,
}

impl Queue {
    /// Starts the worker.
    pub(super) fn start<C, F>(runtime: &Handle, capacity: usize, callback: C, on_error: OnError) -> Self
    where
        C: FnMut(Event) -> F + Send + 'static,
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let (sender, events) = mpsc::channel(capacity);
        let (alive, worker) = watch::channel(());
        runtime.spawn(async move {
            work(events, callback, on_error).await;
            drop(alive);
        });
        Self { sender: Mutex::new(Some(sender)), worker }
    }

    pub(super) fn push(&self, event: Event) -> Result<(), Refusal> {
        let sender = self.sender();
        let sent = sender.as_ref().ok_or(Refusal::Closed)?.try_send(event);
        sent.map_err(|refused| match refused {
            TrySendError::Full(_) => Refusal::Full,
            TrySendError::Closed(_) => Refusal::Closed,
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.sender().is_none()
    }

    pub(super) async fn close(&self) {
        self.sender().take();
        // Nothing is ever sent: an error says that the worker is gone.
        let _ = self.worker.clone().changed().await;
    }

    fn sender(&self) -> MutexGuard<'_, Option<mpsc::Sender<Event>>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn work<C, F>(mut events: mpsc::Receiver<Event>, mut callback: C, mut on_error: OnError)
where
    C: FnMut(Event) -> F,
    F: Future<Output = Result<(), Failure>>,
{
    while let Some(event) = events.recv().await {
        if let Err(failure) = run(&mut callback, event.clone()).await {
            // A panic in here has been written to standard error, and there is nobody else to tell.
            let _ = catch_unwind(AssertUnwindSafe(|| on_error(&event, failure)));
        }
    }
}

/// Runs the callback for one event; a panic in it becomes an error.
async fn run<C, F>(callback: &mut C, event: Event) -> Result<(), Failure>
where
    C: FnMut(Event) -> F,
    F: Future<Output = Result<(), Failure>>,
{
    let mut running = pin!(async move { callback(event).await });
    poll_fn(|context| {
        // Whatever a panic left half done is dropped with the future, which is not polled again.
        catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context)))
            .unwrap_or_else(|panic| Poll::Ready(Err(Failure::from(words(panic.as_ref())))))
    })
    .await
}

fn words(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    said.map_or_else(|| "it panicked".to_owned(), |said| format!("it panicked: {said}"))
}

/// Where nobody asked to be told.
pub(super) fn to_standard_error(event: &Event, failure: &Failure) {
    eprintln!("sonoran: the callback failed for an event of type {:?}: {failure}", event.event_type);
}
