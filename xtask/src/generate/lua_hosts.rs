//! What Lua's transport over the gateway knows of the operations.

use anyhow::Result;
use serde::Serialize;

use super::Input;
use super::model::{Argument, Operation};
use super::output::Output;
use super::render::{environment, render};

const TEMPLATE: (&str, &str) =
    ("lua/operations.lua.j2", include_str!("../../templates/lua/operations.lua.j2"));

#[derive(Serialize)]
struct View<'a> {
    notice: &'a str,
    operations: Vec<OperationView<'a>>,
}

#[derive(Serialize)]
struct OperationView<'a> {
    name: &'a str,
    /// The names of the documentation.
    arguments: Vec<String>,
    /// Where the payload stands among them, from 1.
    payload: Option<usize>,
    reads: bool,
}

/// The generated files of the transport.
pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let (name, template) = TEMPLATE;
    let operations = input.api.operations().map(operation).collect();
    let view = View { notice: &input.api.notice, operations };
    let text = render(&environment()?, name, template, &view)?;
    Ok(vec![Output::new("bindings-lua/lua/sonoran/gateway/operations.lua", text)])
}

fn operation(operation: &Operation) -> OperationView<'_> {
    let ordered = operation.ordered();
    let payload = ordered.iter().position(|argument| matches!(argument, Argument::Payload(_)));
    OperationView {
        name: &operation.name,
        arguments: ordered.iter().map(|argument| argument.name().to_owned()).collect(),
        payload: payload.map(|place| place + 1),
        // As the core has it: of the POSTs only reads are declared harmless to repeat.
        reads: matches!(operation.method.as_str(), "GET" | "POST") && operation.repeatable,
    }
}
