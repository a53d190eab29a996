//! The process's one runtime, driven by whichever threads are in a call.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{MissedTickBehavior, interval};

use crate::process::PerProcess;

/// How long a call may keep Lua from running a hook, such as the one that Ctrl-C sets, or a callback.
const TICK: Duration = Duration::from_millis(100);

/// The runtime, and what those who wait in it hear every so often.
struct Shared {
    runtime: Runtime,
    ticks: Arc<Notify>,
}

static SHARED: PerProcess<&'static Shared> = PerProcess::new();

fn current() -> std::io::Result<&'static Shared> {
    SHARED.get(|| {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let ticks = Arc::new(Notify::new());
        runtime.spawn(tick(Arc::clone(&ticks)));
        // Never dropped, so that the process can exit at any moment.
        Ok(&*Box::leak(Box::new(Shared { runtime, ticks })))
    })
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

/// Waits for the work on this thread. Every so often it lets Lua run, whose error drops the work and is passed on.
pub(crate) fn wait<F: Future>(
    work: impl FnOnce() -> F,
    mut breathe: impl FnMut() -> mlua::Result<()>,
) -> mlua::Result<F::Output> {
    let Shared { runtime, ticks } = current()?;
    let mut work = Box::pin(work());
    loop {
        if let Some(output) = runtime.block_on(until_tick(work.as_mut(), ticks)) {
            return Ok(output);
        }
        // Outside of the runtime, since what runs then may itself make a call.
        if let Err(interruption) = breathe() {
            drop(work);
            runtime.block_on(settle());
            return Err(interruption);
        }
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

/// Drops a value that has connections, and closes them.
pub(crate) fn release<T>(value: T) {
    if let Ok(Shared { runtime, .. }) = current() {
        let guard = runtime.enter();
        drop(value);
        drop(guard);
        runtime.block_on(settle());
    }
}

/// Gives the tasks of dropped connections their turn to close them: between two calls nothing runs.
pub(crate) async fn settle() {
    for _ in 0..3 {
        yield_now().await;
    }
}
