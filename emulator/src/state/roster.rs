//! Rosters: a table of members, made anew from the accounts at each look.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A roster's columns and whom it lists.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Roster {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// Only members with a rank of this department; null: everyone.
    pub(crate) department: Option<String>,
    pub(crate) columns: Vec<Column>,
    /// What version 1 shows instead of `columns`, if there are any.
    pub(crate) v1_columns: Vec<Column>,
}

/// One column; `field` is its key in each row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Column {
    pub(crate) field: String,
    pub(crate) r#type: String,
    pub(crate) mask: String,
    pub(crate) reverse_mask: bool,
    pub(crate) label: String,
    pub(crate) options: Vec<Value>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) cosmetic: Map<String, Value>,
    pub(crate) style: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) align: Option<String>,
}
