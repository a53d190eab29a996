//! The community and its settings.

use serde_json::{Value, json};

use super::{Answer, Call, Handled};
use crate::problem::{FieldError, Problem};
use crate::state::State;

pub(super) fn create_short_url(state: &mut State, call: &Call) -> Handled {
    let body = call.body();
    let path = body.required("path", body.text("path")?)?;
    let custom = body.boolean("isCustomDomain")?.unwrap_or(false);
    let community = &mut state.community;
    let known =
        community.short_links.iter().find(|link| link.path == path && link.is_custom_domain == custom);
    let redirect = if let Some(link) = known {
        link.redirect.clone()
    } else {
        let domain = if custom { &community.custom_domain } else { &community.website };
        let redirect = format!("{domain}/{}", path.trim_start_matches('/'));
        let (path, redirect_to) = (path.to_owned(), redirect.clone());
        let link = crate::state::ShortLink { path, is_custom_domain: custom, redirect: redirect_to };
        community.short_links.push(link);
        redirect
    };
    Answer::data(&json!({ "success": true, "redirect": redirect }))
}

pub(super) fn get_clock_in_types(state: &mut State, _: &Call) -> Handled {
    Answer::data(&state.community.clock_in_types)
}

pub(super) fn get_community(state: &mut State, _: &Call) -> Handled {
    Answer::data(&summary(state))
}

pub(super) fn get_custom_log_types(state: &mut State, _: &Call) -> Handled {
    Answer::data(&state.community.custom_log_types)
}

pub(super) fn get_departments(state: &mut State, _: &Call) -> Handled {
    Answer::data(&state.community.departments)
}

pub(super) fn get_profile_fields(state: &mut State, _: &Call) -> Handled {
    Answer::data(&state.community.profile_fields)
}

pub(super) fn get_promotion_flows(state: &mut State, _: &Call) -> Handled {
    Answer::data(&state.community.promotion_flows)
}

pub(super) fn get_sub_version(state: &mut State, _: &Call) -> Handled {
    let community = &state.community;
    Answer::data(&json!({ "subVersion": community.sub_version, "tier": community.tier() }))
}

pub(super) fn lookup_community(state: &mut State, call: &Call) -> Handled {
    let (id, uuid) = (call.query_text("id"), call.query_text("uuid"));
    if id.is_some() == uuid.is_some() {
        let rule = "exactly one of id and uuid must be given";
        return Err(Problem::invalid(vec![FieldError::new("id", rule), FieldError::new("uuid", rule)]));
    }
    lookup(state, id, uuid)
}

/// The community, if every id given is its own.
pub(super) fn lookup(state: &State, id: Option<&str>, uuid: Option<&str>) -> Handled {
    let community = &state.community;
    if id.is_some_and(|id| community.id != id) {
        return Err(Problem::unknown("id", "INVALID COMMUNITY ID"));
    }
    if uuid.is_some_and(|uuid| !community.uuid.eq_ignore_ascii_case(uuid)) {
        return Err(Problem::unknown("uuid", "INVALID COMMUNITY ID"));
    }
    Answer::data(&summary(state))
}

fn summary(state: &State) -> Value {
    let community = &state.community;
    json!({
        "id": community.id,
        "uuid": community.uuid,
        "name": community.name,
        "subVersion": community.sub_version,
        "tier": community.tier(),
        "servers": state.servers.len(),
    })
}
