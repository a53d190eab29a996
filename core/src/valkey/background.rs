//! The thread that connections to servers live on, one in a process.

use std::io;
use std::task::{Context, Waker};
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::limit::Promise;
use crate::process::PerProcess;

static THREAD: PerProcess<Handle> = PerProcess::new();

/// Does it on that thread; false where there is none to be had. It begins on the caller's: what is to be sent is sent, and
/// the other thread is woken while the server has it.
pub(super) fn spawn(mut work: Promise<()>) -> bool {
    let Ok(handle) = THREAD.get(started) else { return false };
    // A thread that is about to end can begin nothing any more.
    let can_begin = !Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed());
    if can_begin {
        // What it waits for is the other thread's.
        let _entered = handle.enter();
        if work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return true;
        }
    }
    drop(handle.spawn(work));
    true
}

fn started() -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    // It ends with the process, and holds nothing that would have to be given back.
    let work = move || runtime.block_on(std::future::pending::<()>());
    thread::Builder::new().name("sonoran-limits".to_owned()).spawn(work)?;
    Ok(handle)
}
