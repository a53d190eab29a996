//! Game servers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::Timestamp;

/// A configured game server. What it was given beyond the known fields is kept as it came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Server {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Null where that was sent.
    pub(crate) ip: Option<String>,
    pub(crate) port: String,
    pub(crate) type_last_updated: Timestamp,
    pub(crate) r#type: String,
    pub(crate) roblox_join_code: String,
    pub(crate) ace_config: AceConfig,
    #[serde(flatten)]
    pub(crate) extra: Map<String, Value>,
}

/// The server's ACE mappings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AceConfig {
    pub(crate) mappings: Vec<Value>,
}

impl Server {
    /// The rank ids under `name` among the further fields, such as `allowedRanks`; none when that is no list of texts.
    pub(crate) fn rank_list(&self, name: &str) -> Option<Vec<&str>> {
        match self.extra.get(name) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(list) => list.as_array()?.iter().map(Value::as_str).collect(),
        }
    }
}
