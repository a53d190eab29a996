//! What each operation does: one function each, by group of the documentation.
//!
//! A handler checks everything before it changes anything, so that a refused call leaves the state as it was.

mod accounts;
mod call;
mod clock;
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
pub(crate) mod v1;
mod whitelist;

use serde::Serialize;

pub(crate) use call::Call;
pub(crate) use people::IDENTIFIERS;

use crate::problem::Problem;
use crate::state::State;

/// What a handler hands back: the envelope's `data` as JSON, or nothing for a 204.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer(pub(crate) Option<Vec<u8>>);

impl Answer {
    fn data(data: &(impl Serialize + ?Sized)) -> Handled {
        let written = serde_json::to_vec(data);
        written.map(|data| Self(Some(data))).map_err(|error| Problem::new(500, error.to_string()))
    }

    fn nothing() -> Self {
        Self(None)
    }
}

/// What a handler says.
pub(crate) type Handled = Result<Answer, Problem>;

/// The work of an operation of version 2.
pub(crate) type Work = fn(&mut State, &Call) -> Handled;

/// An operation's work. What a version 1 operation does is done by the same functions as in version 2; only the
/// words differ.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handler {
    V1(v1::Work, v1::Refusals),
    V2(Work),
}

/// The operation's handler. One that has none yet is answered with its documented example.
pub(crate) fn handler(operation_id: &str) -> Option<Handler> {
    v1::handler(operation_id).or_else(|| work(operation_id).map(Handler::V2))
}

fn work(operation_id: &str) -> Option<Work> {
    let work: Work = match operation_id {
        "createShortUrl" => general::create_short_url,
        "getClockInTypes" => general::get_clock_in_types,
        "getCommunity" => general::get_community,
        "getCustomLogTypes" => general::get_custom_log_types,
        "getDepartments" => general::get_departments,
        "getProfileFields" => general::get_profile_fields,
        "getPromotionFlows" => general::get_promotion_flows,
        "getSubVersion" => general::get_sub_version,
        "lookupCommunity" => general::lookup_community,
        "triggerPromotionFlows" => ranks::trigger_promotion_flows,
        "undoRankChange" => ranks::undo_rank_change,
        "clockAccount" => clock::clock_account,
        "editProfileFields" => accounts::edit_profile_fields,
        "forceSync" => accounts::force_sync,
        "getAccountIdentifiers" => accounts::get_account_identifiers,
        "getAccountRanks" => ranks::get_account_ranks,
        "getAccount" => accounts::get_account,
        "getAccounts" => accounts::get_accounts,
        "getCurrentClockIn" => clock::get_current_clock_in,
        "getLatestActivity" => clock::get_latest_activity,
        "registerIdentifiers" => accounts::register_identifiers,
        "resolveDiscordAccount" => accounts::resolve_discord_account,
        "searchAccounts" => accounts::search_accounts,
        "setAccountName" => accounts::set_account_name,
        "setAccountRanks" => ranks::set_account_ranks,
        "activityTrackerServerStart" => clock::start_activity,
        "activityTracker" => clock::create_activity,
        "addServers" => servers::add_servers,
        "getFullWhitelist" => whitelist::get_full_whitelist,
        "getAceConfig" => servers::get_ace_config,
        "getServers" => servers::get_servers,
        "setAceConfig" => servers::set_ace_config,
        "setServerType" => servers::set_server_type,
        "setServers" => servers::set_servers,
        "verifyWhitelist" => whitelist::verify_whitelist,
        "createRsvp" => events::create_rsvp,
        "changeFormStage" => forms::change_form_stage,
        "getFormLockStatus" => forms::get_form_lock_status,
        "getFormSubmission" => forms::get_form_submission,
        "getFormTemplate" => forms::get_form_template,
        "getFormTemplates" => forms::get_form_templates,
        "getTemplateSubmissions" => forms::get_template_submissions,
        "setFormLockStatus" => forms::set_form_lock_status,
        "submitFormTemplate" => forms::submit_form_template,
        "getRosterContents" => rosters::get_roster_contents,
        "addMemberRecord" => disciplinary::add_member_record,
        "getMemberPoints" => disciplinary::get_member_points,
        "getMemberRecords" => disciplinary::get_member_records,
        "updateMemberRecordPoints" => disciplinary::update_member_record_points,
        "updateMemberRecordReason" => disciplinary::update_member_record_reason,
        "updateMemberRecordStatus" => disciplinary::update_member_record_status,
        "addErlcRecord" => erlc::add_erlc_record,
        "executeErlcCommand" => erlc::execute_erlc_command,
        "getOnlinePlayers" => erlc::get_online_players,
        "getPlayerQueue" => erlc::get_player_queue,
        "lockTeam" => erlc::lock_team,
        "unlockTeam" => erlc::unlock_team,
        "cancelSession" => sessions::cancel_session,
        "getCurrentSession" => sessions::get_current_session,
        "startSession" => sessions::start_session,
        "stopSession" => sessions::stop_session,
        _ => return None,
    };
    Some(work)
}

/// One page of a list, with the bounds that were applied.
struct Page<'a, T> {
    rows: Vec<&'a T>,
    skip: i64,
    take: i64,
}

/// `take` rows after the first `skip`; 25 unless told otherwise, never more than `most`.
fn page<'a, T>(rows: &[&'a T], skip: Option<i64>, take: Option<i64>, most: i64) -> Page<'a, T> {
    let skip = skip.unwrap_or(0).max(0);
    let take = take.unwrap_or(25).clamp(0, most);
    let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let rows = rows.iter().copied().skip(size(skip)).take(size(take)).collect();
    Page { rows, skip, take }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_in_bounds() {
        let numbers: Vec<i32> = (0..100).collect();
        let rows: Vec<&i32> = numbers.iter().collect();
        let shown = |skip, take| {
            let page = page(&rows, skip, take, 50);
            (page.rows.first().map(|row| **row), page.rows.len(), page.skip, page.take)
        };
        assert_eq!(shown(None, None), (Some(0), 25, 0, 25));
        assert_eq!(shown(Some(90), Some(50)), (Some(90), 10, 90, 50));
        assert_eq!(shown(Some(-5), Some(1000)), (Some(0), 50, 0, 50));
        assert_eq!(shown(Some(i64::MAX), Some(0)), (None, 0, i64::MAX, 0));
    }
}
