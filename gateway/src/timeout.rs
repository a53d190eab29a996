//! How long a caller waits, as it says in the header `Request-Timeout`.

use std::time::Duration;

use axum::http::HeaderMap;

use crate::headers::REQUEST_TIMEOUT;
use crate::problem::Problem;

/// The longest that a caller can ask for: longer than anybody waits.
const LONGEST: f64 = 24.0 * 3600.0;

pub(crate) fn timeout(headers: &HeaderMap) -> Result<Option<Duration>, Problem> {
    let Some(value) = headers.get(REQUEST_TIMEOUT) else { return Ok(None) };
    let seconds = value.to_str().ok().and_then(|text| text.trim().parse::<f64>().ok());
    match seconds.filter(|seconds| *seconds > 0.0 && seconds.is_finite()) {
        Some(seconds) => Ok(Some(Duration::from_secs_f64(seconds.min(LONGEST)))),
        None => Err(Problem::new(400, "The header Request-Timeout must be a number of seconds, such as 5.")),
    }
}
