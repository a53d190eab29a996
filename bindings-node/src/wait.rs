//! The way from a call that waits for its rate limit to JavaScript's callback.

use napi::Status;
use napi::bindgen_prelude::FnArgs;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use sonoran::Waiting;

/// Operation, and the seconds waited and to go.
type Told = FnArgs<(String, f64, f64)>;

/// A function of JavaScript; being weak, it keeps no process alive.
pub(crate) type OnWait = ThreadsafeFunction<Told, (), Told, Status, false, true>;

/// Hands what the core says over to JavaScript's own thread.
pub(crate) fn hook(on_wait: OnWait) -> impl Fn(&Waiting) + Send + Sync + 'static {
    move |waiting| {
        let (waited, expected) = (waiting.waited.as_secs_f64(), waiting.expected.as_secs_f64());
        // Nobody is left to be told where the environment is closing.
        let _ = on_wait.call(
            (waiting.operation.to_owned(), waited, expected).into(),
            ThreadsafeFunctionCallMode::NonBlocking,
        );
    }
}
