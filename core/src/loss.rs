//! Why no answer came: from the transport's chain of errors to a kind and a plain sentence.

use std::error::Error as StdError;
use std::io;

use crate::ErrorKind;
use crate::attempt::Loss;

/// How the connector's words for a proxy that makes no tunnel begin; it gives its type to nobody.
const TUNNEL: &str = "tunnel error: ";

/// Finds the kind and the words for an error of the transport.
pub(crate) fn classify(error: &reqwest::Error, host: &str, written: bool) -> Loss {
    let kind = kind(error);
    let cause = innermost(error);
    let reason = match kind {
        ErrorKind::Dns => {
            format!("The host name {host} can't be resolved: check the API url and the network.")
        }
        ErrorKind::Tls => format!("No secure connection to {host}: {cause}."),
        ErrorKind::Timeout => format!("No connection to {host} within the connect timeout."),
        ErrorKind::InvalidResponse => format!("{host} sent no valid HTTP answer: {cause}."),
        _ if cause.starts_with(TUNNEL) => {
            format!("The proxy makes no connection to {host}: {}.", &cause[TUNNEL.len()..])
        }
        _ if written => format!("The connection to {host} broke before the whole answer was there: {cause}."),
        _ => format!("No connection to {host}: {cause}."),
    };
    Loss { kind, written, reason, request_id: None }
}

/// Whether the service did nothing with the request: there was no connection, or the peer refused
/// the stream, which says so (RFC 9113 section 8.7).
pub(crate) fn is_untouched(error: &reqwest::Error) -> bool {
    let refused = |cause: &(dyn StdError + 'static)| {
        let error = cause.downcast_ref::<h2::Error>();
        error.is_some_and(|error| error.is_remote() && error.reason() == Some(h2::Reason::REFUSED_STREAM))
    };
    error.is_connect() || chain(error).any(refused)
}

/// The loss of an answer that is larger than any of this API.
pub(crate) fn give_up(request_id: Option<String>, largest: usize) -> Loss {
    Loss {
        kind: ErrorKind::InvalidResponse,
        written: true,
        reason: format!("The answer is larger than {} MiB.", largest / 1024 / 1024),
        request_id,
    }
}

fn kind(error: &reqwest::Error) -> ErrorKind {
    if error.is_dns() {
        return ErrorKind::Dns;
    }
    if chain(error).any(<dyn StdError>::is::<rustls::Error>) {
        return ErrorKind::Tls;
    }
    // One that is found dead later on is a connection that broke.
    if error.is_timeout() && error.is_connect() {
        return ErrorKind::Timeout;
    }
    if chain(error).any(is_malformed) {
        return ErrorKind::InvalidResponse;
    }
    ErrorKind::Connect
}

fn is_malformed(cause: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return error.is_parse();
    }
    cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
}

/// An error and its causes. An `io::Error` hides the error it wraps from `source`, so it is asked.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        None => error.source(),
    }
}

/// The words of the innermost cause, which name what happened and no URL.
pub(crate) fn innermost(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}
