//! What a community has set up, and its events.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The community and its settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Community {
    pub(crate) id: String,
    pub(crate) uuid: String,
    pub(crate) name: String,
    /// 0 to 5; the tier's name follows from it.
    pub(crate) sub_version: i64,
    /// The community has switched the API off.
    pub(crate) api_disabled: bool,
    /// Where short links lead, with the custom domain and without.
    pub(crate) website: String,
    pub(crate) custom_domain: String,
    pub(crate) short_links: Vec<ShortLink>,
    pub(crate) clock_in_types: Vec<Label>,
    pub(crate) custom_log_types: Vec<LogType>,
    pub(crate) departments: Vec<Department>,
    pub(crate) profile_fields: Vec<ProfileField>,
    pub(crate) promotion_flows: Vec<PromotionFlow>,
    /// Disciplinary records expire after so many days; null: never.
    pub(crate) records_expire_after_days: Option<u32>,
}

/// A short link and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct ShortLink {
    pub(crate) path: String,
    pub(crate) is_custom_domain: bool,
    pub(crate) redirect: String,
}

/// An id and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Label {
    pub(crate) id: String,
    pub(crate) label: String,
}

/// A kind of record that the community has defined.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct LogType {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) short_code: String,
    pub(crate) melonly_id: String,
}

/// A department and its ranks, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Department {
    pub(crate) uuid: String,
    pub(crate) label: String,
    pub(crate) label_two: String,
    pub(crate) ranks: Vec<Rank>,
}

/// A rank of a department.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Rank {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) primary_only: bool,
    pub(crate) secondary_only: bool,
    pub(crate) power: i64,
}

/// A field of the members' profiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ProfileField {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) r#type: String,
    pub(crate) options: Value,
    pub(crate) metadata: Map<String, Value>,
}

/// A step up, or down when run in reverse.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct PromotionFlow {
    pub(crate) id: String,
    pub(crate) community_uuid: String,
    pub(crate) label_from: String,
    pub(crate) label_to: String,
    pub(crate) ranks_to_add: Vec<String>,
    pub(crate) ranks_to_remove: Vec<String>,
    pub(crate) actions: Map<String, Value>,
    pub(crate) promotion_type: String,
}

/// An event that members can say they will attend.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) rsvps: Vec<String>,
}

impl Community {
    /// The name of the subscription.
    pub(crate) fn tier(&self) -> &'static str {
        match self.sub_version {
            1 => "Starter",
            2 => "Standard",
            3 => "Plus",
            4 => "Pro",
            5 => "SonoranOne",
            _ => "Free",
        }
    }
}
