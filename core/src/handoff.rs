//! Begins a future on the thread that asks for it, and goes on with it on a runtime: a call writes its request as it is
//! begun, and no thread is woken for that. Where the answer is about to come, that thread may as well read it. For the
//! languages whose threads are none of a runtime's.

use std::cell::Cell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// So often is work polled where it is begun, as long as something has woken it meanwhile: an answer may come that soon.
const TURNS: u32 = 3;

/// What is begun.
pub type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something begun, which goes on also where this is dropped.
#[derive(Debug)]
pub struct UnderWay(Arc<Begun>);

struct Begun {
    runtime: Handle,
    stage: Mutex<Stage>,
}

enum Stage {
    /// In the hands of a thread: of the one that began it, or of one that gives it to the runtime.
    Handled {
        woken: bool,
        cancelled: bool,
    },
    /// Begun, and waiting to be woken for the first time.
    Waiting(Work),
    /// A task of the runtime.
    Running(AbortHandle),
    Over,
}

/// One of the times that work is polled on a thread that polls it again at once, woken or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look(u64);

thread_local! {
    /// The one that this thread is in.
    static LOOK: Cell<Option<Look>> = const { Cell::new(None) };
}

impl Look {
    /// The one that the caller is in, where there is one: what is waited for need not be watched by a runtime.
    pub(crate) fn now() -> Option<Self> {
        LOOK.get()
    }

    /// One that is like no other, on any thread.
    fn next() -> Self {
        static LOOKS: AtomicU64 = AtomicU64::new(0);
        Self(LOOKS.fetch_add(1, Ordering::Relaxed))
    }
}

/// Begins the work here, and stays with it for so long. It goes on as a task of the runtime once something wakes it later.
pub fn begin(runtime: &Handle, mut work: Work, patience: Duration) -> UnderWay {
    let stage = Mutex::new(Stage::Handled { woken: false, cancelled: false });
    let begun = Arc::new(Begun { runtime: runtime.clone(), stage });
    let waker = Waker::from(Arc::clone(&begun));
    let guard = runtime.enter();
    let patient_until = (!patience.is_zero()).then(|| Instant::now() + patience);
    let mut turns = 0;
    loop {
        let look = patient_until.filter(|until| Instant::now() < *until).map(|_| Look::next());
        if is_over(&mut work, &waker, look) {
            drop(work);
            *begun.lock() = Stage::Over;
            break;
        }
        if look.is_some() {
            // Whoever answers may need this core.
            thread::yield_now();
            continue;
        }
        turns += 1;
        work = match begun.wait(work, turns < TURNS) {
            Some(woken) => woken,
            None => break,
        }
    }
    drop(guard);
    UnderWay(begun)
}

/// Polls work, in such a look where it is one.
fn is_over(work: &mut Work, waker: &Waker, look: Option<Look>) -> bool {
    let before = LOOK.replace(look);
    // As a task of the runtime, it must not take its caller down.
    let poll = AssertUnwindSafe(|| work.as_mut().poll(&mut Context::from_waker(waker)));
    let polled = catch_unwind(poll);
    LOOK.set(before);
    !matches!(polled, Ok(Poll::Pending))
}

/// Begins the work on the runtime, which wakes it for that unless it is at work already.
pub fn spawn(runtime: &Handle, work: Work) -> UnderWay {
    let stage = Mutex::new(Stage::Running(runtime.spawn(work).abort_handle()));
    UnderWay(Arc::new(Begun { runtime: runtime.clone(), stage }))
}

impl UnderWay {
    /// Drops the work, unless it is over.
    pub fn cancel(&self) {
        let mut stage = self.0.lock();
        match mem::replace(&mut *stage, Stage::Over) {
            Stage::Handled { woken, .. } => *stage = Stage::Handled { woken, cancelled: true },
            Stage::Waiting(work) => {
                drop(stage);
                let _guard = self.0.runtime.enter();
                drop(work);
            }
            Stage::Running(task) => task.abort(),
            Stage::Over => {}
        }
    }
}

impl Begun {
    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts down what was begun. Woken meanwhile, it comes back where there is another turn for it here, and else goes to
    /// the runtime.
    fn wait(&self, work: Work, another_turn: bool) -> Option<Work> {
        let mut stage = self.lock();
        match &mut *stage {
            Stage::Handled { woken, cancelled: false } if *woken && another_turn => {
                *woken = false;
                return Some(work);
            }
            Stage::Handled { woken: false, cancelled: false } => *stage = Stage::Waiting(work),
            _ => {
                drop(stage);
                self.run(work);
            }
        }
        None
    }

    /// Gives it to the runtime; without the lock, for one that is shutting down drops it at once.
    fn run(&self, work: Work) {
        let task = self.runtime.spawn(work).abort_handle();
        let mut stage = self.lock();
        if let Stage::Handled { cancelled: true, .. } = *stage {
            task.abort();
        }
        *stage = Stage::Running(task);
    }
}

impl Wake for Begun {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut stage = self.lock();
        match mem::replace(&mut *stage, Stage::Handled { woken: true, cancelled: false }) {
            Stage::Handled { cancelled, .. } => *stage = Stage::Handled { woken: true, cancelled },
            Stage::Waiting(work) => {
                drop(stage);
                self.run(work);
            }
            later @ (Stage::Running(_) | Stage::Over) => *stage = later,
        }
    }
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Begun").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread::ThreadId;

    use tokio::runtime::{Builder, Runtime};
    use tokio::sync::oneshot;

    use super::*;

    /// Tells on which thread something ends, and whether it was dropped before.
    struct Teller(Option<Sender<Option<ThreadId>>>);

    impl Teller {
        fn new() -> (Self, Receiver<Option<ThreadId>>) {
            let (sender, receiver) = channel();
            (Self(Some(sender)), receiver)
        }

        fn done(mut self) {
            let _ = self.0.take().unwrap().send(Some(thread::current().id()));
        }
    }

    impl Drop for Teller {
        fn drop(&mut self) {
            if let Some(sender) = self.0.take() {
                let _ = sender.send(None);
            }
        }
    }

    fn runtime() -> Runtime {
        Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    }

    #[test]
    fn what_has_nothing_to_wait_for_ends_where_it_began() {
        let runtime = runtime();
        let (teller, told) = Teller::new();
        let under_way = begin(runtime.handle(), Box::pin(async move { teller.done() }), Duration::ZERO);
        assert_eq!(told.try_recv().unwrap(), Some(thread::current().id()));
        under_way.cancel();
    }

    #[test]
    fn what_is_spawned_begins_in_the_runtime_and_can_be_cancelled() {
        let runtime = runtime();
        let (teller, told) = Teller::new();
        drop(spawn(runtime.handle(), Box::pin(async move { teller.done() })));
        assert!(told.recv().unwrap().is_some_and(|thread| thread != thread::current().id()));
        let (teller, told) = Teller::new();
        let work = async move {
            pending::<()>().await;
            teller.done();
        };
        spawn(runtime.handle(), Box::pin(work)).cancel();
        assert_eq!(told.recv().unwrap(), None);
    }

    #[test]
    fn what_is_woken_goes_on_in_the_runtime() {
        let runtime = runtime();
        let (teller, told) = Teller::new();
        let (wake, woken) = oneshot::channel();
        let under_way = begin(
            runtime.handle(),
            Box::pin(async move {
                woken.await.unwrap();
                tokio::task::yield_now().await;
                teller.done();
            }),
            Duration::ZERO,
        );
        assert!(told.try_recv().is_err());
        wake.send(()).unwrap();
        assert!(told.recv().unwrap().is_some_and(|thread| thread != thread::current().id()));
        under_way.cancel();
    }

    /// Wakes itself so often.
    async fn restless(times: u32) {
        let mut left = times;
        poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    #[test]
    fn what_is_woken_while_it_is_begun_goes_on_there_and_not_for_ever() {
        let runtime = runtime();
        for (times, ends_here) in [(TURNS - 1, true), (TURNS, false), (TURNS + 5, false)] {
            let (teller, told) = Teller::new();
            let work = async move {
                restless(times).await;
                teller.done();
            };
            drop(begin(runtime.handle(), Box::pin(work), Duration::ZERO));
            let thread = told.recv().unwrap().unwrap();
            assert_eq!(thread == thread::current().id(), ends_here, "{times}");
        }
    }

    #[test]
    fn what_is_stayed_with_ends_where_it_began_unless_it_takes_longer() {
        const FOR_EVER: Duration = Duration::from_secs(3600);
        let runtime = runtime();
        for (patience, ends_here) in [(FOR_EVER, true), (Duration::from_nanos(1), false)] {
            let (teller, told) = Teller::new();
            let (wake, woken) = oneshot::channel();
            let (reached, at) = channel();
            let waker = thread::spawn(move || {
                at.recv().unwrap();
                wake.send(()).unwrap();
            });
            let work = async move {
                // Woken by another thread, more often than it is polled without patience.
                restless(TURNS + 5).await;
                reached.send(()).unwrap();
                woken.await.unwrap();
                teller.done();
            };
            drop(begin(runtime.handle(), Box::pin(work), patience));
            waker.join().unwrap();
            let thread = told.recv().unwrap().unwrap();
            assert_eq!(thread == thread::current().id(), ends_here, "{patience:?}");
        }
    }

    #[test]
    fn what_is_cancelled_is_dropped_before_and_after_it_was_woken() {
        let runtime = runtime();
        let (teller, told) = Teller::new();
        let waiting = async move {
            pending::<()>().await;
            teller.done();
        };
        begin(runtime.handle(), Box::pin(waiting), Duration::ZERO).cancel();
        assert_eq!(told.try_recv().unwrap(), None);

        let (teller, told) = Teller::new();
        let (wake, woken) = oneshot::channel::<()>();
        let (reached, at) = channel();
        let running = async move {
            let _ = woken.await;
            reached.send(()).unwrap();
            pending::<()>().await;
            teller.done();
        };
        let under_way = begin(runtime.handle(), Box::pin(running), Duration::ZERO);
        wake.send(()).unwrap();
        at.recv().unwrap();
        under_way.cancel();
        assert_eq!(told.recv().unwrap(), None);
    }

    #[test]
    fn a_panic_does_not_reach_who_began_it() {
        let runtime = runtime();
        let (teller, told) = Teller::new();
        let work = async move {
            let _teller = teller;
            panic!("injected");
        };
        begin(runtime.handle(), Box::pin(work), Duration::ZERO).cancel();
        assert_eq!(told.try_recv().unwrap(), None);
    }

    #[test]
    fn a_runtime_that_is_gone_drops_it() {
        let runtime = runtime();
        let handle = runtime.handle().clone();
        let (teller, told) = Teller::new();
        let (wake, woken) = oneshot::channel::<()>();
        let work = async move {
            let _ = woken.await;
            tokio::task::yield_now().await;
            teller.done();
        };
        let under_way = begin(&handle, Box::pin(work), Duration::ZERO);
        runtime.shutdown_background();
        wake.send(()).unwrap();
        assert_eq!(told.recv().unwrap(), None);
        under_way.cancel();
    }
}
