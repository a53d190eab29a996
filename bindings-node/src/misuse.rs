//! How misuse reaches JavaScript.

use napi::{Error, Status};
use serde_json::json;
use sonoran::ArgumentError;

/// Misuse as the text of a JSON object, from which JavaScript makes its own argument error; and what ends with its
/// client as a cancellation.
pub(crate) fn misuse(error: &ArgumentError) -> Error {
    if error.is_closed() {
        return Error::new(Status::Cancelled, "The instance is closed: make a new one.".to_owned());
    }
    let parts =
        json!({ "argument": error.argument, "problem": error.problem, "wrongType": error.wrong_type });
    Error::new(Status::InvalidArg, parts.to_string())
}
