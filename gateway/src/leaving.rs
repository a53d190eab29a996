//! What becomes of a request whose caller goes away.

use sonoran::Operation;
use tokio::sync::oneshot;

use crate::problem::Problem;
use crate::state::State;

/// Ends when the caller is gone.
pub(crate) struct Gone(oneshot::Receiver<()>);

impl Gone {
    pub(crate) async fn wait(self) {
        // The other end is dropped, never used.
        drop(self.0.await);
    }
}

/// Sends a request. A read ends with its caller; a write under way runs to its end without it, and one that still
/// waits is told that the caller is gone.
pub(crate) async fn unless_caller_leaves<F>(
    state: &State,
    operation: &Operation,
    send: impl FnOnce(Gone) -> F,
) -> Result<F::Output, Problem>
where
    F: Future<Output: Send> + Send + 'static,
{
    // Dropped with this future, which is dropped when the caller goes away.
    let (_here, gone) = oneshot::channel();
    let course = send(Gone(gone));
    if operation.reads() {
        return Ok(course.await);
    }
    let under_way = state.under_way.clone();
    let task = tokio::spawn(async move {
        let outcome = course.await;
        drop(under_way);
        outcome
    });
    task.await.map_err(|_| Problem::new(500, "The gateway failed.").outcome_unknown(true))
}
