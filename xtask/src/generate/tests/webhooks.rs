//! What the generator makes of webhooks, and what it says of wrong ones.

use anyhow::Result;

use super::super::build::build;
use super::super::model::{Event, Type};
use super::super::whole::merged;

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: { title: Events, version: 1.0.0 }
webhooks:
  THING_GONE:
    post:
      summary: A thing has gone.
      requestBody:
        content:
          application/json:
            schema:
              properties:
                type: { const: THING_GONE }
                data: { $ref: "#/components/schemas/ThingGone" }
            example: { key: K, type: THING_GONE, data: { id: 1 } }
components:
  schemas:
    ThingGone: { properties: { id: { type: integer } }, type: object }
"##;

fn read(from: &str, to: &str) -> Result<Vec<Event>> {
    assert!(DOCUMENT.contains(from), "the document has no {from:?}");
    let api = build(&DOCUMENT.replace(from, to), "spec/events.yaml")?;
    Ok(merged(vec![api], &["spec/events.yaml"])?.events)
}

#[track_caller]
fn refused(from: &str, to: &str, words: &str) {
    let problem = format!("{:#}", read(from, to).expect_err("it was accepted"));
    assert!(problem.contains("THING_GONE") && problem.contains(words), "{words:?} is not in: {problem}");
}

#[test]
fn an_event_is_read_whole() {
    let events = read("THING_GONE", "THING_GONE").unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.name.as_str(), event.stem.as_str()), ("THING_GONE", "ThingGone"));
    assert_eq!(event.data, Type::Ref("ThingGone".to_owned()));
    assert_eq!(event.example["data"]["id"], 1);
}

#[test]
fn wrong_events_are_reported() {
    refused("post:", "put:", "by POST alone");
    refused("summary: A thing has gone.", "description: Gone.", "summary");
    refused("application/json:", "text/plain:", "application/json");
    refused("type: THING_GONE, data", "type: THING_BACK, data", "THING_BACK");
    refused("example: {", "description: {", "no example");
    refused("properties: { id: { type: integer } }, ", "", "an object with properties");
    refused("ThingGone", "ThingGoneEvent", "rename that one");
    let unknown = read("THING_GONE", "UNKNOWN").expect_err("every language has an UnknownEvent");
    assert!(unknown.to_string().contains("UnknownEvent"), "{unknown:#}");
}
