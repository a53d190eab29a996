//! Form templates, submissions and their stages.

use serde_json::{Value, json};

use super::call::Fields;
use super::{Answer, Call, Handled, page, people};
use crate::problem::Problem;
use crate::state::{Comment, Stage, State, Submission, Template};
use crate::time::Timestamp;

/// The template that the path's first parameter names.
fn template<'a>(state: &'a State, call: &Call) -> Result<&'a Template, Problem> {
    let id = call.path_integer(0);
    state.template(id).ok_or_else(|| Problem::not_found(format!("There is no form template {id}.")))
}

/// The submission that the path's first parameter names.
fn submission(state: &State, call: &Call) -> Result<usize, Problem> {
    find_submission(state, call.path_integer(0))
}

pub(super) fn find_submission(state: &State, id: i64) -> Result<usize, Problem> {
    let found = state.submissions.iter().position(|submission| submission.form_id == id);
    found.ok_or_else(|| Problem::not_found(format!("There is no form submission {id}.")))
}

fn summary(template: &Template) -> Value {
    json!({ "id": template.id, "label": template.label, "locked": template.locked })
}

pub(super) fn get_form_templates(state: &mut State, _: &Call) -> Handled {
    Answer::data(&state.templates.iter().map(summary).collect::<Vec<_>>())
}

pub(super) fn get_form_template(state: &mut State, call: &Call) -> Handled {
    Answer::data(&summary(template(state, call)?))
}

pub(super) fn get_form_lock_status(state: &mut State, call: &Call) -> Handled {
    Answer::data(&template(state, call)?.locked)
}

pub(super) fn set_form_lock_status(state: &mut State, call: &Call) -> Handled {
    let id = template(state, call)?.id;
    let body = call.body();
    let locked = body.required("state", body.boolean("state")?)?;
    let Some(template) = state.templates.iter_mut().find(|template| template.id == id) else {
        return Err(Problem::not_found(format!("There is no form template {id}.")));
    };
    Answer::data(&set_lock(template, locked))
}

/// Locks or unlocks a template and says so.
pub(super) fn set_lock(template: &mut Template, locked: bool) -> String {
    template.locked = locked;
    let word = if locked { "LOCKED" } else { "UNLOCKED" };
    format!("Successfully set the lock state for {} to: {word}", template.label)
}

pub(super) fn get_template_submissions(state: &mut State, call: &Call) -> Handled {
    let id = template(state, call)?.id;
    let all = submissions_of(state, id);
    let page = page(&all, call.query_integer("skip"), call.query_integer("take"), 50);
    Answer::data(&json!({ "count": all.len(), "forms": page.rows }))
}

/// What was submitted with a template.
pub(super) fn submissions_of(state: &State, template: i64) -> Vec<&Submission> {
    state.submissions.iter().filter(|submission| submission.form_template_id == template).collect()
}

pub(super) fn get_form_submission(state: &mut State, call: &Call) -> Handled {
    let place = submission(state, call)?;
    Answer::data(&state.submissions[place])
}

pub(super) fn submit_form_template(state: &mut State, call: &Call) -> Handled {
    let template = template(state, call)?.clone();
    if template.locked {
        return Err(Problem::new(409, format!("The form {} is locked.", template.label)));
    }
    let body = call.body();
    let account = people::maybe_in_body(state, &body)?;
    // Without a name the form comes from the community itself: its owner.
    let account = account.or_else(|| state.accounts.iter().position(|account| account.owner));
    let form_submitter = account.map(|account| state.accounts[account].acc_id.clone()).unwrap_or_default();
    let fields = body.list("fields")?.unwrap_or_default();
    let structure = json!({ "_label": format!("{} Submission", template.label), "fields": fields });
    let next =
        state.submissions.iter().map(|submission| submission.form_id).max().unwrap_or(0).saturating_add(1);
    let new = Submission {
        form_id: next,
        sys_status: true,
        submission_time: call.now,
        last_action_time: call.now,
        form_submitter,
        form_structure: structure.as_object().cloned().unwrap_or_default(),
        stage_id: template.stages.first().map(|stage| stage.id.clone()).unwrap_or_default(),
        stage_group_id: template.stage_group_id,
        form_template_id: template.id,
        stages: template.stages,
        ..Submission::default()
    };
    let answer = Answer::data(&new);
    state.submissions.push(new);
    answer
}

pub(super) fn change_form_stage(state: &mut State, call: &Call) -> Handled {
    let place = submission(state, call)?;
    change_stage(state, place, &call.body(), call.now)
}

/// Moves a submission to the stage that the body names.
pub(super) fn change_stage(state: &mut State, place: usize, body: &Fields<'_>, now: Timestamp) -> Handled {
    let account = people::maybe_in_body(state, body)?;
    let wanted = body.required("newStageId", body.text("newStageId")?)?;
    let reason = body.text("optionalReason")?.filter(|reason| !reason.is_empty());
    let stages =
        state.template(state.submissions[place].form_template_id).map(|template| template.stages.clone());
    let stages = stages.unwrap_or_default();
    let Some(chosen) = stages.iter().find(|stage| stage.id == wanted) else {
        return Err(Problem::unknown("newStageId", format!("The form has no stage {wanted}.")));
    };
    let acc_id = account.map(|account| state.accounts[account].acc_id.clone());
    let submission = &mut state.submissions[place];
    submission.stage_id.clone_from(&chosen.id);
    submission.last_action_time = now;
    if let Some(reason) = reason {
        let comment = Comment { acc_id, text: reason.to_owned(), time: now };
        submission.form_comments.comments.push(comment);
    }
    let available: Vec<&Stage> = stages.iter().filter(|other| other.id != chosen.id).collect();
    Answer::data(&json!({
        "authorized": true,
        "failed": false,
        "data": { "form": submission, "newStage": chosen, "availableStages": available },
    }))
}
