//! What becomes of a write whose caller goes away. A read is dropped with its caller.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::oneshot;

use crate::problem::Problem;
use crate::state::State;

/// Ends when the caller is gone.
pub(crate) struct Gone(Option<oneshot::Receiver<()>>);

impl Gone {
    /// Never ends.
    pub(crate) fn never() -> Self {
        Self(None)
    }

    pub(crate) async fn wait(self) {
        match self.0 {
            // The other end is dropped, never used.
            Some(gone) => drop(gone.await),
            None => std::future::pending().await,
        }
    }
}

/// Sends a write. One that is under way runs to its end without its caller; one that still waits is told that the
/// caller is gone.
pub(crate) async fn write<F>(state: &State, send: impl FnOnce(Gone) -> F) -> Result<F::Output, Problem>
where
    F: Future<Output: Send> + Send + 'static,
{
    // Dropped with this future, which is dropped when the caller goes away.
    let (_here, gone) = oneshot::channel();
    let course = send(Gone(Some(gone)));
    let (under_way, writes) = (state.under_way.clone(), Arc::clone(&state.writes));
    let task = tokio::spawn(async move {
        let outcome = course.await;
        // Before it is answered, so that what the caller reads next is not older.
        writes.fetch_add(1, Ordering::Release);
        drop(under_way);
        outcome
    });
    task.await.map_err(|_| Problem::new(500, "The gateway failed.").outcome_unknown(true))
}
