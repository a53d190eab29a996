//! A scenario under way: its servers, and what its calls have to give.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::certificates::Authority;
use crate::dead::{Blackhole, Refused};
use crate::emulated;
use crate::record::{Record, Seen};
use crate::scenario::{Call, Scenario};
use crate::script::{Script, Server};
use crate::script_server::Play;
use crate::template::{self, Names};

/// The one key that the emulator takes.
const EMULATORS_KEY: &str = "YOUR_API_KEY";

/// A scenario under way.
pub(crate) struct Stage {
    pub(crate) scenario: Scenario,
    pub(crate) key: String,
    api_url: Option<String>,
    servers: HashMap<String, Standing>,
}

/// A server under way.
enum Standing {
    Script(Record, JoinHandle<()>),
    Emulator(Box<sonoran_emulator::Emulator>),
    Refused { _held: Refused },
    Blackhole { _held: Blackhole },
}

/// Binds what scripts listen on, so that every address is known before any text is filled in.
struct Bound {
    listeners: HashMap<String, TcpListener>,
    standing: HashMap<String, Standing>,
    names: Names,
}

impl Stage {
    pub(crate) async fn start(scenario: &Scenario, authority: &Authority) -> Result<Self, String> {
        let emulated = scenario.servers.values().any(|server| matches!(server, Server::Emulator(_)));
        let key = if emulated { EMULATORS_KEY.to_owned() } else { own_key() };
        let mut bound = bind(&scenario.servers).await?;
        bound.names.insert("key".to_owned(), key.clone());
        bound.names.insert("ca".to_owned(), authority.pem());
        bound.names.insert("ca.file".to_owned(), authority.file().display().to_string());
        let mut document = json!(scenario);
        template::fill(&mut document, &bound.names)?;
        let mut scenario: Scenario = serde_json::from_value(document).map_err(|error| error.to_string())?;
        scenario.calls = scenario.calls.into_iter().flat_map(repeated).collect();
        let mut servers = bound.standing;
        for (name, listener) in bound.listeners {
            let Some(Server::Script(script)) = scenario.servers.get(&name) else { continue };
            servers.insert(name, play(script, listener, authority)?);
        }
        Ok(Self { scenario, key, api_url: bound.names.remove("api.url"), servers })
    }

    /// What a runner needs: the clients' options, the environment and the calls.
    pub(crate) fn brief(&self) -> Value {
        let mut options = Map::from_iter([
            ("apiKey".to_owned(), self.key.as_str().into()),
            ("communityId".to_owned(), "YOUR_COMMUNITY_ID".into()),
        ]);
        if let Some(url) = &self.api_url {
            options.insert("apiUrl".to_owned(), url.as_str().into());
        }
        let main = merged(&options, &self.scenario.options);
        let others = self.scenario.clients.iter();
        let mut clients: BTreeMap<&str, Map<String, Value>> =
            others.map(|(name, different)| (name.as_str(), merged(&main, different))).collect();
        clients.insert("main", main);
        for options in clients.values_mut() {
            options.retain(|_, value| !value.is_null());
        }
        let calls: Vec<Value> = self.scenario.calls.iter().map(call).collect();
        json!({ "clients": clients, "environment": self.scenario.environment, "calls": calls })
    }

    /// What a server has seen so far.
    pub(crate) fn seen<T>(&self, server: &str, look: impl FnOnce(&Seen) -> T) -> Result<T, String> {
        match self.servers.get(server) {
            Some(Standing::Script(record, _)) => Ok(look(&record.read())),
            Some(Standing::Emulator(emulator)) => {
                let requests = emulated::requests(emulator)?;
                Ok(look(&Seen { requests, ..Seen::default() }))
            }
            _ => Ok(look(&Seen::default())),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for server in self.servers.values() {
            if let Standing::Script(_, task) = server {
                task.abort();
            }
        }
    }
}

/// A key that no other stage has: a port may come back, and limits are kept by port and key.
fn own_key() -> String {
    static STAGES: AtomicUsize = AtomicUsize::new(0);
    format!("key-that-must-not-show-{}", STAGES.fetch_add(1, Ordering::Relaxed))
}

async fn bind(servers: &BTreeMap<String, Server>) -> Result<Bound, String> {
    let mut bound = Bound { listeners: HashMap::new(), standing: HashMap::new(), names: Names::new() };
    for (name, server) in servers {
        let (scheme, address, standing) = match server {
            Server::Script(script) => {
                let listener = listener(script).await.map_err(|error| error.to_string())?;
                let address = listener.local_addr().map_err(|error| error.to_string())?;
                bound.listeners.insert(name.clone(), listener);
                let secure = script.tls.is_some() || script.pretends_tls;
                (if secure { "https" } else { "http" }, address, None)
            }
            Server::Emulator(setup) => {
                let emulator = emulated::start(setup)?;
                ("http", emulator.address(), Some(Standing::Emulator(Box::new(emulator))))
            }
            Server::Refused => {
                let held = Refused::new().map_err(|error| error.to_string())?;
                ("http", held.address, Some(Standing::Refused { _held: held }))
            }
            Server::Blackhole => {
                let held = Blackhole::new().map_err(|error| error.to_string())?;
                ("http", held.address, Some(Standing::Blackhole { _held: held }))
            }
        };
        bound.names.insert(format!("{name}.url"), format!("{scheme}://{address}"));
        bound.names.insert(format!("{name}.host"), address.to_string());
        bound.names.insert(format!("{name}.port"), address.port().to_string());
        bound.standing.extend(standing.map(|standing| (name.clone(), standing)));
    }
    Ok(bound)
}

/// Where there is no IPv6, a scenario about it shows nothing, and passes.
async fn listener(script: &Script) -> io::Result<TcpListener> {
    if script.ipv6
        && let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await
    {
        return Ok(listener);
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

fn play(script: &Script, listener: TcpListener, authority: &Authority) -> Result<Standing, String> {
    let tls = script.tls.map(|certificate| authority.server(certificate, script.http2)).transpose()?;
    let record = Record::default();
    let play = Arc::new(Play::new(script.clone(), tls, record.clone()));
    Ok(Standing::Script(record, tokio::spawn(play.serve(listener))))
}

fn repeated(call: Call) -> Vec<Call> {
    let times = call.times as usize;
    vec![Call { times: 1, ..call }; times]
}

/// What a runner needs to know of a call.
fn call(call: &Call) -> Value {
    json!({
        "operation": call.operation,
        "values": call.values,
        "options": call.options,
        "client": call.client,
        "pause": call.pause,
        "atOnce": call.at_once,
        "cancelAfter": call.cancel_after,
    })
}

fn merged(options: &Map<String, Value>, different: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = options.clone();
    merged.extend(different.clone());
    merged
}
