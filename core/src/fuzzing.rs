//! What must hold whatever comes in: one function for each fuzz target in `fuzz/`. The ordinary tests
//! run them over the inputs that are kept there.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde::de::IgnoredAny;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use crate::address::Security;
use crate::attempt::{Attempt, Reply};
use crate::environment::Environment;
use crate::request::{Caller, Request, prepare};
use crate::{
    Argument, Call, CallOptions, EventKeys, Kind, Location, Operation, Response, Wire, address, operations,
    parse_event, response, retry_after,
};

const CONTENT_TYPES: [&str; 4] = ["application/json", "application/problem+json", "text/html", ""];

/// The longest reason: a snippet of the answer, and the words around it.
const LONGEST_REASON: usize = 1500;

/// Any answer to any operation is a whole response.
pub fn answer(input: &[u8]) {
    let [operation, version, high, low, content_type, body @ ..] = input else { return };
    let operation = operation_at(*operation, *version);
    let status = 100 + u16::from_be_bytes([*high, *low]) % 500;
    whole(&decode(operation, status, usize::from(*content_type), body));
}

/// A problem document's members are kept, and its words are the reason.
pub fn problem(input: &[u8]) {
    let response = decode(operation_at(0, 0), 400, 1, input);
    whole(&response);
    let failure = response.error.as_deref().expect("a 400 is a failure");
    let document = serde_json::from_slice::<Value>(input).ok().filter(Value::is_object);
    match (&document, failure.problem.as_deref()) {
        (Some(document), Some(kept)) => {
            assert_eq!(serde_json::from_str::<Value>(kept.get()).ok().as_ref(), Some(document));
            let detail = document["detail"].as_str().map(str::trim).filter(|detail| !detail.is_empty());
            if let Some(detail) = detail.filter(|detail| detail.len() < 1024) {
                assert_eq!(response.reason.as_deref(), Some(detail));
            }
        }
        (document, kept) => assert!(document.is_none() || kept.is_some(), "a problem was lost"),
    }
}

/// A `Retry-After` is a time that can be waited for, or is none.
pub fn wait(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (value, date) = text.split_once('\n').map_or((&*text, None), |(value, date)| (value, Some(date)));
    let Some(wait) = retry_after::parse(value, date) else { return };
    assert!(Instant::now().checked_add(wait).is_some(), "{wait:?} is beyond the clock");
    if let Ok(seconds) = value.trim().parse::<u32>() {
        assert_eq!(wait, Duration::from_secs(seconds.into()));
    }
}

/// An accepted address names one host, by https or on this machine, and nothing else.
pub fn base_url(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(address) = address::resolve(Some(("apiUrl", text)), Some(false), &Environment::Process) else {
        return;
    };
    let url = Url::parse(&format!("{}/v2/community", address.base)).expect("a path can be appended");
    assert_eq!(url.host_str(), Some(address.host.as_str()));
    assert_eq!((url.username(), url.password(), url.query(), url.fragment()), ("", None, None, None));
    assert!(url.path().ends_with("/v2/community"), "{url}");
    assert_eq!(url.scheme(), if address.security == Security::Tls { "https" } else { "http" });
    let literal = address.host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let here = literal.map_or(address.host == "localhost", |ip| ip.is_loopback());
    assert!(address.security == Security::Tls || here, "{url} shows the key");
}

/// A call goes to its own resource, whatever its arguments are, or is refused.
pub fn request(input: &[u8]) {
    let [operation, version, rest @ ..] = input else { return };
    let operation = operation_at(*operation, *version);
    let mut parts = rest.split(|byte| *byte == 0xFF).map(|part| String::from_utf8_lossy(part).into_owned());
    let arguments: Vec<String> = parts.by_ref().take(operation.parameters.len()).collect();
    let given = arguments.iter().map(Argument::from).collect();
    let call = Call::from_parts(operation.name, given, parts.next(), CallOptions::default());
    let caller = Caller { community_id: "COMMUNITY", api_key: "KEY", default_server: 7 };
    let Ok(request) = prepare(&call.expect("the operation is known"), caller) else { return };
    match &operation.wire {
        Wire::V2 => check_target(operation, &arguments, &request),
        Wire::V1(v1) => {
            assert_eq!(request.target, operation.path);
            let body: Value = serde_json::from_slice(&request.body.unwrap_or_default()).expect("JSON");
            assert_eq!((&body["id"], &body["key"]), (&"COMMUNITY".into(), &"KEY".into()));
            assert_eq!(
                (&body["type"], body.as_object().map(serde_json::Map::len)),
                (&v1.request_type.into(), Some(4))
            );
        }
    }
}

/// Any body is an event with the key left out, or is refused.
pub fn event(input: &[u8]) {
    let keys = EventKeys::new(["KEY"]).expect("a key");
    match parse_event(input, &keys) {
        Ok(event) => {
            let text: Value = serde_json::from_str(&event.to_json()).expect("an event is JSON");
            assert_eq!(text["type"], event.event_type);
            assert!(text.get("key").is_none() && !event.event_type.is_empty());
        }
        Err(error) => assert!(!error.reason.is_empty() && [400, 401, 413].contains(&error.status())),
    }
}

/// Each argument is one segment of the path, and what stands around it stays.
fn check_target(operation: &Operation, arguments: &[String], request: &Request) {
    let url = Url::parse(&format!("https://example.com{}", request.target)).expect("a target is a URL's");
    assert_eq!((url.host_str(), url.fragment()), (Some("example.com"), None));
    let sent: Vec<_> = url.path_segments().into_iter().flatten().collect();
    let template: Vec<_> = operation.path.trim_start_matches('/').split('/').collect();
    assert_eq!(sent.len(), template.len(), "{url}");
    for (sent, template) in sent.iter().zip(template) {
        let name = template.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        let place = |name| {
            operation.parameters.iter().position(|each| each.name == name && each.location == Location::Path)
        };
        match name
            .and_then(place)
            .and_then(|place| Some((arguments.get(place)?, operation.parameters[place].kind)))
        {
            Some((argument, kind)) => {
                let sent = percent_decode_str(sent).decode_utf8().expect("what was text is text");
                assert!(stands_for(&sent, argument, kind), "{argument:?} was sent as {sent}");
            }
            None => assert!(name.is_some() || *sent == template, "{url}"),
        }
    }
}

/// Whether a segment says what an argument says, which may be left out for the default server.
fn stands_for(sent: &str, argument: &str, kind: Kind) -> bool {
    match kind {
        Kind::Uuid => {
            uuid::Uuid::try_parse(argument.trim()).is_ok_and(|id| id.hyphenated().to_string() == sent)
        }
        Kind::Integer if argument.trim().is_empty() => sent == "7",
        Kind::Integer => sent.parse::<i64>().ok() == argument.trim().parse().ok(),
        Kind::Text | Kind::Number | Kind::Boolean => sent == argument,
    }
}

fn operation_at(low: u8, high: u8) -> &'static Operation {
    let all = operations();
    all[usize::from(u16::from_be_bytes([high, low])) % all.len()]
}

fn decode(operation: &'static Operation, status: u16, content_type: usize, body: &[u8]) -> Response {
    let reply = Reply {
        status,
        body: Bytes::copy_from_slice(body),
        content_type: CONTENT_TYPES[content_type % CONTENT_TYPES.len()].to_owned(),
        retry_after: None,
        left: None,
        request_id: None,
        headers: HeaderMap::new(),
    };
    let course = response::Course { attempts: 1, waited: Duration::ZERO, outcome_unknown: false };
    response::decode(operation, Attempt::Answered(reply), course).printable("YOUR_API_KEY")
}

fn whole(response: &Response) {
    // A number may be beyond what any type holds: it is passed on as it came.
    serde_json::from_str::<IgnoredAny>(&response.to_json()).expect("a response is JSON");
    assert_eq!(response.success, response.error.is_none());
    match &response.reason {
        None => assert!(response.success),
        Some(reason) => {
            assert!(!response.success && !reason.trim().is_empty() && reason.len() <= LONGEST_REASON);
        }
    }
}

#[cfg(test)]
#[path = "../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::replay::replay;

    #[test]
    fn answers() {
        replay("answer", super::answer);
    }

    #[test]
    fn problems() {
        replay("problem", super::problem);
    }

    #[test]
    fn waits() {
        replay("wait", super::wait);
    }

    #[test]
    fn base_urls() {
        replay("base_url", super::base_url);
    }

    #[test]
    fn requests() {
        replay("request", super::request);
    }

    #[test]
    fn events() {
        replay("event", super::event);
    }
}
