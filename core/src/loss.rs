//! Why no answer came: from the transport's chain of errors to a kind and a plain sentence.

use std::error::Error as StdError;
use std::io;

use crate::attempt::Loss;
use crate::connect::TimedOut;
use crate::pool::Failure;
use crate::resolve::Unresolved;
use crate::{ErrorKind, handshake};

/// Any of the transport's errors.
type Cause = dyn StdError + 'static;

/// How the connectors' words for a failure of a proxy begin; they give their types to nobody.
const OF_PROXIES: [&str; 2] = ["tunnel error: ", "SOCKS error: "];

/// And how they go on where there is no connection to the proxy itself.
const UNREACHED: &str = "failed to create underlying connection";

/// The way of a request to the service.
#[derive(Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) host: &'a str,
    /// The name of the proxy, where one stands between.
    pub(crate) proxy: Option<&'a str>,
    /// Whether a proxy makes a tunnel; else it takes the request itself.
    pub(crate) is_tunnel: bool,
}

/// Finds the kind and the words for an error of the transport.
pub(crate) fn classify(error: &Cause, way: Way<'_>, written: bool) -> Loss {
    let kind = kind(error);
    let reason = way
        .proxy
        .and_then(|proxy| of_proxy(error, kind, proxy, way))
        .unwrap_or_else(|| of_service(error, kind, way.host, written));
    Loss { kind, written, reason, request_id: None }
}

/// The words for what a proxy is to blame for.
fn of_proxy(error: &Cause, kind: ErrorKind, proxy: &str, way: Way<'_>) -> Option<String> {
    let words = chain(error)
        .map(ToString::to_string)
        .find_map(|text| OF_PROXIES.iter().find_map(|start| text.strip_prefix(start).map(str::to_owned)));
    let is_unreached = match &words {
        Some(words) => words == UNREACHED,
        None => is_connect(error) && !way.is_tunnel && !proxy.starts_with("socks"),
    };
    let cause = innermost(error);
    Some(match kind {
        ErrorKind::Timeout => {
            format!("No connection to {} through the proxy {proxy} within the connect timeout.", way.host)
        }
        ErrorKind::Dns if is_unreached => {
            format!("The host name of the proxy {proxy} can't be resolved: check the proxy and the network.")
        }
        ErrorKind::Tls if is_unreached => {
            format!("No secure connection to the proxy {proxy}: {cause}.")
        }
        _ if is_unreached && cause.ends_with(UNREACHED) => format!("The proxy {proxy} can't be reached."),
        _ if is_unreached => format!("The proxy {proxy} can't be reached: {cause}."),
        _ => format!("The proxy {proxy} makes no connection to {}: {}.", way.host, words?),
    })
}

fn of_service(error: &Cause, kind: ErrorKind, host: &str, written: bool) -> String {
    let cause = innermost(error);
    match kind {
        ErrorKind::Dns => {
            format!("The host name {host} can't be resolved: check the API url and the network.")
        }
        ErrorKind::Tls => format!("No secure connection to {host}: {cause}."),
        ErrorKind::Timeout => format!("No connection to {host} within the connect timeout."),
        ErrorKind::InvalidResponse => format!("{host} sent no valid HTTP answer: {cause}."),
        _ if written => format!("The connection to {host} broke before the whole answer was there: {cause}."),
        _ => format!("No connection to {host}: {cause}."),
    }
}

/// Whether the service did nothing with the request: there was no connection, it had closed before, or the
/// peer refused the stream, which says so (RFC 9113 section 8.7).
pub(crate) fn is_untouched(error: &Cause) -> bool {
    let refused = |cause: &Cause| {
        let error = cause.downcast_ref::<h2::Error>();
        error.is_some_and(|error| error.is_remote() && error.reason() == Some(h2::Reason::REFUSED_STREAM))
    };
    is_connect(error) || matches!(error.downcast_ref(), Some(Failure::Unsent(_))) || chain(error).any(refused)
}

/// The loss of an answer that is larger than any of this API.
pub(crate) fn give_up(largest: usize) -> Loss {
    Loss {
        kind: ErrorKind::InvalidResponse,
        written: true,
        reason: format!("The answer is larger than {} MiB.", largest / 1024 / 1024),
        request_id: None,
    }
}

fn kind(error: &Cause) -> ErrorKind {
    if chain(error).any(<Cause>::is::<Unresolved>) {
        return ErrorKind::Dns;
    }
    if chain(error).any(<Cause>::is::<rustls::Error>) {
        return ErrorKind::Tls;
    }
    // One that is found dead later on is a connection that broke.
    if is_connect(error) && chain(error).any(is_timeout) {
        return ErrorKind::Timeout;
    }
    if chain(error).any(is_malformed) {
        return ErrorKind::InvalidResponse;
    }
    ErrorKind::Connect
}

/// Whether there was no connection to send anything on.
fn is_connect(error: &Cause) -> bool {
    matches!(error.downcast_ref(), Some(Failure::Connect(_)))
}

fn is_timeout(cause: &Cause) -> bool {
    let io = cause.downcast_ref::<io::Error>();
    cause.is::<TimedOut>() || io.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}

fn is_malformed(cause: &Cause) -> bool {
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return error.is_parse();
    }
    cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
}

/// An error and its causes. An `io::Error` hides the error it wraps from `source`, so it is asked.
fn chain(error: &Cause) -> impl Iterator<Item = &Cause> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause(error: &Cause) -> Option<&Cause> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &Cause),
        None => error.source(),
    }
}

/// The words of the innermost cause, which name what happened and no URL.
fn innermost(error: &Cause) -> String {
    let of_handshake = chain(error).find_map(|cause| cause.downcast_ref().map(handshake::words));
    of_handshake.or_else(|| chain(error).last().map(ToString::to_string)).unwrap_or_default()
}
