//! The thread that connections to servers live on, one in a process.

use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::limit::Promise;

/// With the process that it belongs to: a forked child has no threads, and makes its own.
static THREAD: Mutex<Option<(u32, Handle)>> = Mutex::new(None);

/// Does it on that thread; false where there is none to be had.
pub(super) fn spawn(work: Promise<()>) -> bool {
    let Some(handle) = handle() else { return false };
    drop(handle.spawn(work));
    true
}

/// The lock is held for as long as a thread takes to begin, once in a process.
fn handle() -> Option<Handle> {
    let process = std::process::id();
    let mut made = THREAD.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((owner, handle)) = &*made
        && *owner == process
    {
        return Some(handle.clone());
    }
    let runtime = Builder::new_current_thread().enable_all().build().ok()?;
    let handle = runtime.handle().clone();
    // It ends with the process, and holds nothing that would have to be given back.
    let work = move || runtime.block_on(std::future::pending::<()>());
    thread::Builder::new().name("sonoran-limits".to_owned()).spawn(work).ok()?;
    // What a forked child has of its parent's is not the child's to touch.
    std::mem::forget(made.replace((process, handle.clone())));
    Some(handle)
}
