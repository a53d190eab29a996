//! Members of the community.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::community::Label;
use crate::time::Timestamp;

/// One member, in the order in which the API writes the fields.
#[expect(clippy::struct_excessive_bools, reason = "the API's fields")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Account {
    pub(crate) acc_id: String,
    #[serde(default = "yes")]
    pub(crate) sys_status: bool,
    #[serde(default = "yes")]
    pub(crate) com_status: bool,
    pub(crate) acc_name: String,
    pub(crate) com_name: String,
    pub(crate) join_date: Timestamp,
    pub(crate) last_login: Timestamp,
    pub(crate) owner: bool,
    pub(crate) banned: bool,
    pub(crate) ban_info: Value,
    pub(crate) ban_expiration: Value,
    pub(crate) api_id_preference: i64,
    pub(crate) api_ids: ApiIds,
    pub(crate) active_api_ids: Vec<String>,
    pub(crate) identifiers: Idents,
    pub(crate) ranks: Vec<String>,
    pub(crate) clock_data: Rows<ClockRow>,
    pub(crate) profile_fields: Rows<ProfileValue>,
    pub(crate) bio: Option<String>,
    pub(crate) archived: bool,
    pub(crate) discord_id: Option<String>,
    pub(crate) roblox_id: Option<String>,
    pub(crate) unique_id: i64,
    pub(crate) custom_unique_id: bool,
    pub(crate) notification_preferences: Map<String, Value>,
    pub(crate) teamspeak_id: Option<String>,
    /// The name to log in with. The API finds accounts by it and never shows it.
    pub(crate) username: String,
    /// What the member is called on the radio, such as 2B-12; the first one is the primary. Version 1 shows them.
    pub(crate) unit_identifiers: Vec<Label>,
    /// May join any server, whatever its ranks.
    pub(crate) whitelist_bypass: bool,
}

/// A member is there and active unless a document says otherwise.
fn yes() -> bool {
    true
}

/// API ids that are not in force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApiIds {
    pub(crate) ids: Vec<Value>,
}

/// The API's wrapper around identifiers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Idents {
    pub(crate) idents: Vec<Identifier>,
}

/// The API's wrapper around lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Rows<T> {
    pub(crate) data: Vec<T>,
}

impl<T> From<Vec<T>> for Rows<T> {
    fn from(data: Vec<T>) -> Self {
        Self { data }
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { data: Vec::new() }
    }
}

/// An identifier, such as a Discord or Roblox id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Identifier {
    pub(crate) id: String,
    pub(crate) acc_id: String,
    pub(crate) r#type: String,
    pub(crate) value: String,
    pub(crate) ref_count: i64,
    pub(crate) verified: bool,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) flag_id: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Option<Timestamp>,
}

/// A stretch of time on the clock; open while it has no end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct ClockRow {
    pub(crate) id: String,
    pub(crate) start_time: Timestamp,
    pub(crate) end_time: Option<Timestamp>,
    pub(crate) completed: bool,
    pub(crate) notes: Vec<Value>,
    pub(crate) r#type: String,
}

/// What an account says in one profile field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ProfileValue {
    pub(crate) id: String,
    pub(crate) value: Value,
}

/// A change of ranks that can be undone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct RankChange {
    pub(crate) undo_id: String,
    pub(crate) log_id: String,
    pub(crate) acc_id: String,
    pub(crate) before: Vec<String>,
    pub(crate) after: Vec<String>,
    pub(crate) at: Timestamp,
    /// Who asked for it, if that was said.
    pub(crate) by: Option<String>,
    pub(crate) undone: bool,
}

impl Account {
    /// May take part: an active, present member.
    pub(crate) fn active(&self) -> bool {
        self.sys_status && self.com_status && !self.banned && !self.archived
    }

    /// Sends the member away.
    pub(crate) fn kick(&mut self) {
        self.sys_status = false;
        self.com_status = false;
    }

    pub(crate) fn open_clock(&self) -> Option<&ClockRow> {
        self.clock_data.data.iter().rev().find(|row| row.end_time.is_none())
    }

    /// Ends the open clock row and hands it out.
    pub(crate) fn clock_out(&mut self, now: Timestamp) -> Option<&ClockRow> {
        let row = self.clock_data.data.iter_mut().rev().find(|row| row.end_time.is_none())?;
        row.end_time = Some(now);
        row.completed = true;
        Some(row)
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        !name.is_empty()
            && (self.username.eq_ignore_ascii_case(name) || self.acc_name.eq_ignore_ascii_case(name))
    }

    /// Whether the API id is linked: given whole (`discord:123`) or without its type (`123`).
    pub(crate) fn has_api_id(&self, id: &str) -> bool {
        let fits = |whole: &str| whole == id || whole.split_once(':').is_some_and(|(_, value)| value == id);
        self.all_api_ids().iter().any(|whole| fits(whole))
    }

    pub(crate) fn has_discord(&self, id: &str) -> bool {
        self.discord_id.as_deref() == Some(id) || self.has_identifier("discord", id)
    }

    pub(crate) fn has_roblox(&self, id: &str) -> bool {
        self.roblox_id.as_deref() == Some(id) || self.has_identifier("roblox", id)
    }

    pub(crate) fn has_identifier(&self, kind: &str, value: &str) -> bool {
        self.identifiers.idents.iter().any(|known| known.r#type == kind && known.value == value)
    }

    /// The ids in force and those of the identifiers, each once, as `type:value`.
    pub(crate) fn all_api_ids(&self) -> Vec<String> {
        let linked = [("discord", &self.discord_id), ("roblox", &self.roblox_id)];
        let linked = linked.into_iter().filter_map(|(kind, id)| id.as_ref().map(|id| format!("{kind}:{id}")));
        let registered =
            self.identifiers.idents.iter().map(|known| format!("{}:{}", known.r#type, known.value));
        let mut ids = self.active_api_ids.clone();
        for id in linked.chain(registered) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }
}
