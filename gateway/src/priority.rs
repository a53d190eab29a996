//! Which callers go first: by the header `Sonoran-Priority`, and by what the tokens file says of them.

use axum::http::HeaderMap;
use sonoran::Priority;

use crate::headers::PRIORITY;
use crate::problem::Problem;

/// The priority that a word means.
pub(crate) fn parse(word: &str) -> Option<Priority> {
    [("high", Priority::High), ("normal", Priority::Normal), ("low", Priority::Low)]
        .into_iter()
        .find_map(|(name, priority)| word.trim().eq_ignore_ascii_case(name).then_some(priority))
}

/// A request's priority. A token's is the highest that its caller can ask for, and what it has without asking.
pub(crate) fn priority(headers: &HeaderMap, of_token: Option<Priority>) -> Result<Priority, Problem> {
    let Some(value) = headers.get(&PRIORITY) else { return Ok(of_token.unwrap_or_default()) };
    let asked = value.to_str().ok().and_then(parse);
    let wrong = || Problem::new(400, "The header Sonoran-Priority must be high, normal or low.");
    let asked = asked.ok_or_else(wrong)?;
    Ok(of_token.map_or(asked, |highest| asked.max(highest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_asks_for_no_more_than_its_token_has() {
        use Priority::{High, Low, Normal};
        let asked = |header: Option<&str>, token: Option<Priority>| {
            let header = header.map(|word| (PRIORITY, word.parse().unwrap()));
            priority(&HeaderMap::from_iter(header), token).ok()
        };
        assert_eq!((asked(None, None), asked(None, Some(Low))), (Some(Normal), Some(Low)));
        assert_eq!(
            (asked(Some("HIGH"), None), asked(Some("high"), Some(Normal))),
            (Some(High), Some(Normal))
        );
        assert_eq!((asked(Some("low"), Some(High)), asked(Some("urgent"), None)), (Some(Low), None));
    }
}
