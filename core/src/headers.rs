//! The headers of every request: the library's own, and those of the option `apiHeaders`.

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

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

/// What tells who calls, and what it reads.
pub(crate) fn own(options: &Options) -> Result<HeaderMap, ArgumentError> {
    let agent = match &options.user_agent_suffix {
        Some(suffix) => format!("{} {suffix}", options.agent),
        None => options.agent.clone(),
    };
    let agent = HeaderValue::from_str(&agent).map_err(|_| {
        ArgumentError::value("userAgentSuffix", "must be printable ASCII, without line breaks")
    })?;
    Ok(HeaderMap::from_iter([(USER_AGENT, agent), (ACCEPT, HeaderValue::from_static("application/json"))]))
}

/// What the option adds; a name may come more than once.
pub(crate) fn given(options: &Options) -> Result<HeaderMap, ArgumentError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &options.headers {
        let (name, value) = checked("apiHeaders", name, value)?;
        headers.append(name, value);
    }
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
