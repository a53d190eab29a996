//! Push events: where they go, what became of them, and sending one on demand.

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{Done, parse};
use crate::events::{Address, Event, example, names};
use crate::lock::hold;
use crate::nearest;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::world::World;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Aim {
    targets: Vec<Wanted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    url: String,
    /// Sent in place of the key of whoever caused the event.
    key: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    r#type: String,
    #[serde(default, deserialize_with = "given")]
    data: Option<Value>,
    /// Says that an unknown type is meant.
    #[serde(default)]
    undocumented: bool,
}

/// A null that is there is sent as one.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

pub(super) fn show(world: &World) -> Reply {
    Reply::json(200, &world.events.shown())
}

/// Sets the targets; all or none are taken.
pub(super) fn aim(world: &World, body: &[u8]) -> Done {
    let wanted: Aim = parse(body)?;
    let targets = wanted.targets.into_iter().enumerate().map(|(place, wanted)| {
        let refuse = |field: &str, reason| Problem::field(format!("targets[{place}].{field}"), reason);
        if wanted.key.as_deref() == Some("") {
            return Err(refuse("key", "must not be empty"));
        }
        Ok((Address::parse(&wanted.url).map_err(|reason| refuse("url", reason))?, wanted.key))
    });
    world.events.aim(targets.collect::<Result<_, _>>()?);
    Ok(show(world))
}

/// Sends an event to every target and waits for what becomes of it.
pub(super) async fn send(world: &World, body: &[u8]) -> Done {
    let event = ordered(parse(body)?)?;
    let key = hold(&world.state).keys.first().cloned();
    let sent = world.events.send(&event, key.as_deref().unwrap_or("YOUR_API_KEY"));
    let mut deliveries = Vec::new();
    for told in sent {
        // The log tells of every end.
        deliveries.extend(told.await.ok());
    }
    Ok(Reply::json(200, &json!({ "deliveries": deliveries })))
}

/// The event that was asked for. Without data, the documented example's.
fn ordered(order: Order) -> Result<Event, Problem> {
    let documented = example(&order.r#type);
    if documented.is_none() && !order.undocumented {
        let nearest = nearest::nearest(&order.r#type, names()).unwrap_or_default();
        let reason = format!(
            "no event is called so: did you mean {nearest}? Any other type is sent with \"undocumented\": true."
        );
        return Err(Problem::field("type", reason));
    }
    let data = order.data.or(documented);
    let missing =
        || Problem::field("data", format!("is missing: only {} have documented data", names().join(", ")));
    Ok(Event { data: data.ok_or_else(missing)?, r#type: order.r#type })
}
