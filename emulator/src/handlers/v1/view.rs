//! Members, clock rows and trackers as version 1 shows them.

use serde_json::{Value, json};

use crate::handlers::clock;
use crate::state::{Account, Activity, ClockRow, Department, State};
use crate::time::Timestamp;

/// API ids without the kind that version 2 puts before them.
pub(super) fn plain(ids: &[String]) -> Vec<&str> {
    ids.iter().map(|id| id.split_once(':').map_or(id.as_str(), |(_, value)| value)).collect()
}

/// A member as Get Com Account shows it.
pub(crate) fn account(state: &State, account: &Account) -> Value {
    let places = Places::of(state, account);
    let others: Vec<&str> =
        account.unit_identifiers.iter().skip(1).map(|known| known.label.as_str()).collect();
    json!({
        "accId": account.acc_id,
        "comStatus": account.com_status,
        "accName": account.acc_name,
        "comName": account.com_name,
        "primaryIdentifier": account.unit_identifiers.first().map(|known| &known.label),
        "secondaryIdentifiers": others,
        "primaryRank": places.primary_rank,
        "secondaryRanks": places.secondary_ranks,
        "primaryDepartment": places.primary_department,
        "secondaryDepartments": places.secondary_departments,
        "joinDate": spaced(account.join_date),
        "owner": account.owner,
        "banned": account.banned,
        "lastLogin": spaced(account.last_login),
        "activeApiIds": plain(&account.active_api_ids),
        "profileFields": account.profile_fields,
    })
}

/// A member as the operations that change ranks show it.
pub(super) fn changed_account(state: &State, account: &Account) -> Value {
    let places = Places::of(state, account);
    json!({
        "accId": account.acc_id,
        "sysStatus": account.sys_status,
        "comStatus": account.com_status,
        "primaryIdentifier": account.unit_identifiers.first().map(|known| &known.label),
        "secondaryIdentifiers": { "identifiers": account.unit_identifiers },
        "primaryRank": places.primary_rank,
        "secondaryRanks": places.secondary_ranks,
        "primaryDepartment": places.primary_department,
        "secondaryDepartments": places.secondary_departments,
        "joinDate": spaced(account.join_date),
        "owner": account.owner,
        "banned": account.banned,
        "lastLogin": spaced(account.last_login),
        "activeApiIds": plain(&account.active_api_ids),
    })
}

/// A member's ranks told apart. The state has one list: the first that may be a primary rank is it.
struct Places<'a> {
    primary_rank: Option<&'a str>,
    secondary_ranks: Vec<&'a str>,
    primary_department: Option<&'a str>,
    /// Those of the secondary ranks.
    secondary_departments: Vec<&'a str>,
}

impl<'a> Places<'a> {
    fn of(state: &'a State, account: &'a Account) -> Self {
        let may_be_primary = |id: &&String| state.rank(id).is_none_or(|rank| !rank.secondary_only);
        let primary_rank = account.ranks.iter().find(may_be_primary).map(String::as_str);
        let ranks = account.ranks.iter().map(String::as_str);
        let secondary_ranks: Vec<&str> = ranks.filter(|id| Some(*id) != primary_rank).collect();
        let mut secondary_departments = Vec::new();
        for uuid in secondary_ranks.iter().filter_map(|id| department(state, id)) {
            if !secondary_departments.contains(&uuid) {
                secondary_departments.push(uuid);
            }
        }
        let primary_department = primary_rank.and_then(|id| department(state, id));
        Self { primary_rank, secondary_ranks, primary_department, secondary_departments }
    }
}

fn department<'a>(state: &'a State, rank: &str) -> Option<&'a str> {
    let has_rank = |department: &&Department| department.ranks.iter().any(|known| known.id == rank);
    state.community.departments.iter().find(has_rank).map(|department| department.uuid.as_str())
}

/// A clock row. Version 1 numbers an account's rows, where version 2 has UUIDs.
pub(super) fn clock_row(place: usize, row: &ClockRow) -> Value {
    json!({
        "id": place + 1,
        "startTime": spaced(row.start_time),
        "endTime": row.end_time.map(spaced),
        "completed": row.completed,
        "notes": row.notes,
    })
}

/// A clock row among the latest activity.
pub(super) fn latest_clock_row(place: usize, row: &ClockRow) -> Value {
    let mut value = clock_row(place, row);
    value["type"] = json!(row.r#type);
    value["objKey"] = json!(row.id);
    value
}

/// A tracker among the latest activity.
pub(super) fn latest_activity(row: &Activity) -> Value {
    let mut value = clock::shown(row);
    value["objKey"] = json!(row.id);
    value
}

/// A time as accounts and clock rows have it: `2026-04-15 09:00:00.000 +0000`.
pub(super) fn spaced(time: Timestamp) -> String {
    time.to_string().replace('T', " ").replace('Z', " +0000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spaced() {
        let time = Timestamp::parse("2026-04-15T09:00:00.250Z").expect("a time");
        assert_eq!(spaced(time), "2026-04-15 09:00:00.250 +0000");
    }

    #[test]
    fn ids_lose_their_kind() {
        assert_eq!(plain(&["discord:1:2".to_owned(), "SOME".to_owned()]), ["1:2", "SOME"]);
    }
}
