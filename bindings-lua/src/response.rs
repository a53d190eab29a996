//! The response of a call as Lua has it, made from the core's without a text between.

use mlua::{Lua, Result, Table};
use sonoran::{Failure, Operation, Refusal, Response};

use crate::convert::{Broken, Fields, Items};
use crate::make::{Marks, make};

/// What is said of a panic.
pub(crate) const FAILED: &str =
    "The library failed; please report it with what was written to standard error.";

/// The response as a table.
pub(crate) fn to_lua(lua: &Lua, method: &str, response: &Response, marks: &Marks) -> Result<Table> {
    match whole(response) {
        Ok(items) => make(lua, &items, marks),
        // Such as data nested deeper than is read.
        Err(reason) => {
            let response = internal(method, format!("The answer cannot be read: {reason}"));
            make(lua, &whole(&response).map_err(mlua::Error::runtime)?, marks)
        }
    }
}

/// The failure that a fault of this library is.
pub(crate) fn internal(method: &str, reason: String) -> Response {
    let name = Operation::find(method).map_or("", |operation| operation.name);
    Response::internal(name, reason)
}

fn whole(response: &Response) -> std::result::Result<Items<'_>, Broken> {
    Items::object(|fields| {
        fields.put("success", Some(response.success));
        fields.json("data", response.data.as_deref())?;
        fields.put("reason", response.reason.as_deref());
        fields.put("status", response.status.map(u32::from));
        fields.json("meta", response.meta.as_deref())?;
        fields.put("requestId", response.request_id.as_deref());
        fields.put("attempts", Some(response.attempts));
        fields.put("waited", Some(response.waited.as_secs_f64()));
        match &response.error {
            Some(error) => fields.object("error", |fields| failure(fields, error)),
            None => Ok(()),
        }
    })
}

fn failure<'a>(fields: &mut Fields<'_, 'a>, failure: &'a Failure) -> std::result::Result<(), Broken> {
    fields.put("kind", Some(failure.kind.as_str()));
    fields.json("problem", failure.problem.as_deref())?;
    fields.put("retryAfter", failure.retry_after.map(|pause| pause.as_secs_f64()));
    fields.put("attempts", Some(failure.attempts));
    fields.put("operation", Some(failure.operation));
    fields.put("requestId", failure.request_id.as_deref());
    fields.put("traceId", failure.trace_id.as_deref());
    fields.put("refusal", failure.refusal.map(Refusal::as_str));
    fields.put("outcomeUnknown", Some(failure.outcome_unknown));
    Ok(())
}
