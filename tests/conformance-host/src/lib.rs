//! The conformance scenarios: their servers and their judge, for the runners of every language.
//!
//! A runner asks for the [list](Host::list), and for each scenario [starts](Host::start) it, makes
//! the calls, and [reports](Host::finish) what came of them. `tests/conformance/README.md` tells
//! how, over HTTP.
#![forbid(unsafe_code)]

mod answer;
mod certificates;
pub mod control;
mod dead;
mod emulated;
mod http2;
mod judge;
mod load;
mod matcher;
mod record;
mod request;
mod scenario;
mod script;
mod script_server;
mod socks;
mod stage;
mod template;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

pub use load::{folder, load};
pub use scenario::Scenario;

use certificates::Authority;
use stage::Stage;

/// Holds the servers of the scenarios that are under way.
pub struct Host {
    scenarios: Vec<Scenario>,
    authority: Authority,
    runtime: Runtime,
    stages: Mutex<HashMap<String, Stage>>,
}

impl Host {
    /// A host of the scenarios in [`folder`].
    ///
    /// # Errors
    ///
    /// When a scenario is wrong.
    pub fn new() -> Result<Self, String> {
        let runtime =
            Builder::new_multi_thread().worker_threads(4).enable_all().build().map_err(|e| e.to_string())?;
        Ok(Self {
            scenarios: load(&folder())?,
            authority: Authority::new()?,
            runtime,
            stages: Mutex::default(),
        })
    }

    /// `name`, `rule`, `why` and `needs` of all scenarios, and whether they set the environment.
    pub fn list(&self) -> Value {
        let one = |scenario: &Scenario| {
            json!({
                "name": scenario.name,
                "rule": scenario.rule,
                "why": scenario.why,
                "needs": scenario.needs,
                "environment": !scenario.environment.is_empty(),
            })
        };
        self.scenarios.iter().map(one).collect()
    }

    /// Starts a scenario's servers and tells what to do: `clients`, `environment` and `calls`.
    ///
    /// # Errors
    ///
    /// When there is no such scenario, or a server can't be started.
    pub fn start(&self, name: &str) -> Result<Value, String> {
        let known = self.scenarios.iter().find(|scenario| scenario.name == name);
        let scenario = known.ok_or_else(|| format!("there is no scenario {name}"))?;
        let stage = self.runtime.block_on(Stage::start(scenario, &self.authority))?;
        let brief = stage.brief();
        self.stages().insert(name.to_owned(), stage);
        Ok(brief)
    }

    /// Takes what came of the calls, `{"outcomes": [[…], …]}`, ends the servers, and gives what is
    /// not as expected.
    ///
    /// # Errors
    ///
    /// When the scenario is not under way.
    pub fn finish(&self, name: &str, report: &Value) -> Result<Vec<String>, String> {
        let end = Instant::now();
        let stage = self.stages().remove(name).ok_or_else(|| format!("{name} is not under way"))?;
        Ok(self.runtime.block_on(judge::judge(&stage, report, end)))
    }

    fn stages(&self) -> MutexGuard<'_, HashMap<String, Stage>> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The schema of a scenario file.
pub fn schema() -> Value {
    schemars::schema_for!(Vec<Scenario>).to_value()
}
