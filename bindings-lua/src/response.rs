//! The response of a call as Lua has it, made from the core's without a text between.

use mlua::{Lua, Result, Table};
use serde_json::value::RawValue;
use sonoran::{Failure, Operation, Refusal, Response};

use crate::convert::{self, Marks};

/// What is said of a panic.
pub(crate) const FAILED: &str =
    "The library failed; please report it with what was written to standard error.";

/// The response as a table.
pub(crate) fn to_lua(lua: &Lua, method: &str, response: &Response, marks: &Marks) -> Result<Table> {
    // Such as data nested deeper than is read.
    whole(lua, response, marks).or_else(|error| {
        let reason = format!("The answer cannot be read: {error}");
        whole(lua, &internal(method, reason), marks)
    })
}

/// The failure that a fault of this library is.
pub(crate) fn internal(method: &str, reason: String) -> Response {
    let name = Operation::find(method).map_or("", |operation| operation.name);
    Response::internal(name, reason)
}

fn whole(lua: &Lua, response: &Response, marks: &Marks) -> Result<Table> {
    let table = lua.create_table_with_capacity(0, 9)?;
    table.raw_set("success", response.success)?;
    set(lua, &table, "data", response.data.as_deref(), marks)?;
    if let Some(reason) = &response.reason {
        table.raw_set("reason", reason.as_str())?;
    }
    if let Some(status) = response.status {
        table.raw_set("status", status)?;
    }
    set(lua, &table, "meta", response.meta.as_deref(), marks)?;
    if let Some(id) = &response.request_id {
        table.raw_set("requestId", id.as_str())?;
    }
    table.raw_set("attempts", response.attempts)?;
    table.raw_set("waited", response.waited.as_secs_f64())?;
    if let Some(error) = &response.error {
        table.raw_set("error", failure(lua, error, marks)?)?;
    }
    Ok(table)
}

fn failure(lua: &Lua, failure: &Failure, marks: &Marks) -> Result<Table> {
    let table = lua.create_table_with_capacity(0, 9)?;
    table.raw_set("kind", failure.kind.as_str())?;
    set(lua, &table, "problem", failure.problem.as_deref(), marks)?;
    table.raw_set("retryAfter", failure.retry_after.map(|pause| pause.as_secs_f64()))?;
    table.raw_set("attempts", failure.attempts)?;
    table.raw_set("operation", failure.operation)?;
    table.raw_set("requestId", failure.request_id.as_deref())?;
    table.raw_set("traceId", failure.trace_id.as_deref())?;
    table.raw_set("refusal", failure.refusal.map(Refusal::as_str))?;
    table.raw_set("outcomeUnknown", failure.outcome_unknown)?;
    Ok(table)
}

fn set(lua: &Lua, table: &Table, name: &str, value: Option<&RawValue>, marks: &Marks) -> Result<()> {
    match value {
        Some(value) => table.raw_set(name, convert::to_lua(lua, value.get(), marks)?),
        None => Ok(()),
    }
}
