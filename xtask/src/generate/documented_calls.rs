//! `tests/generated/documented-calls.json`: every documented call with its answer, for the tests of all languages.

use anyhow::Result;
use serde_json::{Value, json};

use super::Input;
use super::model::{Operation, PayloadKind};
use super::output::Output;

pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let calls: Vec<Value> = input.api.operations().map(call).collect();
    let text = format!("{}\n", serde_json::to_string_pretty(&calls)?);
    Ok(vec![Output::new("tests/generated/documented-calls.json", text)])
}

fn call(operation: &Operation) -> Value {
    let payload = operation.payload.as_ref();
    let names: Vec<&str> = operation
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str())
        .chain(payload.map(|payload| payload.name.as_str()))
        .collect();
    let given = |kind: PayloadKind| {
        payload.filter(|payload| payload.kind == kind).and(operation.example.payload.as_ref())
    };
    json!({
        "method": operation.name,
        "group": operation.group,
        "summary": operation.summary,
        "description": operation.description,
        "undocumented": operation.undocumented,
        "verb": operation.method,
        "path": operation.path,
        "arguments": names,
        "call": {
            "arguments": operation.example.arguments,
            "payload": given(PayloadKind::Body),
            "query": given(PayloadKind::Query),
        },
        "status": operation.success,
        "data": operation.example.data,
    })
}
