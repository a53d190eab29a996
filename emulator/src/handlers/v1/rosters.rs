//! Rosters, with cells that say more than those of version 2.

use serde_json::{Map, Value, json};

use super::view::plain;
use super::{Answer, Call, Refusal, Said};
use crate::handlers::page;
use crate::handlers::rosters::{self, Listed};
use crate::state::{Account, Column, State};
use crate::time::Timestamp;

pub(super) fn get_roster_contents(state: &mut State, call: &Call) -> Said {
    let data = call.data();
    let wanted = data.integer("rosterId")?;
    let roster = wanted.and_then(|id| rosters::find(state, id).ok());
    let roster = roster.ok_or_else(|| Refusal::bad("ROSTER NOT FOUND"))?;
    let columns = if roster.v1_columns.is_empty() { &roster.columns } else { &roster.v1_columns };
    let listed = rosters::listed(state, roster);
    let rows: Vec<Value> =
        listed.iter().enumerate().map(|(place, listed)| row(place, listed, columns)).collect();
    let page = page(&rows.iter().collect::<Vec<_>>(), data.integer("skip")?, data.integer("limit")?, 50);
    Answer::json(&json!({
        "rows": page.rows,
        "total": rows.len(),
        "skip": page.skip,
        "limit": page.take,
        "columns": columns.iter().map(column).collect::<Vec<_>>(),
    }))
}

fn column(column: &Column) -> Value {
    json!({
        "type": column.r#type,
        "align": column.align.as_deref().unwrap_or("left"),
        "field": column.field,
        "label": column.label,
        "style": column.style,
        "options": column.options,
        "cosmetic": column.cosmetic,
        "metadata": column.metadata,
        "reverseMask": column.reverse_mask,
    })
}

fn row(place: usize, listed: &Listed<'_>, columns: &[Column]) -> Value {
    let fixed = json!({
        "uuid": listed.account.acc_id,
        "entryId": place + 1,
        "sortPower": listed.power(),
        "type": 0,
        "overrideColumns": [],
    });
    let cells = columns.iter().map(|column| (column.field.clone(), cell(listed, column)));
    let fixed = fixed.as_object().cloned().unwrap_or_default();
    Value::Object(fixed.into_iter().chain(cells).collect::<Map<_, _>>())
}

/// A cell, by what its column is for.
fn cell(listed: &Listed<'_>, column: &Column) -> Value {
    let account = listed.account;
    match column.r#type.as_str() {
        "Community ID" => json!(plain(&account.active_api_ids).first()),
        "Name" => json!(account.acc_name),
        "Rank" => listed.highest.map_or(Value::Null, |rank| json!({ "label": rank.label, "id": rank.id })),
        "Identifier" => {
            let first = account.unit_identifiers.first();
            first.map_or(Value::Null, |known| json!({ "label": known.label, "value": known.id }))
        }
        "Status" => status(account),
        "Join Date" => json!(day(account.join_date)),
        "Hours" => json!(hours(account)),
        _ => rosters::cell(listed, &column.field),
    }
}

fn status(account: &Account) -> Value {
    let (uuid, color, label) = if account.active() {
        ("33333333-3333-3333-3333-333333333333", "#228833", "Active")
    } else {
        ("44444444-4444-4444-4444-444444444444", "#bb3333", "Inactive")
    };
    json!({ "uuid": uuid, "color": color, "label": label })
}

/// Day, month and year of two digits: `15/04/26`.
fn day(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{}/{}/{}", &text[8..10], &text[5..7], &text[2..4])
}

/// How long the account was clocked in, in hours and minutes: `12:05`.
fn hours(account: &Account) -> String {
    let ended = account.clock_data.data.iter().filter_map(|row| Some((row.start_time, row.end_time?)));
    let minutes: i64 = ended.map(|(start, end)| (end.milliseconds() - start.milliseconds()) / 60_000).sum();
    format!("{}:{:02}", minutes / 60, minutes % 60)
}
