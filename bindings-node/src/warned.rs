//! Warnings on their way to JavaScript's thread.

use std::mem::take;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Result, Status};
use napi_derive::napi;
use sonoran::{Options, Warning};

/// Being weak, it keeps no process alive.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// What the clients of a thread warn of. There is one for all of them, so that what concerns many is told once.
#[napi]
pub struct Warnings {
    untold: Arc<Mutex<Vec<Warning>>>,
    hook: Arc<dyn Fn(&Warning) + Send + Sync>,
}

#[napi]
impl Warnings {
    /// `wake` is called when there is something to take.
    ///
    /// # Errors
    ///
    /// When the environment is closing.
    #[allow(clippy::needless_pass_by_value, reason = "N-API hands it over")]
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>) -> Result<Self> {
        let wake: Wake = wake.build_threadsafe_function::<()>().weak::<true>().build_callback(|_| Ok(()))?;
        let untold: Arc<Mutex<Vec<Warning>>> = Arc::default();
        let kept = Arc::clone(&untold);
        let hook = Arc::new(move |warning: &Warning| {
            locked(&kept).push(warning.clone());
            // Nobody is left to be told where the environment is closing.
            let _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        });
        Ok(Self { untold, hook })
    }

    /// What was not taken before: kind and words of each, one after the other.
    #[napi(catch_unwind)]
    pub fn take(&self) -> Vec<String> {
        let warnings = take(&mut *locked(&self.untold));
        warnings.into_iter().flat_map(|warning| [warning.kind.to_string(), warning.message]).collect()
    }
}

impl Warnings {
    /// The core's options with the hook.
    pub(crate) fn hooked(&self, options: Options) -> Options {
        options.on_warning_shared(Arc::clone(&self.hook))
    }
}

fn locked(warnings: &Mutex<Vec<Warning>>) -> MutexGuard<'_, Vec<Warning>> {
    warnings.lock().unwrap_or_else(PoisonError::into_inner)
}
