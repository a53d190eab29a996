//! Every documented call and event through the crate, one reported test each.
#![forbid(unsafe_code)]
#![allow(missing_docs)]

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use sonoran::{Call, EventData, EventKeys, operations, parse_event};
use sonoran_tests::{Emulator, covered, documented_calls, documented_events, same_shape};

/// What may differ: a profile field holds values of any type, and the documented call of
/// `setAccountRanks` takes away a rank that the documented answer has.
const EXCUSED: [(&str, &str); 3] = [
    ("getComAccount", ".value is "),
    ("editAccountProfileFields", ".value is "),
    ("setAccountRanks", " is empty"),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let calls = documented_calls();
    let mut trials = vec![Trial::test("parity", {
        let calls = calls.clone();
        move || parity(&calls)
    })];
    for call in calls {
        let name = call["method"].as_str().expect("a name").to_owned();
        trials.push(Trial::test(name.clone(), move || documented(&call).map(|()| covered(&name))));
    }
    for event in documented_events() {
        let name = event["type"].as_str().expect("a type").to_owned();
        trials.push(Trial::test(name.clone(), move || received(&event).map(|()| covered(&name))));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn parity(calls: &[Value]) -> Result<(), Failed> {
    let mut documented: Vec<&str> = calls.iter().filter_map(|call| call["method"].as_str()).collect();
    documented.sort_unstable();
    let mut known: Vec<&str> = operations().iter().map(|operation| operation.name).collect();
    known.sort_unstable();
    if documented == known { Ok(()) } else { Err(format!("{documented:?} but {known:?}").into()) }
}

fn documented(documented: &Value) -> Result<(), Failed> {
    // Each on the fresh seed, whatever order they run in.
    let emulator = Emulator::start();
    let call = &documented["call"];
    // What is an object or a list of them is the payload, wherever it stands.
    let values = call["values"].as_array().ok_or("no values")?;
    let is_payload = |value: &&Value| value.is_object() || value.is_array();
    let plain: Vec<&Value> = values.iter().filter(|value| !is_payload(value)).collect();
    let takes = operations().iter().find(|each| each.name == documented["method"]);
    let plain = &plain[..plain.len().min(takes.map_or(0, |operation| operation.parameters.len()))];
    let payload = values.iter().find(is_payload);
    let call = Call::from_json(
        documented["method"].as_str().unwrap_or_default(),
        &serde_json::to_string(plain)?,
        payload.map(ToString::to_string),
        None,
    )?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let response = runtime.block_on(emulator.client().execute(call))?;
    let got: Value = serde_json::from_str(&response.to_json())?;
    if !response.success
        || response.status != documented["status"].as_u64().and_then(|s| u16::try_from(s).ok())
    {
        return Err(format!("{got}").into());
    }
    if got["reason"] != Value::Null || got["error"] != Value::Null {
        return Err(format!("a success with a failure's fields: {got}").into());
    }
    if documented["version"] == 2 && response.status != Some(204) && got["meta"]["path"].as_str().is_none() {
        return Err(format!("no meta: {got}").into());
    }
    match same_shape("data", &documented["data"], &got["data"]) {
        Err(difference) if excused(documented, &difference) => Ok(()),
        outcome => Ok(outcome?),
    }
}

fn received(documented: &Value) -> Result<(), Failed> {
    let body = &documented["body"];
    let event = parse_event(body.to_string(), &EventKeys::new(["YOUR_API_KEY"])?)?;
    let typed = match event.typed() {
        EventData::AccountUpdated(data) => serde_json::to_value(data)?,
        EventData::AccountKicked(data) => serde_json::to_value(data)?,
        EventData::AccountBanned(data) => serde_json::to_value(data)?,
        other => return Err(format!("{other:?}").into()),
    };
    let data = body["data"].to_string();
    let whole = event.data.get() == data && typed == body["data"];
    let account = body["data"]["accountId"].as_str().or(body["data"]["accId"].as_str());
    if whole && event.event_type == body["type"] && event.account_id.as_deref() == account {
        return Ok(());
    }
    Err(format!("{event:?}").into())
}

fn excused(documented: &Value, difference: &str) -> bool {
    EXCUSED.iter().any(|(method, what)| documented["method"] == *method && difference.contains(what))
}
