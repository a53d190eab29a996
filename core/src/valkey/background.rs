//! The thread that connections to servers live on, one in a process.

use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::limit::Promise;
use crate::process::PerProcess;

static THREAD: PerProcess<Handle> = PerProcess::new();

/// Does it on that thread; false where there is none to be had.
pub(super) fn spawn(work: Promise<()>) -> bool {
    let Ok(handle) = THREAD.get(started) else { return false };
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
