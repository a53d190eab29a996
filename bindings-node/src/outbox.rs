//! Answers on their way to JavaScript's thread. One wake-up takes all that came before it: a promise of N-API's for
//! each call would cost a handle of the event loop each.

use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{Either3, Function, Null};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Error, Result, Status};

/// JavaScript's number of a call, then the text of its response, or null after a cancellation; then code and
/// message of what is wrong with it, or nulls. Flat, since lists in a list would be built one by one.
pub(crate) type Batch = Vec<Either3<f64, String, Null>>;

/// Being weak, it keeps no process alive: JavaScript does, while it has calls under way.
type Wake = ThreadsafeFunction<Arc<Outbox>, (), Batch, Status, false, true>;

/// The answers of one client.
pub(crate) struct Outbox {
    answers: Mutex<Vec<Answer>>,
    wake: Wake,
}

struct Answer {
    call: f64,
    outcome: Result<Option<String>>,
}

impl Outbox {
    /// `deliver` is JavaScript's function for the answers.
    pub(crate) fn new(deliver: &Function<'_, Batch, ()>) -> Result<Arc<Self>> {
        let wake = deliver
            .build_threadsafe_function::<Arc<Self>>()
            .weak::<true>()
            .build_callback(|context| Ok(context.value.batch()))?;
        Ok(Arc::new(Self { answers: Mutex::default(), wake }))
    }

    /// The place for the answer of a call.
    pub(crate) fn place(self: &Arc<Self>, call: f64) -> Place {
        Place { outbox: Arc::clone(self), call, outcome: None }
    }

    fn put(self: &Arc<Self>, answer: Answer) {
        let first = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.push(answer);
            answers.len() == 1
        };
        if first {
            // Nobody is left to be told where the environment is closing.
            let _ = self.wake.call(Arc::clone(self), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    fn batch(&self) -> Batch {
        let answers = take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner));
        answers.into_iter().flat_map(Answer::flat).collect()
    }
}

impl Answer {
    fn flat(self) -> [Either3<f64, String, Null>; 4] {
        let text = |text: Option<String>| text.map_or(Either3::C(Null), Either3::B);
        let (answer, code, message) = match self.outcome {
            Ok(answer) => (answer, None, None),
            Err(error) => (None, Some(error.status.as_ref().to_owned()), Some(error.reason.clone())),
        };
        [Either3::A(self.call), text(answer), text(code), text(message)]
    }
}

/// Is filled once for each call: what is dropped without an answer, as a panic does it, is told as a fault.
pub(crate) struct Place {
    outbox: Arc<Outbox>,
    call: f64,
    outcome: Option<Result<Option<String>>>,
}

impl Place {
    pub(crate) fn fill(mut self, outcome: Result<Option<String>>) {
        self.outcome = Some(outcome);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let outcome = self.outcome.take();
        let outcome = outcome.unwrap_or_else(|| Err(Error::from_reason("the native part gave no answer")));
        self.outbox.put(Answer { call: self.call, outcome });
    }
}
