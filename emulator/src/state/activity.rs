//! Activity trackers: who was on which server, and when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::Timestamp;

/// One stretch of activity; running while it has no end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Activity {
    pub(crate) id: String,
    pub(crate) status: bool,
    pub(crate) acc_id: String,
    pub(crate) server_id: i64,
    pub(crate) start: Timestamp,
    pub(crate) end: Option<Timestamp>,
    pub(crate) clear_reason: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    /// The clock-in type that was open at the start; not shown by the API.
    pub(crate) clock_in_type: Option<String>,
}

impl Activity {
    pub(crate) fn running(&self) -> bool {
        self.end.is_none()
    }

    pub(crate) fn finish(&mut self, now: Timestamp, clear_reason: Option<String>) {
        self.end = Some(now);
        self.clear_reason = clear_reason;
    }
}
