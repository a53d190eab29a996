//! Version 1: the same community in other words. Its operations do what those of version 2 do, by the same functions;
//! here is how they are asked and how they answer.

mod accounts;
mod call;
mod clock;
mod communities;
mod disciplinary;
mod erlc;
mod events;
mod forms;
mod general;
mod people;
mod ranks;
mod rosters;
mod servers;
mod sessions;
pub(crate) mod view;
mod whitelist;

use std::borrow::Cow;

use serde::Serialize;
use serde_json::json;

pub(crate) use call::Call;

use super::Handler;
use crate::problem::Problem;
use crate::reply::{Content, Reply};
use crate::state::State;

/// An operation's work.
pub(crate) type Work = fn(&mut State, &Call) -> Said;

/// What an operation says.
type Said = Result<Answer, Refusal>;

/// A success: a text, or JSON without an envelope.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Text(String),
    Json(Vec<u8>),
}

impl Answer {
    #[expect(clippy::unnecessary_wraps, reason = "handlers end with it, as they do with `json`")]
    fn text(text: impl Into<String>) -> Said {
        Ok(Self::Text(text.into()))
    }

    fn json(value: &(impl Serialize + ?Sized)) -> Said {
        serde_json::to_vec(value).map(Self::Json).map_err(|error| Refusal::new(500, error.to_string()))
    }

    /// The `data` of a version 2 answer.
    fn same(answer: super::Answer) -> Self {
        Self::Json(answer.0.unwrap_or_else(|| b"null".to_vec()))
    }

    /// The same, where it is a text.
    fn same_text(answer: super::Answer) -> Said {
        let text: Result<String, _> = serde_json::from_slice(&answer.0.unwrap_or_default());
        text.map(Self::Text).map_err(|error| Refusal::new(500, error.to_string()))
    }

    /// The answer, with the operation's status.
    pub(crate) fn reply(self, status: u16) -> Reply {
        match self {
            Self::Text(text) => Reply::text(status, text),
            Self::Json(json) => Reply::new(status, Content::Json, json),
        }
    }
}

/// How an operation words a 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusals {
    /// As a plain text, like every other status.
    Text,
    /// As `{status, message}`.
    Json,
}

/// A refusal: a status and a text, by convention in upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: u16,
    text: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(status: u16, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into() }
    }

    pub(crate) fn bad(text: &'static str) -> Self {
        Self::new(400, text)
    }

    /// The answer, worded as the operation does.
    pub(crate) fn reply(self, handler: Option<Handler>) -> Reply {
        match handler {
            Some(Handler::V1(_, Refusals::Json)) if self.status == 400 => {
                Reply::json(400, &json!({ "status": 400, "message": self.text }))
            }
            _ => Reply::text(self.status, self.text.into_owned()),
        }
    }
}

/// What the documentation has no text for.
impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem.status {
            404 => Self::new(404, format!("NOT FOUND: {}", problem.detail)),
            _ => Self::new(400, format!("INVALID DATA: {}", problem.detail)),
        }
    }
}

/// The operation's handler.
pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let work: Work = match operation_id {
        "v1VerifyWhitelist" => return Some(Handler::V1(whitelist::verify_whitelist, Refusals::Json)),
        "v1GetSubscriptionVersion" => general::get_subscription_version,
        "v1GetDepartments" => general::get_departments,
        "v1GetProfileFields" => general::get_profile_fields,
        "v1GetClockInTypes" => general::get_clock_in_types,
        "v1GetPromotionFlows" => general::get_promotion_flows,
        "v1GetCustomLogTypes" => general::get_custom_log_types,
        "v1CheckComApiId" => accounts::check_com_api_id,
        "v1GetComAccount" => accounts::get_com_account,
        "v1GetAccounts" => accounts::get_accounts,
        "v1CmsKickAccount" => accounts::kick_account,
        "v1CmsBanAccount" => accounts::ban_account,
        "v1EditAccountProfileFields" => accounts::edit_account_profile_fields,
        "v1SetAccountName" => accounts::set_account_name,
        "v1ForceSync" => accounts::force_sync,
        "v1GetAccountRanks" => ranks::get_account_ranks,
        "v1SetAccountRanks" => ranks::set_account_ranks,
        "v1TriggerPromotionFlows" => ranks::trigger_promotion_flows,
        "v1UndoRankChange" => ranks::undo_rank_change,
        "v1GetCurrentClockIn" => clock::get_current_clock_in,
        "v1ClockInOut" => clock::clock_in_out,
        "v1GetLatestActivity" => clock::get_latest_activity,
        "v1ActivityTrackerStartStop" => clock::activity_tracker_start_stop,
        "v1ActivityTrackerServerStart" => clock::activity_tracker_server_start,
        "v1GetGameServers" => servers::get_game_servers,
        "v1SetGameServers" => servers::set_game_servers,
        "v1AddGameServers" => servers::add_game_servers,
        "v1GetFullWhitelist" => whitelist::get_full_whitelist,
        "v1Rsvp" => events::rsvp,
        "v1GetRosterContents" => rosters::get_roster_contents,
        "v1GetMemberPoints" => disciplinary::get_member_points,
        "v1GetMemberRecords" => disciplinary::get_member_records,
        "v1AddMemberRecord" => disciplinary::add_member_record,
        "v1UpdateMemberRecordPoints" => disciplinary::update_member_record_points,
        "v1UpdateMemberRecordReason" => disciplinary::update_member_record_reason,
        "v1GetFormSubmissions" => forms::get_form_submissions,
        "v1GetFormLockStatus" => forms::get_form_lock_status,
        "v1SetFormLockStatus" => forms::set_form_lock_status,
        "v1ChangeFormStage" => forms::change_form_stage,
        "v1GetFormSubmission" => forms::get_form_submission,
        "v1GetCurrentSession" => sessions::get_current_session,
        "v1StartSession" => sessions::start_session,
        "v1StopSession" => sessions::stop_session,
        "v1CancelSession" => sessions::cancel_session,
        "v1LookupCommunity" => communities::lookup_community,
        "v1ErlcGetOnlinePlayers" => erlc::get_online_players,
        "v1ErlcGetPlayerQueue" => erlc::get_player_queue,
        "v1ErlcAddNewRecord" => erlc::add_new_record,
        "v1ErlcExecuteCommand" => erlc::execute_command,
        "v1ErlcTeamsLock" => erlc::teams_lock,
        "v1ErlcTeamsUnlock" => erlc::teams_unlock,
        _ => return None,
    };
    Some(Handler::V1(work, Refusals::Text))
}
