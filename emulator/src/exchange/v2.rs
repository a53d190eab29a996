//! Version 2: a key in a header, an envelope around what is answered, problem documents.

use bytes::Bytes;

use super::note::Note;
use super::{API_DISABLED, Work};
use crate::credential;
use crate::gateway;
use crate::handlers::{Answer, Call, Handler};
use crate::limits::{Quota, Style};
use crate::lock::hold;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route::routes;
use crate::time::Timestamp;
use crate::validate::{self, FindNames};
use crate::world::World;

/// Which operation was asked for, and with what.
pub(super) struct Asked<'a> {
    pub(super) index: usize,
    pub(super) parameters: Vec<String>,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    /// The key it was asked with, if it was.
    pub(super) key: Option<&'a str>,
}

/// Lets a request in: it needs a key, which is known, and a free slot of its rate limit.
pub(super) fn admit<'a>(
    world: &'a World,
    asked: Asked<'a>,
    body: Result<Bytes, Problem>,
    note: &mut Note<'_>,
    count: i64,
) -> Result<Work<'a>, Reply> {
    let (path, number) = (asked.path, note.number());
    let refuse = move |problem: &Problem| Reply::traced_problem(problem, path, number);
    let key = asked.key.ok_or_else(|| gateway::no_key(number))?;
    check_key(world, key).map_err(|problem| refuse(&problem))?;
    let limit = routes()[asked.index].limit;
    match world.limits.take(credential::fingerprint(key), asked.index, limit, count) {
        Ok(quota) => note.quota(quota),
        Err(quota) => {
            note.quota(Some(quota));
            return Err(match world.limits.style() {
                Style::Gateway => gateway::too_many(quota, number),
                Style::Problem => refuse(&too_many(quota)),
            });
        }
    }
    let body = body.map_err(|problem| refuse(&problem))?;
    Ok(Box::new(move |now| {
        let success = routes()[asked.index].success;
        match carry_out(world, asked, &body, now) {
            Ok(Answer(None)) => Reply::empty(),
            Ok(Answer(Some(data))) => Reply::envelope(success, &data, path, now),
            Err(problem) => refuse(&problem),
        }
    }))
}

/// The key must be known, and its community must let the API be used.
fn check_key(world: &World, key: &str) -> Result<(), Problem> {
    let state = hold(&world.state);
    if !state.knows_key(key) {
        return Err(Problem::new(401, "INVALID API KEY").with_header("www-authenticate", "Bearer"));
    }
    if state.community.api_disabled {
        return Err(Problem::new(403, API_DISABLED));
    }
    Ok(())
}

fn too_many(quota: Quota) -> Problem {
    let detail =
        format!("Too many requests for this operation. The next one is free in {} seconds.", quota.reset);
    Problem::new(429, detail).with_header("retry-after", quota.reset.to_string())
}

/// Checks a request against the description and has its handler do the work.
fn carry_out(world: &World, asked: Asked<'_>, body: &Bytes, now: Timestamp) -> Result<Answer, Problem> {
    let Asked { index, parameters, query, key, .. } = asked;
    let description = &world.api.description;
    let find: FindNames<'_> = &|body| description.undocumented(index, std::slice::from_ref(body));
    let strict = world.strict.on().then_some(find);
    let input = validate::read(&routes()[index], description.checks(index), parameters, query, body, strict)?;
    match world.api.handlers[index] {
        Some(Handler::V2(work)) => {
            let call = Call { input, now };
            let key = key.unwrap_or_default();
            world.events.during(&mut hold(&world.state), key, |state| work(state, &call))
        }
        _ => Ok(Answer(world.api.description.example(index).map(<[u8]>::to_vec))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;

    use super::*;
    use crate::api::Api;
    use crate::options::Options;
    use crate::route::named;
    use crate::state::State;

    #[test]
    fn an_operation_without_a_handler_gives_its_documented_answer() {
        let mut api = Api::new();
        let index = named("getServers").expect("an operation");
        api.handlers[index] = None;
        let world = World::new(Arc::new(api), &Options::default(), State::seed(), None);
        let now = Timestamp::default();
        let asked = Asked { index, parameters: Vec::new(), path: "", query: "", key: None };
        let answer = carry_out(&world, asked, &Bytes::new(), now).expect("a success");
        let data: Value = serde_json::from_slice(&answer.0.expect("data")).expect("JSON");
        assert_eq!(data["servers"][0]["robloxJoinCode"], "ABCD-1234", "the seed has another one");
    }
}
