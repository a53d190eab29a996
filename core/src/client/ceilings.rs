//! The option `ceilings`: the names of the windows in which requests are counted.

use std::collections::HashMap;

use crate::nearest::nearest;
use crate::operation::V1_LIMIT;
use crate::{ArgumentError, Operation, operations};

/// What processes that share it call the window at a place.
pub(super) fn window_at(place: usize) -> &'static str {
    operations().get(place).map_or(V1_LIMIT, |operation| operation.limit())
}

/// Refuses ceilings that hold for nothing, or let nothing through.
pub(super) fn check(ceilings: &HashMap<String, u32>) -> Result<(), ArgumentError> {
    for (name, ceiling) in ceilings {
        let argument = format!("ceilings.{name}");
        let known = Operation::find(name).is_some_and(|operation| operation.limit() == name);
        if !known && name != V1_LIMIT {
            let problem = "is no operation of version 2; version 1 is counted as a whole, under the name v1";
            let meant = nearest(name, operations().iter().map(|operation| operation.limit()));
            let hint = meant.map(|meant| format!(": did you mean {meant}?")).unwrap_or_default();
            return Err(ArgumentError::value(argument, format!("{problem}{hint}")));
        }
        if *ceiling == 0 {
            return Err(ArgumentError::value(argument, "must be at least 1"));
        }
    }
    Ok(())
}
