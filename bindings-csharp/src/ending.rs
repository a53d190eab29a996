//! How .NET hears what came of something that it began.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{mem, ptr, slice, thread};

use uniffi::{Lower, LowerError, RustBuffer};

use crate::{ArgumentError, UniFfiTag};

/// A function of .NET that hears of so many ends, of which it copies what it keeps. It returns soon.
pub(crate) type Hear = unsafe extern "C" fn(*const Ended, usize);

const SUCCESS: i8 = 0;
const ERROR: i8 = 1;
const FAULT: i8 = 2;
const CANCELLED: i8 = 3;

/// The function of .NET at an address.
pub(crate) fn function_at(address: u64) -> Result<Hear, ArgumentError> {
    let address = usize::try_from(address).ok().filter(|address| *address != 0);
    let address =
        address.ok_or_else(|| ArgumentError::invalid("hear", "must be the address of a function"))?;
    let pointer = ptr::with_exposed_provenance::<()>(address);
    // SAFETY: .NET hands over the address of such a function, which lasts as long as the process.
    Ok(unsafe { mem::transmute::<*const (), Hear>(pointer) })
}

/// How many calls are under way.
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// Ends that .NET will hear of in one go.
static TOGETHER: Mutex<Vec<Ended>> = Mutex::new(Vec::new());

/// What something came to, or its error, and the data of an answer where it is one. .NET gives the memory of both back.
#[repr(C)]
pub(crate) struct Outcome {
    pub(crate) result: RustBuffer,
    pub(crate) data: RustBuffer,
}

impl From<RustBuffer> for Outcome {
    fn from(result: RustBuffer) -> Self {
        Self { result, data: RustBuffer::new() }
    }
}

/// An end as .NET reads it: who hears it, what .NET knows the thing by, how it ended, as a code of `UniFFI`'s
/// `RustCallStatus`, and in what.
#[repr(C)]
pub(crate) struct Ended {
    hear: Hear,
    of: u64,
    code: i8,
    outcome: Outcome,
}

impl Ended {
    pub(crate) fn success(hear: Hear, of: u64, result: RustBuffer) -> Self {
        Self { hear, of, code: SUCCESS, outcome: result.into() }
    }

    pub(crate) fn tell(self) {
        tell_all(slice::from_ref(&self));
    }

    /// Tells it with others that end in the meantime, behind all that is ready to run: the threads of .NET that take
    /// ends up would else look for the next one in vain, over and over.
    fn tell_soon(self) {
        let mut together = TOGETHER.lock().unwrap_or_else(PoisonError::into_inner);
        together.push(self);
        if together.len() == 1 {
            tokio::spawn(async {
                tokio::task::yield_now().await;
                let together = mem::take(&mut *TOGETHER.lock().unwrap_or_else(PoisonError::into_inner));
                tell_all(&together);
            });
        }
    }
}

/// Tells ends to those who hear them; mostly all of them to one, since a process has .NET once.
fn tell_all(ends: &[Ended]) {
    for ends in ends.chunk_by(|one, other| ptr::fn_addr_eq(one.hear, other.hear)) {
        // SAFETY: .NET reads so many from there while this lasts.
        unsafe { (ends[0].hear)(ends.as_ptr(), ends.len()) };
    }
}

/// Tells .NET of the end once, whatever happens: dropped before, it was cancelled.
pub(crate) struct Ending {
    hear: Hear,
    of: u64,
    /// Whether it is a call's, and not of what may be waited for as long as there is a client.
    is_call: bool,
    told: bool,
}

impl Ending {
    pub(crate) fn of_call(hear: Hear, of: u64) -> Self {
        UNDER_WAY.fetch_add(1, Ordering::Relaxed);
        Self { hear, of, is_call: true, told: false }
    }

    pub(crate) fn of_wait(hear: Hear, of: u64) -> Self {
        Self { hear, of, is_call: false, told: false }
    }

    /// Whether it is of a call while no other is under way.
    pub(crate) fn is_of_lone_call(&self) -> bool {
        self.is_call && UNDER_WAY.load(Ordering::Relaxed) <= 1
    }

    /// Within the runtime.
    pub(crate) fn tell(mut self, outcome: Result<Outcome, ArgumentError>) {
        let (code, outcome) = match outcome {
            Ok(outcome) => (SUCCESS, outcome),
            Err(error) => (ERROR, <ArgumentError as LowerError<UniFfiTag>>::lower_error(error).into()),
        };
        let (ended, alone) = self.ended(code, outcome);
        if alone { ended.tell() } else { ended.tell_soon() }
    }

    /// The end, and whether no other call is under way.
    fn ended(&mut self, code: i8, outcome: Outcome) -> (Ended, bool) {
        self.told = true;
        let alone = !self.is_call || UNDER_WAY.fetch_sub(1, Ordering::Relaxed) == 1;
        (Ended { hear: self.hear, of: self.of, code, outcome }, alone)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if self.told {
            return;
        }
        let (code, result) = if thread::panicking() {
            let words = "The library failed; please report it with what was written to standard error.";
            (FAULT, <String as Lower<UniFfiTag>>::lower(words.to_owned()))
        } else {
            (CANCELLED, RustBuffer::new())
        };
        self.ended(code, result.into()).0.tell();
    }
}
