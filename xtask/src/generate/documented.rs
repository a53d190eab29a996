//! `tests/generated/`: every documented call with its answer, and every documented event, for the tests of all languages.

use anyhow::Result;
use serde_json::{Value, json};

use super::Input;
use super::model::{Argument, Event, Operation, PayloadKind};
use super::output::Output;

pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let calls: Vec<Value> = input.api.operations().map(call).collect();
    let events: Vec<Value> = input.api.events.iter().map(event).collect();
    Ok(vec![file("documented-calls", &calls)?, file("documented-events", &events)?])
}

fn file(name: &str, values: &[Value]) -> Result<Output> {
    let text = format!("{}\n", serde_json::to_string_pretty(values)?);
    Ok(Output::new(format!("tests/generated/{name}.json"), text))
}

fn event(event: &Event) -> Value {
    json!({
        "type": event.name,
        "name": event.stem,
        "summary": event.summary,
        "body": event.example,
    })
}

fn call(operation: &Operation) -> Value {
    let payload = operation.payload.as_ref();
    let arguments = operation.ordered();
    let names: Vec<&str> = arguments.iter().map(Argument::name).collect();
    let optional: Vec<&str> =
        arguments.iter().filter(|argument| !argument.required()).map(Argument::name).collect();
    // Tests of version 2 look at path, query and body; those of version 1 at what is sent.
    let old = operation.version == 1;
    let given = |kind: PayloadKind| {
        payload.filter(|payload| payload.kind == kind).and(operation.example.payload.as_ref())
    };
    json!({
        "method": operation.name,
        "version": operation.version,
        "group": operation.group,
        "summary": operation.summary,
        "description": operation.description,
        "undocumented": operation.undocumented,
        "verb": operation.method,
        "path": operation.path,
        "arguments": names,
        "optional": optional,
        "call": {
            "values": operation.values(),
            "type": operation.wire.as_ref().map(|wire| &wire.request_type),
            "data": operation.example.sent,
            "arguments": (!old).then_some(&operation.example.arguments),
            "payload": given(PayloadKind::Body),
            "query": given(PayloadKind::Query),
        },
        "status": operation.success,
        "data": operation.example.data,
    })
}
