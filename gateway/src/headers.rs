//! Which headers go on, either way.

use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AGE, ALT_SVC, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE,
    HeaderName, PROXY_AUTHENTICATE, SET_COOKIE, STRICT_TRANSPORT_SECURITY, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use axum::http::{HeaderMap, HeaderValue};
use sonoran::RateLimitState;

use crate::problem::whole_seconds;
use crate::reads::Source;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(crate) const REQUEST_TIMEOUT: HeaderName = HeaderName::from_static("request-timeout");

pub(crate) const HEARTBEAT: HeaderName = HeaderName::from_static("sonoran-heartbeat");

pub(crate) const COMMUNITY_ID: HeaderName = HeaderName::from_static("sonoran-community-id");
pub(crate) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
pub(crate) const PRIORITY: HeaderName = HeaderName::from_static("sonoran-priority");

/// What goes on of a request. Everything else is between the caller and the gateway: tokens, cookies, whatever a
/// proxy in front has put in.
const ONWARD: [HeaderName; 7] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    CONTENT_TYPE,
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("idempotency-key"),
    REQUEST_ID,
];

/// What goes on of a call by its method's name, which has no other headers of its own.
pub(crate) const WITH_A_CALL: [HeaderName; 4] = [
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("idempotency-key"),
    REQUEST_ID,
];

/// What does not come back: it is of the connection (RFC 9110 section 7.6.1), or would make the caller think that the
/// service is here.
const HELD_BACK: [HeaderName; 12] = [
    ALT_SVC,
    CONNECTION,
    CONTENT_LENGTH,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    SET_COOKIE,
    STRICT_TRANSPORT_SECURITY,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// The headers that a request takes to the service.
pub(crate) fn onward(given: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in ONWARD {
        for value in given.get_all(&name) {
            headers.append(name.clone(), value.clone());
        }
    }
    headers
}

/// The headers that an answer brings back.
pub(crate) fn back(mut headers: HeaderMap) -> HeaderMap {
    let of_the_connection: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HELD_BACK.iter().chain(&of_the_connection) {
        headers.remove(name);
    }
    headers
}

/// Says how full the limit is that all callers share.
pub(crate) fn tell_limit(headers: &mut HeaderMap, state: &RateLimitState) {
    let reset = state.next_free_in.map_or(0, whole_seconds);
    // Who waits comes first: of what is free nothing is left for the next caller.
    let remaining = state.free.saturating_sub(state.waiting);
    for (name, number) in [
        ("ratelimit-limit", u64::from(state.limit)),
        ("ratelimit-remaining", u64::from(remaining)),
        ("ratelimit-reset", reset),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(number));
    }
}

/// Says where an answer comes from, where it was not sent for this caller (RFC 9111, RFC 9211).
pub(crate) fn tell_source(headers: &mut HeaderMap, source: Source) {
    let (age, control, status) = match source {
        Source::Sent => return,
        Source::Shared => (None, None, "sonoran-gateway; fwd=miss; collapsed"),
        Source::Kept(age, left) => (Some(age), Some(left), "sonoran-gateway; hit"),
        Source::Stale(age) => (Some(age), None, "sonoran-gateway; fwd=stale; detail=stale-if-error"),
    };
    headers.insert(HeaderName::from_static("cache-status"), HeaderValue::from_static(status));
    if let Some(age) = age {
        headers.insert(AGE, HeaderValue::from(age.as_secs()));
        let control = format!("private, max-age={}", control.map_or(0, |left| left.as_secs()));
        headers.extend(HeaderValue::from_str(&control).ok().map(|control| (CACHE_CONTROL, control)));
    }
}

/// Whether a caller wants no answer that was kept.
pub(crate) fn wants_anew(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut words = values.flat_map(|value| value.split(',')).map(str::trim);
    words.any(|word| ["no-cache", "no-store", "max-age=0"].iter().any(|no| word.eq_ignore_ascii_case(no)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(headers: &[(&str, &str)]) -> HeaderMap {
        let parsed = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
        };
        headers.iter().map(parsed).collect()
    }

    #[test]
    fn what_is_between_two_stays_between_them() {
        let sent = map(&[
            ("accept", "a"),
            ("authorization", "Bearer token"),
            ("cookie", "c"),
            ("x-api-key", "k"),
            ("x-forwarded-for", "1.2.3.4"),
            ("traceparent", "t"),
        ]);
        assert_eq!(onward(&sent), map(&[("accept", "a"), ("traceparent", "t")]));
        let answered = map(&[
            ("connection", "close, x-hop"),
            ("x-hop", "1"),
            ("x-end", "2"),
            ("set-cookie", "c"),
            ("alt-svc", "h3"),
            ("content-length", "5"),
        ]);
        assert_eq!(back(answered), map(&[("x-end", "2")]));
    }

    #[test]
    fn a_caller_can_want_an_answer_anew() {
        for value in ["no-cache", "private, No-Store", "max-age=0"] {
            assert!(wants_anew(&map(&[("cache-control", value)])), "{value}");
        }
        assert!(!wants_anew(&map(&[("cache-control", "max-age=10")])) && !wants_anew(&map(&[])));
    }
}
