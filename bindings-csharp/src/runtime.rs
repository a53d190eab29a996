//! The threads that calls run on, whichever .NET thread asked for them.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};
use tokio::task::{AbortHandle, JoinError, JoinHandle};

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

/// Ends its task when dropped, so that a cancelled call leaves no request behind.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a future on the runtime for as long as the caller waits for it.
pub(crate) async fn run<F>(future: F) -> Result<F::Output, JoinError>
where
    F: Future<Output: Send> + Send + 'static,
{
    let task: JoinHandle<F::Output> = runtime().spawn(future);
    let _guard = AbortOnDrop(task.abort_handle());
    task.await
}
