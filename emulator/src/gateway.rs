//! What the gateway before the service says: its own refusals, which are no problem documents, and what it tells of
//! the rate limit with every answer that it counted.

use hyper::header::{HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use crate::journal::request_id;
use crate::limits::Quota;
use crate::reply::Reply;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-kong-request-id");

/// No operation is at the path.
pub(crate) fn no_route(number: u64) -> Reply {
    refusal(404, "no Route matched with those values", number)
}

/// The request has no key.
pub(crate) fn no_key(number: u64) -> Reply {
    let mut reply = refusal(401, "No API key found in request", number);
    reply.header(WWW_AUTHENTICATE, "Bearer");
    reply
}

/// The window is full.
pub(crate) fn too_many(quota: Quota, number: u64) -> Reply {
    let mut reply = refusal(429, "API rate limit exceeded", number);
    reply.headers.push((RETRY_AFTER, HeaderValue::from(quota.reset)));
    reply
}

fn refusal(status: u16, message: &str, number: u64) -> Reply {
    let id = request_id(number);
    let mut reply = Reply::json(status, &json!({ "message": message, "request_id": id }));
    reply.header(REQUEST_ID, &id);
    reply
}

/// Says what is left of the window, in both ways that the gateway has.
pub(crate) fn tell(reply: &mut Reply, quota: Quota) {
    for (name, number) in [
        ("ratelimit-limit", u64::from(quota.limit)),
        ("ratelimit-remaining", quota.remaining),
        ("ratelimit-reset", quota.reset),
        ("x-ratelimit-limit-minute", u64::from(quota.limit)),
        ("x-ratelimit-remaining-minute", quota.remaining),
    ] {
        reply.headers.push((HeaderName::from_static(name), HeaderValue::from(number)));
    }
}
