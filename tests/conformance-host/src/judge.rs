//! Compares what a runner reports and what the servers saw with what the scenario expects.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::matcher::{differences, short};
use crate::record::Seen;
use crate::scenario::{Call, Expected, Observed, Part};
use crate::script::Server;
use crate::stage::Stage;

/// How long the servers may take to see the end of what a client did.
const PATIENCE: Duration = Duration::from_secs(5);

/// Everything that is not as expected.
pub(crate) async fn judge(stage: &Stage, report: &Value, end: Instant) -> Vec<String> {
    let mut failures = of_outcomes(stage, &report["outcomes"]);
    if report.to_string().contains(&stage.key) {
        failures.push("the API key shows in what the call gave".to_owned());
    }
    let late = end + PATIENCE;
    loop {
        let observed = of_servers(stage, end);
        if observed.is_empty() || Instant::now() > late {
            failures.extend(observed);
            return failures;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn of_outcomes(stage: &Stage, reported: &Value) -> Vec<String> {
    let calls = &stage.scenario.calls;
    match reported.as_array() {
        Some(outcomes) if outcomes.len() == calls.len() => calls
            .iter()
            .zip(outcomes)
            .enumerate()
            .flat_map(|(index, (call, outcomes))| {
                let place = format!("call {} ({})", index + 1, call.operation);
                of_call(&place, call, outcomes)
            })
            .collect(),
        _ => vec![format!("outcomes must be a list with one list for each of the {} calls", calls.len())],
    }
}

fn of_call(place: &str, call: &Call, outcomes: &Value) -> Vec<String> {
    let Some(outcomes) = outcomes.as_array().filter(|all| all.len() == call.at_once as usize) else {
        return vec![format!("{place}: there must be a list of {} outcomes", call.at_once)];
    };
    let outcomes: Vec<Value> = outcomes.iter().map(flat).collect();
    let mut failures: Vec<String> =
        outcomes.iter().flat_map(|outcome| of_outcome(place, &call.expect, outcome)).collect();
    for tally in &call.tally {
        let fitting = outcomes.iter().filter(|got| of_outcome(place, &tally.expect, got).is_empty()).count();
        let what = format!("{place}: the number of outcomes with {}", json!(tally.expect));
        failures.extend(differences(&what, &tally.count, &json!(fitting)));
    }
    failures
}

/// The parts of the response beside the others.
fn flat(outcome: &Value) -> Value {
    let mut outcome = outcome.clone();
    if let (Value::Object(response), Value::Object(parts)) = (outcome["response"].take(), &mut outcome) {
        parts.extend(response);
    }
    outcome
}

fn of_outcome(place: &str, expected: &Expected, got: &Value) -> Vec<String> {
    if let Some(crash) = got.get("crash").filter(|crash| !crash.is_null()) {
        return vec![format!("{place}: the runner met {}", short(crash))];
    }
    let unasked = [Part::Misuse, Part::Cancelled].into_iter().filter(|part| {
        let there = got.get(name(*part)).is_some_and(|value| !value.is_null() && value != false);
        there && !expected.contains_key(part)
    });
    let mut failures: Vec<String> = unasked
        .map(|part| format!("{place}: unexpected {} {}", name(part), short(&got[name(part)])))
        .collect();
    for (part, value) in expected {
        let name = name(*part);
        let there = got.get(name).cloned().unwrap_or_default();
        failures.extend(differences(&format!("{place}: {name}"), value, &there));
    }
    // A failure without the words and particulars for it helps nobody.
    if got["success"] == false && (!got["reason"].is_string() || !got["error"].is_object()) {
        failures.push(format!("{place}: a failure without reason or error: {}", short(got)));
    }
    failures
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Success => "success",
        Part::Status => "status",
        Part::Data => "data",
        Part::Reason => "reason",
        Part::Meta => "meta",
        Part::RequestId => "requestId",
        Part::Attempts => "attempts",
        Part::Waited => "waited",
        Part::Error => "error",
        Part::Misuse => "misuse",
        Part::Cancelled => "cancelled",
        Part::Elapsed => "elapsed",
    }
}

fn of_servers(stage: &Stage, end: Instant) -> Vec<String> {
    let mut failures = Vec::new();
    for (name, server) in &stage.scenario.servers {
        let nothing = Observed::default();
        let expected = stage.scenario.observed.get(name).unwrap_or(&nothing);
        // Asking the emulator takes a request, which is only worth it for an answer.
        if matches!(server, Server::Emulator(_)) && *expected == nothing {
            continue;
        }
        match stage.seen(name, |seen| of_server(name, expected, seen, end)) {
            Ok(differences) => failures.extend(differences),
            Err(problem) => failures.push(format!("{name}: {problem}")),
        }
    }
    failures
}

fn of_server(name: &str, expected: &Observed, seen: &Seen, end: Instant) -> Vec<String> {
    let mut failures: Vec<String> = seen.unexpected.iter().map(|what| format!("{name}: {what}")).collect();
    let mut compare = |what: &str, expected: Option<&Value>, got: Value| {
        if let Some(expected) = expected {
            failures.extend(differences(&format!("{name}: {what}"), expected, &got));
        }
    };
    compare("requests", expected.requests.as_ref(), json!(seen.requests.len()));
    compare("connections", expected.connections.as_ref(), json!(seen.connections));
    compare("failedHandshakes", expected.failed_handshakes.as_ref(), json!(seen.failed_handshakes));
    compare("longestPause", expected.longest_pause.as_ref(), json!(longest_pause(seen)));
    for (index, expected) in expected.seen.iter().enumerate() {
        let got = seen.requests.get(index).cloned().unwrap_or_default();
        compare(&format!("seen[{index}]"), Some(expected), got);
    }
    if let Some(millis) = expected.closed_within {
        let latest = end + Duration::from_millis(millis);
        if seen.closed.is_none_or(|closed| closed > latest) {
            let after = seen.closed.map(|closed| closed.saturating_duration_since(end));
            failures.push(format!("{name}: the client closed its connection {after:?} after the call's end"));
        }
    }
    failures
}

fn longest_pause(seen: &Seen) -> u128 {
    seen.arrivals.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).max().unwrap_or_default()
}
