//! The rate limits: reading, changing, emptying.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Done, parse};
use crate::limits::{Style, counters, version_1};
use crate::nearest;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route::routes;
use crate::world::World;

/// What is changed; what is left out stays.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Change {
    enabled: Option<bool>,
    window_seconds: Option<u32>,
    style: Option<Style>,
    /// Ceilings by operation id or method name, or `v1`; null is the documented one again.
    #[serde(default)]
    overrides: BTreeMap<String, Option<u32>>,
}

pub(super) fn show(world: &World) -> Reply {
    let settings = world.limits.settings();
    let operations = counters();
    let mut overrides: Vec<_> = settings.overrides.iter().collect();
    overrides.sort();
    let overrides = overrides.into_iter().map(|(index, most)| (operations[*index].0.to_owned(), json!(most)));
    Reply::json(
        200,
        &json!({
            "enabled": settings.enabled,
            "windowSeconds": settings.window_seconds,
            "style": settings.style,
            "overrides": overrides.collect::<Map<String, Value>>(),
            "usage": world.limits.usage(world.clock.read().0, &operations),
        }),
    )
}

pub(super) fn configure(world: &World, body: &[u8]) -> Done {
    let change: Change = parse(body)?;
    let mut settings = world.limits.settings();
    settings.enabled = change.enabled.unwrap_or(settings.enabled);
    settings.window_seconds = change.window_seconds.unwrap_or(settings.window_seconds);
    settings.style = change.style.unwrap_or(settings.style);
    if !(1..=86_400).contains(&settings.window_seconds) {
        return Err(Problem::field("windowSeconds", "must be between 1 and 86400"));
    }
    for (name, most) in change.overrides {
        let index = counter(&name).map_err(|reason| Problem::field(format!("overrides.{name}"), reason))?;
        match most {
            Some(most) => drop(settings.overrides.insert(index, most)),
            None => drop(settings.overrides.remove(&index)),
        }
    }
    world.limits.configure(settings);
    Ok(show(world))
}

/// What an override is for.
fn counter(name: &str) -> Result<usize, String> {
    if name == "v1" {
        return Ok(version_1());
    }
    match nearest::operation(name)? {
        index if routes()[index].version == 1 => Err("is counted with all of version 1: say v1".to_owned()),
        index => Ok(index),
    }
}

/// Empties every window, as if nothing had been sent.
pub(super) fn clear(world: &World) -> Reply {
    world.limits.clear();
    Reply::empty()
}
