//! The journal: reading it, and asking it.

use serde_json::{Value, json};

use super::Done;
use super::query::Query;
use crate::journal::{Assertion, Criteria, Entry, Outcome, Verdict};
use crate::problem::Problem;
use crate::reply::{Content, Reply};
use crate::world::World;

pub(super) fn list(world: &World, query: &Query) -> Done {
    let mut criteria = Criteria::default();
    let mut limit = usize::MAX;
    for (name, value) in &query.rest {
        let text = value.clone();
        let number = || text.parse::<u64>().map_err(|_| Problem::field(name, "must be a whole number"));
        match name.as_str() {
            "operation" => criteria.operation = Some(text),
            "method" => criteria.method = Some(text),
            "path" => criteria.path = Some(text),
            "credential" => criteria.credential = Some(text),
            "outcome" => criteria.outcome = Some(outcome(text)?),
            "since" => criteria.since = Some(number()?),
            "status" => criteria.status = Some(u16::try_from(number()?).unwrap_or(u16::MAX)),
            "limit" => limit = usize::try_from(number()?).unwrap_or(usize::MAX),
            _ => return Err(Problem::field(name, "is not a filter of the journal")),
        }
    }
    criteria.check().map_err(|(name, reason)| Problem::field(name, reason))?;
    let extract = world.journal.find(&criteria);
    let found = extract.entries.len();
    // The newest are what someone wants who asks for a few.
    let entries: Vec<Value> =
        extract.entries.iter().skip(found.saturating_sub(limit)).map(Entry::shown).collect();
    Ok(Reply::json(
        200,
        &json!({ "entries": entries, "found": found, "last": extract.last, "dropped": extract.dropped }),
    ))
}

fn outcome(name: String) -> Result<Outcome, Problem> {
    let known = serde_json::from_value(Value::String(name));
    known.map_err(|_| Problem::field("outcome", "must be pending, answered, aborted or fault"))
}

pub(super) fn clear(world: &World) -> Reply {
    world.journal.clear();
    Reply::empty()
}

/// 200 when the journal says yes; else 409 with what came nearest.
pub(super) fn assert(world: &World, body: &[u8]) -> Done {
    let assertion = Assertion::parse(body).map_err(|reason| Problem::field("body", reason))?;
    match assertion.check(&world.journal) {
        Verdict::Passed(found) => Ok(Reply::json(200, &json!({ "passed": true, "found": found }))),
        Verdict::Failed { found, detail, near_misses } => {
            let mut reply = Reply::json(
                409,
                &json!({
                    "type": "about:blank",
                    "title": "Assertion failed",
                    "status": 409,
                    "detail": detail,
                    "passed": false,
                    "found": found,
                    "nearMisses": near_misses,
                }),
            );
            reply.content = Content::Problem;
            Ok(reply)
        }
    }
}
