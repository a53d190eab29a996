//! The threads that calls run on, whichever .NET thread asked for them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sonoran::handoff;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use crate::ArgumentError;
use crate::ending::{Ending, Outcome};

/// The one runtime of the process. It is never shut down: clients come and go, and the process may end at
/// any moment.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("sonoran")
            .enable_all()
            .build()
            .expect("the operating system gives a thread to the Sonoran runtime")
    })
}

/// Something that .NET began, and hears the end of.
#[derive(uniffi::Object)]
pub struct UnderWay(handoff::UnderWay);

#[uniffi::export]
impl UnderWay {
    /// Ends it, and its request with it. .NET hears of that as of any end.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// Begins work, goes on with it on the runtime, and tells of its end. A lone one begins on the thread of .NET that asks
/// for it, where no other has to be woken for its request; where more are under way, the runtime is awake, and writes and
/// reads for many at a time.
///
/// The work is made where it is kept: given as it is, it would be there twice.
pub(crate) fn begin<F>(work: impl FnOnce() -> F + Send + 'static, ending: Ending) -> Arc<UnderWay>
where
    F: Future<Output = Result<Outcome, ArgumentError>> + Send,
{
    let runtime = runtime().handle();
    // The ending goes with the work, also where that is ended before it has begun.
    Arc::new(UnderWay(if ending.is_of_lone_call() {
        let begun = Instant::now();
        let work = Box::pin(async move {
            let outcome = work().await;
            ANSWERS.took(begun.elapsed());
            ending.tell(outcome);
        });
        handoff::begin(runtime, work, ANSWERS.patience())
    } else {
        handoff::spawn(runtime, Box::pin(async move { ending.tell(work().await) }))
    }))
}

/// How soon lone calls were answered last.
static ANSWERS: Answers =
    Answers { last: AtomicU64::new(u64::MAX), before: AtomicU64::new(u64::MAX), in_a_row: AtomicU64::new(0) };

/// Whether a thread of .NET that makes a lone call may wait for the answer itself: one from a gateway or an emulator on this
/// machine comes sooner than two threads are woken, and than a thread of the pool has given up looking for other work.
struct Answers {
    /// How long the last call took, in microseconds, and the one before, since one alone may have been held up.
    last: AtomicU64,
    before: AtomicU64,
    /// How long those took together that came since a call was left to the runtime.
    in_a_row: AtomicU64,
}

impl Answers {
    /// For longer no thread is kept from other work by one call.
    const SOON: Duration = Duration::from_micros(250);
    /// A thread that has nothing but such calls to make, one after another, still gets to what else it is there for.
    const LONGEST_ROW: Duration = Duration::from_millis(50);

    fn took(&self, time: Duration) {
        let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.before.store(self.last.swap(time, Ordering::Relaxed), Ordering::Relaxed);
        self.in_a_row.fetch_add(time, Ordering::Relaxed);
    }

    /// How long to wait for the next one.
    fn patience(&self) -> Duration {
        let micros = |count: &AtomicU64| Duration::from_micros(count.load(Ordering::Relaxed));
        let is_soon = micros(&self.last).min(micros(&self.before)) < Self::SOON;
        if is_soon && micros(&self.in_a_row) < Self::LONGEST_ROW {
            return Self::SOON;
        }
        self.in_a_row.store(0, Ordering::Relaxed);
        Duration::ZERO
    }
}
