//! The spans that the feature `tracing` gives: one for each call, and in it one for each attempt.
#![forbid(unsafe_code)]
#![allow(missing_docs)]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use serde_json::json;
use sonoran::{Call, Client};
use sonoran_tests::{Admin, Emulator};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A span as it was told: its name, the name of the one around it, and its fields as text.
#[derive(Clone, Debug, Default)]
struct Told {
    name: &'static str,
    inside: Option<&'static str>,
    fields: BTreeMap<&'static str, String>,
    closed: bool,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

/// Remembers spans, and which of them are entered.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<(Vec<Told>, Vec<usize>)>>);

impl Memory {
    fn index(id: &Id) -> usize {
        usize::try_from(id.into_u64()).unwrap() - 1
    }
}

impl Subscriber for Memory {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("sonoran")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let (told, entered) = &mut *self.0.lock().unwrap();
        let inside = entered.last().map(|index| told[*index].name);
        let mut span = Told { name: attributes.metadata().name(), inside, ..Told::default() };
        attributes.record(&mut span);
        told.push(span);
        Id::from_u64(told.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        values.record(&mut self.0.lock().unwrap().0[Self::index(id)]);
    }

    fn enter(&self, id: &Id) {
        self.0.lock().unwrap().1.push(Self::index(id));
    }

    fn exit(&self, _: &Id) {
        self.0.lock().unwrap().1.pop();
    }

    fn try_close(&self, id: Id) -> bool {
        self.0.lock().unwrap().0[Self::index(&id)].closed = true;
        true
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
}

/// The fields of a span that are asked for.
fn fields<'a>(span: &'a Told, names: &[&'a str]) -> Vec<&'a str> {
    names.iter().map(|name| span.fields.get(name).map_or("-", String::as_str)).collect()
}

#[tokio::test]
async fn a_call_and_each_of_its_attempts_have_a_span() {
    let emulator = Emulator::start();
    let echo = json!({ "operation": "getSubVersionV2", "times": 1, "action": {
        "type": "respond", "status": 503, "headers": { "X-Request-Id": "of YOUR_API_KEY" }, "body": "" } });
    Admin::of(&emulator).post("faults", &echo).await;
    let memory = Memory::default();
    let client = emulator.client();
    let nobody = Client::new(emulator.options().api_url("http://127.0.0.1:9").retries(0)).unwrap();
    let _guard = tracing::subscriber::set_default(memory.clone());
    assert!(client.cms().get_sub_version_v2().await.unwrap().success);
    assert!(!nobody.cms().get_sub_version_v2().await.unwrap().success);
    let call = Call::from_json("getSubVersionV2", "[]", None, None).unwrap();
    assert!(client.execute_unless(call, std::future::pending()).await.unwrap().unwrap().success);

    let spans = memory.0.lock().unwrap().0.clone();
    assert!(spans.iter().all(|span| span.closed && span.fields["operation"] == "getSubVersionV2"));
    let names: Vec<_> = spans.iter().map(|span| (span.name, span.inside)).collect();
    let (call, attempt) = (("sonoran.call", None), ("sonoran.attempt", Some("sonoran.call")));
    assert_eq!(names, [call, attempt, attempt, call, attempt, call, attempt]);
    assert_eq!(fields(&spans[0], &["status", "kind", "attempts", "waited_ms"]), ["200", "-", "2", "0"]);
    let of_attempt = ["attempt", "status", "kind", "request_id"];
    assert_eq!(fields(&spans[1], &of_attempt), ["1", "503", "-", "of [hidden]"]);
    assert_eq!(fields(&spans[2], &of_attempt)[..3], ["2", "200", "-"]);
    assert_eq!(fields(&spans[3], &["status", "kind", "attempts"]), ["-", "connect", "1"]);
    assert_eq!(fields(&spans[4], &of_attempt), ["1", "-", "connect", "-"]);
    assert_eq!(fields(&spans[5], &["status", "kind", "attempts"]), ["200", "-", "1"]);
    assert!(!format!("{spans:?}").contains("YOUR_API_KEY"));
}
