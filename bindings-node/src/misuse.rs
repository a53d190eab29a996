//! How misuse reaches JavaScript.

use napi::{Error, Status};
use serde_json::json;
use sonoran::ArgumentError;

/// Misuse as the text of a JSON object, from which JavaScript makes its own argument error.
pub(crate) fn misuse(error: &ArgumentError) -> Error {
    let parts =
        json!({ "argument": error.argument, "problem": error.problem, "wrongType": error.wrong_type });
    Error::new(Status::InvalidArg, parts.to_string())
}
