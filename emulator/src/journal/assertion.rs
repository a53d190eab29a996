//! Questions to the journal that have a yes or no for an answer.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Criteria, Journal};

/// How many near misses are told.
const MOST_NEAR_MISSES: usize = 3;

/// How many requests there should have been of what kind. Without a number: at least one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Assertion {
    #[serde(flatten)]
    criteria: Criteria,
    count: Option<usize>,
    at_least: Option<usize>,
    at_most: Option<usize>,
    /// Catches misspelt criteria, which would otherwise fit everything.
    #[serde(flatten)]
    unknown: serde_json::Map<String, Value>,
}

/// What the journal says.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// So many were found.
    Passed(usize),
    /// How many, a sentence, and requests that almost fit with what differs.
    Failed { found: usize, detail: String, near_misses: Vec<Value> },
}

impl Assertion {
    /// Reads an assertion; one with an unknown member or operation is refused.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, String> {
        let assertion: Self = serde_json::from_slice(document).map_err(|error| error.to_string())?;
        if let Some(name) = assertion.unknown.keys().next() {
            return Err(format!("unknown member `{name}`"));
        }
        assertion.criteria.check().map_err(|(name, reason)| format!("{name}: {reason}"))?;
        assertion.check_bounds()?;
        Ok(assertion)
    }

    fn check_bounds(&self) -> Result<(), String> {
        let (least, most) = (self.at_least, self.at_most);
        if self.count.is_some() && (least.is_some() || most.is_some()) {
            return Err("count says it all: leave atLeast and atMost out".to_owned());
        }
        match (least, most) {
            (Some(least), Some(most)) if least > most => {
                Err(format!("atLeast {least} is more than atMost {most}"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn check(&self, journal: &Journal) -> Verdict {
        let extract = journal.find(&Criteria::default());
        let all = &extract.entries;
        let found = all.iter().filter(|entry| self.criteria.fit(entry)).count();
        let at_least = self.at_least.or(if self.at_most.is_none() { Some(1) } else { None });
        let (passed, wanted) = match self.count {
            Some(count) => (found == count, format!("exactly {count}")),
            None => (
                at_least.is_none_or(|least| found >= least) && self.at_most.is_none_or(|most| found <= most),
                bounds(at_least, self.at_most),
            ),
        };
        // Dropped requests could have fitted: too many of them cannot be ruled out.
        let forgotten =
            if extract.dropped_to > self.criteria.since.unwrap_or(0) { extract.dropped } else { 0 };
        let bounded = self.count.is_some() || self.at_most.is_some();
        if passed && !(bounded && forgotten > 0) {
            return Verdict::Passed(found);
        }
        let mut near: Vec<_> = all
            .iter()
            .map(|entry| (self.criteria.misses(entry), entry))
            .filter(|(misses, _)| !misses.is_empty())
            .collect();
        near.sort_by_key(|(misses, _)| misses.len());
        let near = near.into_iter().take(MOST_NEAR_MISSES);
        let near_misses = near.map(|(misses, entry)| json!({ "differs": misses, "request": entry.shown() }));
        let doubt = if forgotten == 0 { String::new() } else { doubt(forgotten) };
        let detail =
            format!("Expected {wanted} matching requests, found {found} among {}.{doubt}", all.len());
        Verdict::Failed { found, detail, near_misses: near_misses.collect() }
    }
}

/// What makes a number uncertain, and what to do about it.
fn doubt(forgotten: u64) -> String {
    format!(
        " The journal has dropped {forgotten} requests, which could have matched: start the emulator with a larger \
         --journal, empty the journal before the test, or ask for those `since` a later number."
    )
}

fn bounds(least: Option<usize>, most: Option<usize>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any number of".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Entry;

    fn journal() -> Journal {
        let journal = Journal::new(10);
        for (method, target, status) in [
            ("GET", "/v2/community", 200),
            ("GET", "/v2/community", 429),
            ("PATCH", "/v2/community/servers/1/type", 200),
        ] {
            let ticket = journal.ticket();
            journal.write(ticket, Entry { number: ticket.number, ..Entry::sample(method, target, status) });
        }
        journal
    }

    fn verdict(assertion: &Value) -> Verdict {
        Assertion::parse(assertion.to_string().as_bytes()).unwrap().check(&journal())
    }

    #[test]
    fn counts() {
        for (assertion, found) in [
            (json!({"operation": "getCommunity"}), 2),
            (json!({"operation": "getCommunity", "count": 2}), 2),
            (json!({"operation": "getCommunity", "status": 429, "atMost": 1}), 1),
            (json!({"operation": "getServers", "count": 0}), 0),
            (json!({"operation": "getServers", "atMost": 0}), 0),
            (json!({"atLeast": 1, "atMost": 3}), 3),
        ] {
            assert_eq!(verdict(&assertion), Verdict::Passed(found), "{assertion}");
        }
    }

    #[test]
    fn a_failure_shows_what_came_nearest() {
        let Verdict::Failed { found, detail, near_misses } =
            verdict(&json!({"operation": "setServerType", "method": "PATCH", "status": 404}))
        else {
            panic!("there was no such request");
        };
        assert_eq!((found, detail.as_str()), (0, "Expected at least 1 matching requests, found 0 among 3."));
        assert_eq!(near_misses[0]["differs"], json!(["status"]));
        assert_eq!(near_misses[0]["request"]["path"], "/v2/community/servers/1/type");
        assert_eq!(near_misses.len(), 3);
    }

    #[test]
    fn what_was_dropped_is_not_passed_over() {
        let journal = Journal::new(2);
        for _ in 0..3 {
            let ticket = journal.ticket();
            let entry = Entry { number: ticket.number, ..Entry::sample("GET", "/v2/community", 200) };
            journal.write(ticket, entry);
        }
        let verdict =
            |assertion: Value| Assertion::parse(assertion.to_string().as_bytes()).unwrap().check(&journal);
        for doubtful in [json!({"count": 2}), json!({"atMost": 2}), json!({"atLeast": 1, "atMost": 9})] {
            let Verdict::Failed { found, detail, .. } = verdict(doubtful) else { panic!("it cannot know") };
            assert!(found == 2 && detail.contains("dropped 1 requests"), "{detail}");
        }
        for certain in [json!({"atLeast": 2}), json!({}), json!({"since": 1, "count": 2})] {
            assert_eq!(verdict(certain), Verdict::Passed(2));
        }
    }

    #[test]
    fn refuses_misspelt_members_and_operations() {
        let error = Assertion::parse(br#"{"opperation": "getCommunity"}"#).unwrap_err();
        assert_eq!(error, "unknown member `opperation`");
        let error = Assertion::parse(br#"{"operation": "getComunity"}"#).unwrap_err();
        assert_eq!(error, "operation: there is no operation getComunity: did you mean getCommunity?");
        assert!(Assertion::parse(b"[]").is_err());
        for (assertion, part) in [
            (json!({"method": "GTE"}), "method: no method is called GTE: did you mean GET?"),
            (json!({"path": "v2/community"}), "path: must start with / or *"),
            (json!({"path": "/v2/community?a=b"}), "path: must be without a query"),
            (json!({"status": 600}), "status: must be between 100 and 599"),
            (json!({"count": 1, "atMost": 1}), "count says it all"),
            (json!({"atLeast": 2, "atMost": 1}), "atLeast 2 is more than atMost 1"),
        ] {
            let error = Assertion::parse(assertion.to_string().as_bytes()).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        assert!(Assertion::parse(br#"{"count": -1}"#).is_err());
    }
}
