//! Form templates and what was submitted with them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::Timestamp;

/// A form to fill in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Template {
    pub(crate) id: i64,
    pub(crate) label: String,
    /// Takes no submissions.
    pub(crate) locked: bool,
    pub(crate) stage_group_id: String,
    /// In order; a new submission is in the first one.
    pub(crate) stages: Vec<Stage>,
}

/// Where a submission can be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Stage {
    pub(crate) id: String,
    pub(crate) label: String,
}

/// A filled-in form, in the order in which the API writes the fields.
#[expect(clippy::struct_field_names, reason = "the API's fields")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Submission {
    pub(crate) form_id: i64,
    pub(crate) sys_status: bool,
    pub(crate) submission_time: Timestamp,
    pub(crate) last_action_time: Timestamp,
    pub(crate) form_submitter: String,
    pub(crate) form_context_user: Option<String>,
    pub(crate) related_users: Vec<Value>,
    pub(crate) form_structure: Map<String, Value>,
    pub(crate) form_comments: Comments,
    pub(crate) stage_id: String,
    pub(crate) stage_group_id: String,
    pub(crate) stage_info_backup: StageBackup,
    pub(crate) form_template_id: i64,
    pub(crate) form_type: i64,
    pub(crate) form_reply_settings: ReplySettings,
    pub(crate) show_in_profile: bool,
    pub(crate) stages: Vec<Stage>,
}

/// The API's wrapper around comments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Comments {
    pub(crate) comments: Vec<Comment>,
}

/// What someone wrote beside a submission.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Comment {
    pub(crate) acc_id: Option<String>,
    pub(crate) text: String,
    pub(crate) time: Timestamp,
}

/// Stages that the template had when the form was submitted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StageBackup {
    pub(crate) stages: Vec<Value>,
    pub(crate) groups: Vec<Value>,
}

/// Who may reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct ReplySettings {
    pub(crate) locked: bool,
    pub(crate) submitter: bool,
    pub(crate) rank_ids: Vec<String>,
}

impl Default for ReplySettings {
    fn default() -> Self {
        Self { locked: false, submitter: true, rank_ids: Vec::new() }
    }
}
