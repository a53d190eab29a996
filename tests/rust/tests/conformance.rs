//! Every scenario of `tests/conformance` through the crate, one reported test each.
#![forbid(unsafe_code)]
#![allow(missing_docs)]

use std::collections::HashMap;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};
use sonoran::{ArgumentError, Call, Client, Operation, Options};
use sonoran_conformance::Host;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// What a process that was started for its environment is to do.
const BRIEF: &str = "SONORAN_CONFORMANCE_BRIEF";

type Clients = HashMap<String, Result<Client, ArgumentError>>;

fn main() -> ExitCode {
    if let Ok(brief) = std::env::var(BRIEF) {
        let brief = serde_json::from_str(&brief).expect("a brief is JSON");
        println!("{}", Runner::new().expect("a runtime").report(&brief));
        return ExitCode::SUCCESS;
    }
    let mut arguments = Arguments::from_args();
    // Most of a scenario's time is waiting.
    arguments.test_threads.get_or_insert(4);
    let host = Arc::new(Host::new().expect("the scenarios are valid"));
    let trials = host.list().as_array().into_iter().flatten().map(|listed| trial(&host, listed)).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(host: &Arc<Host>, listed: &Value) -> Trial {
    let name = listed["name"].as_str().unwrap_or_default().to_owned();
    let host = Arc::clone(host);
    Trial::test(name.clone(), move || scenario(&host, &name))
}

fn scenario(host: &Host, name: &str) -> Result<(), Failed> {
    let brief = host.start(name)?;
    // Lives until the scenario is judged: what it still holds open counts.
    let mut runner = Runner::new()?;
    let alone = brief["environment"].as_object().is_some_and(|variables| !variables.is_empty());
    let report = if alone { in_a_process(&brief)? } else { runner.report(&brief) };
    let failures = host.finish(name, &report)?;
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
}

/// The environment of this process is that of all tests, so another one makes the calls.
fn in_a_process(brief: &Value) -> Result<Value, Failed> {
    let variables = brief["environment"].as_object().into_iter().flatten();
    let output = Command::new(std::env::current_exe()?)
        .env(BRIEF, brief.to_string())
        .envs(variables.map(|(name, value)| (name, value.as_str().unwrap_or_default())))
        .output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

struct Runner {
    runtime: Runtime,
    clients: Clients,
}

impl Runner {
    fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { runtime, clients: Clients::new() })
    }

    fn report(&mut self, brief: &Value) -> Value {
        for (name, options) in brief["clients"].as_object().into_iter().flatten() {
            let client = Options::from_json(&options.to_string()).and_then(Client::new);
            self.clients.insert(name.clone(), client);
        }
        let calls = brief["calls"].as_array().into_iter().flatten();
        let outcomes: Vec<Value> = calls.map(|call| self.runtime.block_on(self.outcomes(call))).collect();
        json!({ "outcomes": outcomes })
    }

    /// The outcomes of a call that is made once, or several times at once.
    async fn outcomes(&self, call: &Value) -> Value {
        tokio::time::sleep(millis(&call["pause"])).await;
        let client = &self.clients[call["client"].as_str().unwrap_or_default()];
        let mut calls = JoinSet::new();
        for _ in 0..call["atOnce"].as_u64().unwrap_or(1) {
            calls.spawn(outcome(client.clone(), call.clone()));
        }
        calls.join_all().await.into()
    }
}

async fn outcome(client: Result<Client, ArgumentError>, call: Value) -> Value {
    let start = Instant::now();
    let made = async { client?.execute(read(&call)?).await };
    let limit = if call["cancelAfter"].is_null() { Duration::MAX } else { millis(&call["cancelAfter"]) };
    let mut outcome = match tokio::time::timeout(limit, made).await {
        Ok(Ok(response)) => match serde_json::from_str::<Value>(&response.to_json()) {
            Ok(response) => json!({ "response": response }),
            Err(error) => json!({ "crash": error.to_string() }),
        },
        Ok(Err(misuse)) => {
            json!({ "misuse": { "argument": misuse.argument, "message": misuse.to_string() } })
        }
        Err(_) => json!({ "cancelled": true }),
    };
    outcome["elapsed"] = json!(start.elapsed().as_millis());
    outcome
}

/// The values stand in the documentation's order; the one that is no parameter is the payload.
fn read(call: &Value) -> Result<Call, ArgumentError> {
    let name = call["operation"].as_str().unwrap_or_default();
    let mut arguments: Vec<Value> = call["values"].as_array().cloned().unwrap_or_default();
    let payload_at = Operation::find(name).and_then(|operation| {
        let is_payload = |name: &&str| !operation.parameters.iter().any(|parameter| parameter.name == *name);
        operation.arguments.iter().position(is_payload)
    });
    let payload = payload_at.filter(|place| *place < arguments.len()).map(|place| arguments.remove(place));
    let payload = payload.filter(|payload| !payload.is_null()).map(|payload| payload.to_string());
    let options = call["options"].to_string();
    Call::from_json(name, &json!(arguments).to_string(), payload, Some(&options))
}

fn millis(value: &Value) -> Duration {
    Duration::from_millis(value.as_u64().unwrap_or_default())
}
