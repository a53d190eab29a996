//! Game servers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::Timestamp;

/// A configured game server. What it was given beyond the known fields is kept as it came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Server {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) ip: String,
    pub(crate) port: String,
    pub(crate) type_last_updated: Timestamp,
    pub(crate) r#type: String,
    pub(crate) roblox_join_code: String,
    pub(crate) ace_config: AceConfig,
    #[serde(flatten)]
    pub(crate) extra: Map<String, Value>,
}

/// The server's ACE mappings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AceConfig {
    pub(crate) mappings: Vec<Value>,
}

impl Server {
    /// A list of rank ids under `name` among the further fields, such as `allowedRanks`.
    pub(crate) fn rank_list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.extra.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether someone with these ranks may join: none of `blockedRanks`, and one of `allowedRanks` if there are any.
    pub(crate) fn admits(&self, ranks: &[String]) -> bool {
        let held = |id: &str| ranks.iter().any(|rank| rank == id);
        let mut allowed = self.rank_list("allowedRanks").peekable();
        !self.rank_list("blockedRanks").any(held) && (allowed.peek().is_none() || allowed.any(held))
    }
}
