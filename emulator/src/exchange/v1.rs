//! Version 1: every request is a POST with `{id, key, type, data}`; answers are texts or JSON without an envelope.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::note::Note;
use super::{API_DISABLED, Work};
use crate::credential;
use crate::handlers::{Handler, v1};
use crate::limits;
use crate::lock::hold;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route::{Route, routes};
use crate::secrets::REDACTED;
use crate::world::World;

/// A body of version 1, read; none if it is no object.
pub(super) struct Envelope(Option<Map<String, Value>>);

impl Envelope {
    pub(super) fn read(body: Option<&Bytes>) -> Self {
        let fields = body.filter(|body| !body.is_empty()).map(|body| serde_json::from_slice(body));
        Self(fields.and_then(Result::ok))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.as_ref()?.get(name)?.as_str()
    }

    /// The body as it may be kept: its key is blotted out, before it can be cut in the middle of it. One that is no object could have the key anywhere.
    pub(super) fn kept<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        match &self.0 {
            Some(fields) if fields.contains_key("key") => {
                let mut fields = fields.clone();
                fields.insert("key".to_owned(), Value::from(REDACTED));
                Cow::Owned(Value::Object(fields).to_string().into_bytes())
            }
            None if !body.is_empty() => Cow::Borrowed(b"[no JSON object: not kept, since it may hold a key]"),
            _ => Cow::Borrowed(body),
        }
    }
}

/// Lets a request in: it needs a known key and community, a free slot of the rate limit that all of version 1
/// shares, the type that belongs to its path, and the subscription if that is asked for.
pub(super) fn admit<'a>(
    world: &'a World,
    index: usize,
    envelope: Result<Envelope, Problem>,
    note: &mut Note<'_>,
    count: i64,
) -> Result<Work<'a>, Reply> {
    let envelope = envelope.map_err(|_| Reply::text(413, "REQUEST BODY TOO LARGE"))?;
    let handler = world.api.handlers[index];
    let refuse = move |refusal: v1::Refusal| refusal.reply(handler);
    let Envelope(Some(mut fields)) = envelope else {
        return Err(refuse(v1::Refusal::bad("THE REQUEST BODY IS NO JSON OBJECT")));
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    check(world, &routes()[index], &text, note, count).map_err(refuse)?;
    let data = fields.remove("data").unwrap_or_default();
    let key = fields.remove("key").unwrap_or_default();
    Ok(Box::new(move |now| {
        let Some(Handler::V1(work, _)) = handler else {
            return world.api.description.example_reply(index);
        };
        let call = v1::Call::new(data, now);
        if world.strict.on() {
            let unknown = world.api.description.undocumented(index, call.entries());
            if !unknown.is_empty() {
                return refuse(Problem::invalid(unknown).into());
            }
        }
        let key = key.as_str().unwrap_or_default();
        let mut state = hold(&world.state);
        match world.events.during(&mut state, key, |state| work(state, &call)) {
            Ok(answer) => answer.reply(routes()[index].success),
            Err(refusal) => refuse(refusal),
        }
    }))
}

fn check<'a>(
    world: &World,
    route: &Route,
    text: &impl Fn(&str) -> Option<&'a str>,
    note: &mut Note<'_>,
    count: i64,
) -> Result<(), v1::Refusal> {
    let state = hold(&world.state);
    let key = text("key").filter(|key| state.knows_key(key));
    let key = key.ok_or_else(|| v1::Refusal::bad("INVALID API KEY"))?;
    if text("id") != Some(&state.community.id) {
        return Err(v1::Refusal::bad("INVALID COMMUNITY ID"));
    }
    if state.community.api_disabled {
        return Err(v1::Refusal::bad(API_DISABLED));
    }
    let taken = world.limits.take(credential::fingerprint(key), limits::version_1(), route.limit, count);
    note.quota(taken.unwrap_or_else(Some));
    taken.map_err(|_| v1::Refusal::new(429, "TOO MANY REQUESTS"))?;
    if text("type") != Some(route.request_type) {
        return Err(v1::Refusal::bad("INVALID REQUEST TYPE"));
    }
    let wanted = route.subscription.map_or(0, i64::from);
    if world.subscriptions.on() && state.community.sub_version < wanted {
        return Err(v1::Refusal::bad("SUBSCRIPTION TOO LOW"));
    }
    Ok(())
}
