//! The community and its settings.

use serde_json::{Value, json};

use super::{Answer, Call, Said};
use crate::state::State;

pub(super) fn get_subscription_version(state: &mut State, _: &Call) -> Said {
    let community = &state.community;
    Answer::text(format!("{} - {}", community.sub_version, community.tier().to_uppercase()))
}

pub(super) fn get_departments(state: &mut State, _: &Call) -> Said {
    let departments = state.community.departments.iter().map(|department| {
        let ranks = department.ranks.iter().map(|rank| {
            json!({
                "id": rank.id,
                "label": rank.label,
                "primaryOnly": rank.primary_only,
                "secondaryOnly": rank.secondary_only,
            })
        });
        json!({
            "uuid": department.uuid,
            "label": department.label,
            "labelTwo": department.label_two,
            "ranks": ranks.collect::<Vec<_>>(),
        })
    });
    Answer::json(&departments.collect::<Vec<_>>())
}

pub(super) fn get_profile_fields(state: &mut State, _: &Call) -> Said {
    let fields = state.community.profile_fields.iter();
    let fields = fields.map(|field| {
        json!({ "id": field.id, "type": field.r#type, "label": field.label, "options": field.options })
    });
    Answer::json(&fields.collect::<Vec<_>>())
}

pub(super) fn get_clock_in_types(state: &mut State, _: &Call) -> Said {
    Answer::json(&state.community.clock_in_types)
}

pub(super) fn get_promotion_flows(state: &mut State, _: &Call) -> Said {
    let flows = state.community.promotion_flows.iter().map(|flow| {
        json!({
            "id": flow.id,
            "communityUuid": flow.community_uuid,
            "labelFrom": flow.label_from,
            "labelTo": flow.label_to,
            "ranksToAdd": flow.ranks_to_add,
            "ranksToRemove": flow.ranks_to_remove,
            // A list here, an object around it in version 2.
            "actions": flow.actions.get("data").cloned().unwrap_or_else(|| Value::Array(Vec::new())),
        })
    });
    Answer::json(&flows.collect::<Vec<_>>())
}

pub(super) fn get_custom_log_types(state: &mut State, _: &Call) -> Said {
    Answer::json(&state.community.custom_log_types)
}
