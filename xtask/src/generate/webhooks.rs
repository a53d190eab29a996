//! From the webhooks of a document to the events that the templates get.

use anyhow::{Context, Result, bail};
use heck::ToUpperCamelCase;

use super::build::{Builder, needed, one_line};
use super::model::{Event, Type};
use super::openapi::Operation;

impl<'a> Builder<'a> {
    /// Every event, in the order of the document.
    pub(super) fn events(&mut self) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        for (name, item) in &self.document.webhooks {
            let event = match item.operations().collect::<Vec<_>>().as_slice() {
                [("POST", operation)] => self.event(name, operation),
                _ => Err(anyhow::anyhow!("an event is sent by POST alone; write one `post`")),
            };
            events.push(event.with_context(|| format!("the webhook {name}"))?);
        }
        Ok(events)
    }

    fn event(&mut self, name: &str, operation: &'a Operation) -> Result<Event> {
        let media = operation
            .request_body
            .as_ref()
            .and_then(|body| body.content.get("application/json"))
            .context("it has no requestBody with application/json")?;
        let example = media.first_example().context("the requestBody has no example")?;
        if example["type"] != name {
            bail!("the `type` of its example is {}, not its name", example["type"]);
        }
        let data = media.schema.properties.get("data").context("its schema has no property data")?;
        let stem = name.to_upper_camel_case();
        let data = self.types.convert(data, &format!("{stem}Data"))?;
        if !matches!(data, Type::Ref(_)) {
            bail!("its data must be an object with properties");
        }
        let summary = Some(operation.summary.as_str()).filter(|summary| !summary.is_empty());
        Ok(Event {
            name: name.to_owned(),
            stem,
            summary: needed(summary, "summary: An account has changed.")?.to_owned(),
            description: one_line(&operation.description),
            data,
            example: example.clone(),
        })
    }
}
