//! Rosters: made from the accounts at each call, so that a new rank shows at once.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Handled, page};
use crate::problem::Problem;
use crate::state::{Account, Department, Rank, Roster, State};

pub(super) fn get_roster_contents(state: &mut State, call: &Call) -> Handled {
    let roster = find(state, call.path_integer(0))?;
    let listed = listed(state, roster);
    let listed: Vec<&Listed<'_>> = listed.iter().collect();
    let page = page(&listed, call.query_integer("skip"), call.query_integer("limit"), 50);
    let rows: Vec<Value> = page.rows.into_iter().map(|listed| row(roster, listed)).collect();
    Answer::data(&json!({
        "rows": rows,
        "total": listed.len(),
        "skip": page.skip,
        "limit": page.take,
        "columns": roster.columns,
    }))
}

pub(super) fn find(state: &State, id: i64) -> Result<&Roster, Problem> {
    let found = state.rosters.iter().find(|roster| roster.id == id);
    found.ok_or_else(|| Problem::not_found(format!("There is no roster {id}.")))
}

/// A member on a roster, with the highest rank in its departments.
pub(super) struct Listed<'a> {
    pub(super) account: &'a Account,
    pub(super) highest: Option<&'a Rank>,
}

impl Listed<'_> {
    pub(super) fn power(&self) -> i64 {
        self.highest.map_or(0, |rank| rank.power)
    }
}

/// A roster's members, the highest first.
pub(super) fn listed<'a>(state: &'a State, roster: &Roster) -> Vec<Listed<'a>> {
    let departments = departments(state, roster);
    let mut listed: Vec<Listed<'a>> =
        state.accounts.iter().filter_map(|account| entry(roster, &departments, account)).collect();
    listed.sort_by_key(|listed| -listed.power());
    listed
}

fn departments<'a>(state: &'a State, roster: &Roster) -> Vec<&'a Department> {
    let listed =
        |department: &&Department| roster.department.as_ref().is_none_or(|uuid| *uuid == department.uuid);
    state.community.departments.iter().filter(listed).collect()
}

/// A present member. Without a rank in the roster's departments, it is listed only on a roster of everyone.
fn entry<'a>(roster: &Roster, departments: &[&'a Department], account: &'a Account) -> Option<Listed<'a>> {
    let ranks = departments.iter().flat_map(|department| &department.ranks);
    let highest = ranks.filter(|rank| account.ranks.contains(&rank.id)).max_by_key(|rank| rank.power);
    if account.archived || !account.sys_status || (highest.is_none() && roster.department.is_some()) {
        return None;
    }
    Some(Listed { account, highest })
}

fn row(roster: &Roster, listed: &Listed<'_>) -> Value {
    let mut row = Map::from_iter([
        ("uuid".to_owned(), json!(listed.account.acc_id)),
        ("sortPower".to_owned(), json!(listed.power())),
    ]);
    for column in &roster.columns {
        row.insert(column.field.clone(), cell(listed, &column.field));
    }
    Value::Object(row)
}

/// What a member says in a column; one without a meaning of its own is a profile field.
pub(super) fn cell(listed: &Listed<'_>, field: &str) -> Value {
    let Listed { account, highest } = listed;
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
