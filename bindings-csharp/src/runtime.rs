//! The threads that calls run on, whichever .NET thread asked for them.

use std::sync::{Arc, OnceLock};

use sonoran::handoff;
use tokio::runtime::{Builder, Runtime};

use crate::ArgumentError;
use crate::ending::{self, Ending, Outcome};

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

/// Begins a future, goes on with it on the runtime, and tells of its end. A lone one begins on the thread of .NET that asks
/// for it, where no other has to be woken for its request; where more are under way, the runtime is awake, and writes and
/// reads for many at a time.
pub(crate) fn begin(
    future: impl Future<Output = Result<Outcome, ArgumentError>> + Send + 'static,
    ending: Ending,
) -> Arc<UnderWay> {
    let begin = if ending::is_alone() { handoff::begin } else { handoff::spawn };
    // The ending goes with the work, also where that is ended before it has begun.
    let work = Box::pin(async move { ending.tell(future.await) });
    Arc::new(UnderWay(begin(runtime().handle(), work)))
}
