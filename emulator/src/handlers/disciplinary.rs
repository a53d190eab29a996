//! Disciplinary records and their points.

use serde_json::{Map, Number, Value, json};

use super::{Answer, Call, Handled, people};
use crate::problem::Problem;
use crate::state::{Record, State};
use crate::time::Timestamp;

pub(super) fn add_member_record(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    let body = call.body();
    let points = body.number("points")?.cloned();
    let reason = body.text("reason")?.unwrap_or_default();
    let metadata = body.get("metadata").and_then(Value::as_object).cloned();
    let source = Source {
        name: "api",
        id: "api-request",
        metadata: metadata.unwrap_or_else(|| execution_source("api")),
    };
    let place = add(state, account, points, reason, source, call.now);
    Answer::data(&[shown(state, &state.records[place], call.now)])
}

/// Where a record comes from.
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) id: &'a str,
    pub(super) metadata: Map<String, Value>,
}

pub(super) fn execution_source(name: &str) -> Map<String, Value> {
    Map::from_iter([("executionSource".to_owned(), json!(name))])
}

/// Adds a record to an account and hands out its place.
pub(super) fn add(
    state: &mut State,
    account: usize,
    points: Option<Number>,
    reason: &str,
    source: Source<'_>,
    now: Timestamp,
) -> usize {
    let mut record = Record {
        id: state.ids.next(),
        status: true,
        acc_id: state.accounts[account].acc_id.clone(),
        source: source.name.to_owned(),
        source_id: source.id.to_owned(),
        points: points.unwrap_or_else(|| Number::from(0)),
        reason: reason.to_owned(),
        metadata: source.metadata,
        history: Vec::new(),
        created_at: now,
        updated_at: None,
    };
    record.log("init", now);
    state.records.push(record);
    state.records.len() - 1
}

/// The record as the API writes it: the history keyed by time, and whether it has expired.
pub(super) fn shown(state: &State, record: &Record, now: Timestamp) -> Value {
    let history = record.history.iter().map(|entry| (entry.timestamp.to_string(), json!(entry)));
    let history: Map<String, Value> = history.collect();
    let mut value = json!(record);
    value["history"] = Value::Object(history);
    value["expired"] = json!(record.expired(state.community.records_expire_after_days, now));
    value
}

pub(super) fn get_member_points(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    Answer::data(&points(state, account, call.now))
}

/// An account's points: those of its records that are on and have not expired.
pub(super) fn points(state: &State, account: usize, now: Timestamp) -> Number {
    let acc_id = &state.accounts[account].acc_id;
    let expiry = state.community.records_expire_after_days;
    let live = |record: &&Record| record.acc_id == *acc_id && record.status && !record.expired(expiry, now);
    sum(state.records.iter().filter(live).map(|record| &record.points))
}

/// The sum, whole as long as every part is, and never beyond what JSON can say.
fn sum<'a>(numbers: impl Iterator<Item = &'a Number> + Clone) -> Number {
    let whole = numbers.clone().try_fold(0_i64, |sum, number| sum.checked_add(number.as_i64()?));
    let float = || {
        let sum: f64 = numbers.filter_map(Number::as_f64).sum();
        Number::from_f64(sum.clamp(f64::MIN, f64::MAX)).unwrap_or_else(|| Number::from(0))
    };
    whole.map_or_else(float, Number::from)
}

pub(super) fn get_member_records(state: &mut State, call: &Call) -> Handled {
    let account = people::in_path(state, call)?;
    let records = records_of(state, account).map(|record| shown(state, record, call.now));
    Answer::data(&records.collect::<Vec<_>>())
}

pub(super) fn records_of(state: &State, account: usize) -> impl Iterator<Item = &Record> {
    let acc_id = &state.accounts[account].acc_id;
    state.records.iter().filter(move |record| record.acc_id == *acc_id)
}

pub(super) fn update_member_record_points(state: &mut State, call: &Call) -> Handled {
    let place = in_path(state, call)?;
    let body = call.body();
    let points = body.required("points", body.number("points")?)?.clone();
    change(state, place, call, |record| record.points = points)
}

pub(super) fn update_member_record_reason(state: &mut State, call: &Call) -> Handled {
    let place = in_path(state, call)?;
    let body = call.body();
    let reason = body.required("reason", body.text("reason")?)?.to_owned();
    change(state, place, call, |record| record.reason = reason)
}

pub(super) fn update_member_record_status(state: &mut State, call: &Call) -> Handled {
    let place = in_path(state, call)?;
    let body = call.body();
    let status = body.required("status", body.boolean("status")?)?;
    change(state, place, call, |record| record.status = status)
}

fn in_path(state: &State, call: &Call) -> Result<usize, Problem> {
    let id = call.path_text(0);
    find(state, id).ok_or_else(|| Problem::not_found(format!("No disciplinary record has the id {id}.")))
}

pub(super) fn find(state: &State, id: &str) -> Option<usize> {
    state.records.iter().position(|record| record.id == id)
}

fn change(state: &mut State, place: usize, call: &Call, change: impl FnOnce(&mut Record)) -> Handled {
    state.records[place].update(call.now, change);
    Answer::data(&[shown(state, &state.records[place], call.now)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_stay_numbers() {
        let sum = |numbers: &[Value]| sum(numbers.iter().filter_map(Value::as_number)).to_string();
        assert_eq!(sum(&[]), "0");
        assert_eq!(sum(&[json!(5), json!(-7)]), "-2");
        assert_eq!(sum(&[json!(0.5), json!(1)]), "1.5");
        assert_eq!(
            sum(&[json!(1e308), json!(1e308)]),
            f64::MAX.to_string().parse::<f64>().map(|max| json!(max).to_string()).unwrap()
        );
        assert!(sum(&[json!(i64::MAX), json!(1)]).starts_with("9.22"));
    }
}
