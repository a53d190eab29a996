//! What a call tells while it is under way, long waits and attempts: to a function of Lua.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mlua::{Function, Lua, Table};
use sonoran::{Attempted, ErrorKind, Options, Waiting};

thread_local! {
    /// What the call of this thread has to tell: the core says it in the midst of its work.
    static TOLD: RefCell<Vec<Told>> = const { RefCell::new(Vec::new()) };
}

enum Told {
    Waits(Waiting),
    Attempted(Attempted),
}

/// The core's options with hooks that keep what they are told. Of attempts they are told while `watched`.
pub(crate) fn hooked(options: Options, watched: Arc<AtomicBool>) -> Options {
    options.on_wait(|waiting| keep(Told::Waits(waiting.clone()))).on_attempt_if(
        move || watched.load(Ordering::Relaxed),
        |attempt| keep(Told::Attempted(attempt.clone())),
    )
}

fn keep(told: Told) {
    TOLD.with_borrow_mut(|all| all.push(told));
}

/// Drops what an earlier call had no time to tell.
pub(crate) fn forget() {
    TOLD.take();
}

/// Tells it to Lua's function. With nothing to tell it is called all the same: hooks run where Lua runs.
pub(crate) fn tell(lua: &Lua, hear: &Function) -> mlua::Result<()> {
    // Taken first: what hears of it may make a call of its own, which would forget it.
    let all = TOLD.take();
    if all.is_empty() {
        return hear.call(());
    }
    all.iter().try_for_each(|told| match told {
        Told::Waits(waiting) => hear.call(("wait", waits(lua, waiting)?)),
        Told::Attempted(attempt) => hear.call(("attempt", attempted(lua, attempt)?)),
    })
}

/// The same where a call is over: only what there is.
pub(crate) fn tell_rest(lua: &Lua, hear: &Function) -> mlua::Result<()> {
    if TOLD.with_borrow(Vec::is_empty) { Ok(()) } else { tell(lua, hear) }
}

fn waits(lua: &Lua, waiting: &Waiting) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("operation", waiting.operation)?;
    table.raw_set("waited", waiting.waited.as_secs_f64())?;
    table.raw_set("expected", waiting.expected.as_secs_f64())?;
    Ok(table)
}

fn attempted(lua: &Lua, attempt: &Attempted) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("operation", attempt.operation)?;
    table.raw_set("number", attempt.number)?;
    table.raw_set("status", attempt.status)?;
    table.raw_set("kind", attempt.kind.map(ErrorKind::as_str))?;
    table.raw_set("reason", attempt.reason.as_deref())?;
    table.raw_set("elapsed", attempt.elapsed.as_secs_f64())?;
    table.raw_set("pause", attempt.pause.map(|pause| pause.as_secs_f64()))?;
    table.raw_set("requestId", attempt.request_id.as_deref())?;
    Ok(table)
}
