//! How .NET hears what came of something that it began.

use std::{mem, ptr, thread};

use uniffi::{Lower, LowerError, RustBuffer};

use crate::{ArgumentError, UniFfiTag};

/// A function of .NET. It takes what .NET knows a thing by, how that ended, as a code of `UniFFI`'s
/// `RustCallStatus`, and its result or error, whose memory it gives back. It returns soon.
pub(crate) type Hear = extern "C" fn(u64, i8, RustBuffer);

pub(crate) const SUCCESS: i8 = 0;
const ERROR: i8 = 1;
const FAULT: i8 = 2;
const CANCELLED: i8 = 3;

/// The function of .NET at an address.
pub(crate) fn function_at(address: u64) -> Result<Hear, ArgumentError> {
    let address = usize::try_from(address).ok().filter(|address| *address != 0);
    let address =
        address.ok_or_else(|| ArgumentError::invalid("hears", "must be the address of a function"))?;
    let pointer = ptr::with_exposed_provenance::<()>(address);
    // Sound: .NET hands over the address of such a function, which lasts as long as the process.
    Ok(unsafe { mem::transmute::<*const (), Hear>(pointer) })
}

/// Tells .NET of the end once, whatever happens: dropped before, it was cancelled.
pub(crate) struct Ending {
    hear: Hear,
    of: u64,
    told: bool,
}

impl Ending {
    pub(crate) fn new(hear: Hear, of: u64) -> Self {
        Self { hear, of, told: false }
    }

    pub(crate) fn tell(mut self, outcome: Result<RustBuffer, ArgumentError>) {
        match outcome {
            Ok(result) => self.say(SUCCESS, result),
            Err(error) => self.say(ERROR, <ArgumentError as LowerError<UniFfiTag>>::lower_error(error)),
        }
    }

    fn say(&mut self, code: i8, result: RustBuffer) {
        self.told = true;
        (self.hear)(self.of, code, result);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if self.told {
            return;
        }
        if thread::panicking() {
            let words = "The library failed; please report it with what was written to standard error.";
            self.say(FAULT, <String as Lower<UniFfiTag>>::lower(words.to_owned()));
        } else {
            self.say(CANCELLED, RustBuffer::new());
        }
    }
}
