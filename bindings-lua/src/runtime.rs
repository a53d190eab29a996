//! The process's one runtime, driven by whichever threads are in a call.

use mlua::Result;
use sonoran::driver::Driver;
use sonoran::{ArgumentError, Call, Client, Response};

use sonoran::process::PerProcess;

static DRIVER: PerProcess<&'static Driver> = PerProcess::new();

fn current() -> std::io::Result<&'static Driver> {
    // Never dropped, so that the process can exit at any moment.
    DRIVER.get(|| Ok(&*Box::leak(Box::new(Driver::new()?))))
}

/// Carries out a call on this thread. Every so often it lets Lua run a hook, such as the one that Ctrl-C sets, or a
/// callback, whose error drops the call and is passed on.
pub(crate) fn execute(
    client: Client,
    call: Call,
    breathe: impl FnMut() -> Result<()>,
) -> Result<std::result::Result<Response, ArgumentError>> {
    current()?.execute(client, call, breathe)
}

/// Drops a value that has connections, and closes them.
pub(crate) fn release<T>(value: T) {
    if let Ok(driver) = current() {
        driver.release(value);
    }
}
