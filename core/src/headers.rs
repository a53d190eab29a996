//! The headers of every request: the library's own, and those of the option `apiHeaders`.

use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use crate::{ArgumentError, Options};

/// Headers that belong to the transport: set by hand they would break or retarget requests.
const RESERVED: [&str; 12] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// What tells who calls.
pub(crate) fn agent(options: &Options) -> Result<HeaderValue, ArgumentError> {
    let agent = match &options.user_agent_suffix {
        Some(suffix) => format!("{} {suffix}", options.agent),
        None => options.agent.clone(),
    };
    HeaderValue::from_str(&agent)
        .map_err(|_| ArgumentError::value("userAgentSuffix", "must be printable ASCII, without line breaks"))
}

/// What the option gives, where a name may come more than once, and the library's own: who calls, and
/// what it reads.
pub(crate) fn of_each_request(options: &Options, agent: HeaderValue) -> Result<HeaderMap, ArgumentError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &options.headers {
        let (name, value) = checked("apiHeaders", name, value)?;
        headers.append(name, value);
    }
    headers.insert(USER_AGENT, agent);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    // The option may ask for answers as they are.
    headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
    Ok(headers)
}

/// A header as it is sent, once it is certain that it may be.
pub(crate) fn checked(
    within: &str,
    name: &str,
    value: &str,
) -> Result<(HeaderName, HeaderValue), ArgumentError> {
    let refuse = |problem| ArgumentError::value(format!("{within}.{}", name.escape_debug()), problem);
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse("is no header name"))?;
    if name == USER_AGENT {
        return Err(refuse("is set by the library: append to it with the option userAgentSuffix"));
    }
    if RESERVED.contains(&name.as_str()) {
        return Err(refuse("is set by the library and can't be replaced"));
    }
    let mut value =
        HeaderValue::from_str(value).map_err(|_| refuse("must be printable ASCII, without line breaks"))?;
    value.set_sensitive(true);
    Ok((name, value))
}
