//! What must hold in a state before it is loaded.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use super::State;
use crate::ids::is_uuid;

/// Says what is wrong with a state, if anything is.
pub(super) fn check(state: &State) -> Result<(), String> {
    let community = &state.community;
    let ranks = || community.departments.iter().flat_map(|department| &department.ranks);
    unique("account", state.accounts.iter().map(|account| &account.acc_id))?;
    unique("server", state.servers.iter().map(|server| server.id))?;
    unique("event", state.events.iter().map(|event| &event.id))?;
    unique("form template", state.templates.iter().map(|template| template.id))?;
    unique("submission", state.submissions.iter().map(|submission| submission.form_id))?;
    unique("roster", state.rosters.iter().map(|roster| roster.id))?;
    unique("disciplinary record", state.records.iter().map(|record| &record.id))?;
    unique("rank change", state.rank_changes.iter().map(|change| &change.undo_id))?;
    unique("rank", ranks().map(|rank| &rank.id))?;
    unique("promotion flow", community.promotion_flows.iter().map(|flow| &flow.id))?;
    unique("running session on server", running(state))?;
    unique("game", state.games.iter().map(|game| &game.roblox_join_code))?;
    check_accounts(state)?;
    check_references(state)?;
    check_forms(state)
}

fn running(state: &State) -> impl Iterator<Item = i64> {
    state.sessions.iter().filter(|session| session.running).map(|session| session.server_id)
}

fn unique<T: Display + Eq + Hash>(what: &str, ids: impl Iterator<Item = T>) -> Result<(), String> {
    let mut seen = HashSet::new();
    for id in ids {
        if seen.contains(&id) {
            return Err(format!("there are two of the {what} {id}"));
        }
        seen.insert(id);
    }
    Ok(())
}

fn check_accounts(state: &State) -> Result<(), String> {
    for account in &state.accounts {
        let id = &account.acc_id;
        if !is_uuid(id) || id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(format!("accounts: accId `{id}` is no UUID in lower case"));
        }
        known_ranks(state, &format!("accounts: {id}"), &account.ranks)?;
    }
    Ok(())
}

fn check_references(state: &State) -> Result<(), String> {
    for flow in &state.community.promotion_flows {
        known_ranks(state, &format!("promotionFlows: {}", flow.id), &flow.ranks_to_add)?;
        known_ranks(state, &format!("promotionFlows: {}", flow.id), &flow.ranks_to_remove)?;
    }
    for change in &state.rank_changes {
        let place = format!("rankChanges: {}", change.undo_id);
        known_account(state, &place, &change.acc_id)?;
        known_ranks(state, &place, change.before.iter().chain(&change.after))?;
    }
    for activity in &state.activities {
        known_account(state, &format!("activities: {}", activity.id), &activity.acc_id)?;
    }
    for record in &state.records {
        known_account(state, &format!("records: {}", record.id), &record.acc_id)?;
    }
    for event in &state.events {
        for id in &event.rsvps {
            known_account(state, &format!("events: {}", event.id), id)?;
        }
    }
    for roster in &state.rosters {
        let known = |id: &String| state.community.departments.iter().any(|department| department.uuid == *id);
        if let Some(id) = roster.department.as_ref().filter(|id| !known(id)) {
            return Err(format!("rosters: {}: there is no department {id}", roster.id));
        }
    }
    Ok(())
}

fn check_forms(state: &State) -> Result<(), String> {
    for template in &state.templates {
        if template.stages.is_empty() {
            return Err(format!("templates: {} has no stages", template.id));
        }
    }
    for submission in &state.submissions {
        let Some(template) = state.template(submission.form_template_id) else {
            return Err(format!("submissions: {}: there is no such template", submission.form_id));
        };
        if !template.stages.iter().any(|stage| stage.id == submission.stage_id) {
            return Err(format!("submissions: {}: the template has no such stage", submission.form_id));
        }
    }
    Ok(())
}

fn known_account(state: &State, place: &str, id: &str) -> Result<(), String> {
    match state.account(id) {
        Some(_) => Ok(()),
        None => Err(format!("{place}: there is no account {id}")),
    }
}

fn known_ranks<'a>(
    state: &State,
    place: &str,
    ids: impl IntoIterator<Item = &'a String>,
) -> Result<(), String> {
    match ids.into_iter().find(|id| state.rank(id).is_none()) {
        Some(id) => Err(format!("{place}: no department has the rank {id}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the check says about the seed after `change`.
    fn refusal(change: impl FnOnce(&mut State)) -> String {
        let mut state = State::seed();
        change(&mut state);
        check(&state).expect_err("a broken state")
    }

    #[test]
    fn finds_what_leads_nowhere() {
        let nobody = "99999999-9999-9999-9999-999999999999".to_owned();
        let cases = [
            (refusal(|state| state.accounts[0].ranks.push("x".into())), "no department has the rank x"),
            (refusal(|state| state.events[0].rsvps.push(nobody.clone())), "there is no account"),
            (refusal(|state| state.records[0].acc_id.clone_from(&nobody)), "there is no account"),
            (refusal(|state| state.submissions[0].stage_id = "x".into()), "no such stage"),
            (refusal(|state| state.templates.clear()), "no such template"),
            (refusal(|state| state.rosters[0].department = Some("x".into())), "no department x"),
            (refusal(|state| state.templates[0].stages.clear()), "no stages"),
        ];
        for (refusal, part) in cases {
            assert!(refusal.contains(part), "{refusal}");
        }
    }

    #[test]
    fn finds_doubles() {
        let refusal = refusal(|state| {
            let twin = state.servers[0].clone();
            state.servers.push(twin);
        });
        assert_eq!(refusal, "there are two of the server 1");
    }
}
