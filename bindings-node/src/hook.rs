//! The ways from the core's hooks to JavaScript's callbacks.

use napi::Status;
use napi::bindgen_prelude::FnArgs;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use serde_json::json;
use sonoran::{Attempted, Waiting};

tokio::task_local! {
    /// By which number JavaScript listens for the call that runs in this task; not set where nobody does.
    pub(crate) static HEARD: i64;
}

/// A function of JavaScript; being weak, it keeps no process alive.
type Callback<T> = ThreadsafeFunction<T, (), T, Status, false, true>;

/// Told of operation, and the seconds waited and to go.
pub(crate) type OnWait = Callback<FnArgs<(String, f64, f64)>>;

/// Told of the call's number, and of the attempt's fields as the text of a JSON object.
pub(crate) type OnAttempt = Callback<FnArgs<(i64, String)>>;

/// Hands what the core says of a long wait over to JavaScript's own thread.
pub(crate) fn of_waits(on_wait: OnWait) -> impl Fn(&Waiting) + Send + Sync + 'static {
    move |waiting| {
        let (waited, expected) = (waiting.waited.as_secs_f64(), waiting.expected.as_secs_f64());
        // Nobody is left to be told where the environment is closing.
        let _ = on_wait.call(
            (waiting.operation.to_owned(), waited, expected).into(),
            ThreadsafeFunctionCallMode::NonBlocking,
        );
    }
}

/// The same of the attempts of calls that somebody in JavaScript listens for.
pub(crate) fn of_attempts(on_attempt: OnAttempt) -> impl Fn(&Attempted) + Send + Sync + 'static {
    move |attempt| {
        if let Ok(number) = HEARD.try_get() {
            let _ =
                on_attempt.call((number, fields(attempt)).into(), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}

fn fields(attempt: &Attempted) -> String {
    json!({
        "operation": attempt.operation,
        "number": attempt.number,
        "status": attempt.status,
        "kind": attempt.kind.map(|kind| kind.to_string()),
        "reason": attempt.reason,
        "elapsed": attempt.elapsed.as_secs_f64(),
        "pause": attempt.pause.map(|pause| pause.as_secs_f64()),
        "requestId": attempt.request_id,
    })
    .to_string()
}
