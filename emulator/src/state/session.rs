//! Sessions on game servers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::Timestamp;

/// A session; at most one runs on a server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) sys_status: bool,
    pub(crate) community: String,
    pub(crate) server_id: i64,
    pub(crate) started_by: Option<String>,
    pub(crate) started_at: Timestamp,
    pub(crate) ended_by: Option<String>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) cancelled_by: Option<String>,
    pub(crate) stats: Map<String, Value>,
    pub(crate) metadata: Map<String, Value>,
    /// Neither ended nor cancelled; not shown by the API.
    pub(crate) running: bool,
}

impl Session {
    pub(crate) fn end(&mut self, by: Option<String>, now: Timestamp) {
        self.ended_by = by;
        self.ended_at = Some(now);
        self.running = false;
    }

    /// Called off: it counts as never ended.
    pub(crate) fn cancel(&mut self, by: Option<String>) {
        self.cancelled_by = by;
        self.running = false;
    }
}
