//! From a call to the request on the wire: arguments are checked, then encoded, and only then is
//! the URL built, so that no value can point the request at another resource.

mod arguments;
mod caller;
mod forward;
mod slips;
mod v1;
mod v2;

use bytes::Bytes;
use http::header::HeaderMap;

pub(crate) use self::caller::Caller;
pub(crate) use self::forward::readdress;
use crate::surrogates::refuse_halves;
use crate::{ArgumentError, Call, Method, Wire};

/// A request that passed every check. No `Debug`: a version 1 body holds the key.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Path and query, encoded, to append to the API's address.
    pub(crate) target: String,
    pub(crate) body: Option<Bytes>,
    /// Whether the key goes into a header.
    pub(crate) key_in_header: bool,
    /// Of this call alone, to go before the client's.
    pub(crate) headers: HeaderMap,
}

/// Checks and encodes a call.
pub(crate) fn prepare(call: &Call, mut caller: Caller<'_>) -> Result<Request, ArgumentError> {
    let operation = call.operation;
    caller.default_server = call.default_server.unwrap_or(caller.default_server);
    if call.arguments.len() > operation.parameters.len() {
        return Err(ArgumentError::of_type(
            "arguments",
            format!("are too many for {}", arguments::usage(operation)),
        ));
    }
    if let Some(payload) = &call.payload {
        refuse_halves(operation.payload_name(), payload)?;
    }
    let method = operation.method;
    let headers = call.headers.clone();
    match &operation.wire {
        Wire::V2 => {
            let (target, body) = v2::encode(call, caller.default_server)?;
            Ok(Request { method, target, body, key_in_header: true, headers })
        }
        Wire::V1(wire) => {
            let body = v1::encode(call, wire, caller)?;
            let target = operation.path.to_owned();
            Ok(Request { method, target, body: Some(body), key_in_header: false, headers })
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod v1_tests;
