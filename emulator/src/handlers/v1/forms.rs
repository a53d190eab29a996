//! Form templates and submissions.

use super::{Answer, Call, Refusal, Said, people};
use crate::handlers::call::Fields;
use crate::handlers::{forms, page};
use crate::state::State;

/// The place of the template that the data names.
fn template(state: &State, data: &Fields<'_>) -> Result<usize, Refusal> {
    let id = data.id("templateId")?;
    let found = state.templates.iter().position(|template| Some(template.id.to_string()) == id);
    found.ok_or_else(|| Refusal::bad("INVALID_TEMPLATE_ID"))
}

pub(super) fn get_form_submissions(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let id = data.required("templateId", data.integer("templateId")?)?;
    // A template that does not exist has no submissions: the documentation lists no text for it.
    let all = forms::submissions_of(state, id);
    Answer::json(&page(&all, data.integer("skip")?, data.integer("take")?, 50).rows)
}

pub(super) fn get_form_lock_status(state: &mut State, call: &Call) -> Said {
    let place = template(state, &call.data())?;
    Answer::json(&state.templates[place].locked)
}

pub(super) fn set_form_lock_status(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let place = template(state, &data)?;
    let locked = data.required("state", data.boolean("state")?)?;
    Answer::text(forms::set_lock(&mut state.templates[place], locked))
}

pub(super) fn change_form_stage(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let place = forms::find_submission(state, data.required("formId", data.integer("formId")?)?)?;
    people::account(state, &data)?;
    Ok(Answer::same(forms::change_stage(state, place, &data, call.now)?))
}

pub(super) fn get_form_submission(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let place = forms::find_submission(state, data.required("id", data.integer("id")?)?)?;
    Answer::json(&state.submissions[place])
}
