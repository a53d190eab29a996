//! A runtime that whichever threads are in a call drive, for the languages whose calls block.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{MissedTickBehavior, interval};

use crate::{ArgumentError, Call, Client, Response};

/// How long a call may keep its language from running what has to run, such as the handler of a signal.
const TICK: Duration = Duration::from_millis(100);

/// The runtime, and what those who wait in it hear every so often.
#[derive(Debug)]
pub struct Driver {
    runtime: Runtime,
    ticks: Arc<Notify>,
}

impl Driver {
    /// One for a process.
    ///
    /// # Errors
    ///
    /// When the system has nothing left to wait with.
    pub fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let ticks = Arc::new(Notify::new());
        runtime.spawn(tick(Arc::clone(&ticks)));
        Ok(Self { runtime, ticks })
    }

    /// Carries out a call on this thread. Every so often it lets the language breathe, whose interruption drops the call
    /// and is passed on.
    ///
    /// # Errors
    ///
    /// The interruption.
    pub fn execute<E>(
        &self,
        client: Client,
        call: Call,
        mut breathe: impl FnMut() -> Result<(), E>,
    ) -> Result<Result<Response, ArgumentError>, E> {
        let mut work = Box::pin(async move {
            let outcome = client.execute(call).await;
            if !outcome.as_ref().is_ok_and(|response| response.success) {
                // It may have given up a connection.
                settle().await;
            }
            outcome
        });
        loop {
            if let Some(outcome) = self.runtime.block_on(until_tick(work.as_mut(), &self.ticks)) {
                return Ok(outcome);
            }
            // Outside of the runtime, since what runs then may itself make a call.
            if let Err(interruption) = breathe() {
                drop(work);
                self.runtime.block_on(settle());
                return Err(interruption);
            }
        }
    }

    /// Drops a value that has connections, and closes them.
    pub fn release<T>(&self, value: T) {
        let guard = self.runtime.enter();
        drop(value);
        drop(guard);
        self.runtime.block_on(settle());
    }
}

/// One timer for all: each call that set its own would wake the system's driver for it. It stands still where nobody
/// waits.
async fn tick(ticks: Arc<Notify>) {
    let mut interval = interval(TICK);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        ticks.notify_waiters();
    }
}

/// The output of the work, if it is there before the next tick.
async fn until_tick<F: Future>(mut work: Pin<&mut F>, ticks: &Notify) -> Option<F::Output> {
    turn().await;
    let mut ticked = pin!(ticks.notified());
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => ticked.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// Lets the runtime see which idle connections the server closed since somebody drove it. tokio's own `yield_now`
/// would have the thread wake itself by the system.
async fn turn() {
    let mut over = false;
    poll_fn(|context| {
        if std::mem::replace(&mut over, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Gives the tasks of dropped connections their turn to close them: between two calls nothing runs.
async fn settle() {
    for _ in 0..3 {
        yield_now().await;
    }
}
