//! Rosters: made from the accounts at each call, so that a new rank shows at once.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Handled, page};
use crate::problem::Problem;
use crate::state::{Account, Department, Rank, Roster, State};

pub(super) fn get_roster_contents(state: &mut State, call: &Call) -> Handled {
    let id = call.path_integer(0);
    let Some(roster) = state.rosters.iter().find(|roster| roster.id == id) else {
        return Err(Problem::not_found(format!("There is no roster {id}.")));
    };
    let departments = departments(state, roster);
    let mut rows: Vec<(i64, Value)> =
        state.accounts.iter().filter_map(|account| row(roster, &departments, account)).collect();
    rows.sort_by_key(|(power, _)| -power);
    let rows: Vec<&Value> = rows.iter().map(|(_, row)| row).collect();
    let page = page(&rows, call.query_integer("skip"), call.query_integer("limit"), 50);
    Answer::data(&json!({
        "rows": page.rows,
        "total": rows.len(),
        "skip": page.skip,
        "limit": page.take,
        "columns": roster.columns,
    }))
}

fn departments<'a>(state: &'a State, roster: &Roster) -> Vec<&'a Department> {
    let listed =
        |department: &&Department| roster.department.as_ref().is_none_or(|uuid| *uuid == department.uuid);
    state.community.departments.iter().filter(listed).collect()
}

/// A present member's row, by its highest rank in the roster's departments. Without a rank there, it is listed only
/// on a roster of everyone.
fn row(roster: &Roster, departments: &[&Department], account: &Account) -> Option<(i64, Value)> {
    let ranks = departments.iter().flat_map(|department| &department.ranks);
    let highest = ranks.filter(|rank| account.ranks.contains(&rank.id)).max_by_key(|rank| rank.power);
    if account.archived || !account.sys_status || (highest.is_none() && roster.department.is_some()) {
        return None;
    }
    let power = highest.map_or(0, |rank| rank.power);
    let mut row =
        Map::from_iter([("uuid".to_owned(), json!(account.acc_id)), ("sortPower".to_owned(), json!(power))]);
    for column in &roster.columns {
        row.insert(column.field.clone(), cell(account, highest, &column.field));
    }
    Some((power, Value::Object(row)))
}

fn cell(account: &Account, highest: Option<&Rank>, field: &str) -> Value {
    match field {
        "name" => json!(account.acc_name),
        "rank" => json!(highest.map(|rank| &rank.label)),
        "discordId" => json!(account.discord_id),
        "uniqueId" => json!(account.unique_id),
        "joinDate" => json!(account.join_date),
        _ => {
            let saved = account.profile_fields.data.iter().find(|saved| saved.id == field);
            saved.map(|saved| saved.value.clone()).unwrap_or_default()
        }
    }
}
