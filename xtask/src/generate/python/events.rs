//! The classes of `_events.py`: one for each event.

use serde::Serialize;

use super::super::model::{self, Api};
use super::annotations::Annotations;
use super::docstrings::{escaped, paragraph, wrapped};
use super::literals::key;

#[derive(Serialize)]
pub(super) struct Event {
    class: String,
    /// A type variable of the stub: what may be called with it.
    callback: String,
    /// Its constant, as a literal.
    literal: String,
    /// The type of its data, in the stub.
    data: String,
    /// The docstring's first line.
    summary: String,
    /// The rest of its docstring.
    doc: Vec<String>,
    /// Its place in the list of all.
    listed: Vec<String>,
}

pub(super) fn events(api: &Api) -> Vec<Event> {
    let annotations = Annotations::of_events();
    api.events.iter().map(|event| self::event(event, &annotations)).collect()
}

fn event(event: &model::Event, annotations: &Annotations<'_>) -> Event {
    let class = format!("{}Event", event.stem);
    let data = annotations.of(&event.data);
    let literal = key(&event.name);
    let fields = format!("type is {literal}; data is a {}.", data.replace("_types.", "sonoran.types."));
    let mut doc = paragraph(&event.description);
    if !doc.is_empty() {
        doc.push(String::new());
    }
    doc.extend(wrapped("", &fields));
    let listed = wrapped("    ", &format!("{literal} ({class}): {}", event.summary));
    Event {
        callback: format!("_{}Callback", event.stem),
        summary: escaped(&event.summary),
        doc: escape(&doc),
        listed: escape(&listed),
        class,
        literal,
        data,
    }
}

fn escape(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| escaped(line)).collect()
}
