//! Push events: what the service tells a community's game server of changes to accounts. Sent to the targets that a
//! test has set, each of which has a queue and a worker of its own.

mod address;
mod change;
mod example;
mod log;
mod post;
mod target;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;

pub(crate) use address::Address;
pub(crate) use example::{EventExample, example, names};
pub(crate) use log::Delivery;

use crate::lock::hold;
use crate::state::State;
use log::Log;
use target::Target;

/// An event to send.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) r#type: String,
    pub(crate) data: Value,
}

impl Event {
    pub(crate) fn new(kind: impl Into<String>, data: Value) -> Self {
        Self { r#type: kind.into(), data }
    }

    /// What is posted.
    fn body(&self, key: &str) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            key: &'a str,
            r#type: &'a str,
            data: &'a Value,
        }
        serde_json::to_vec(&Body { key, r#type: &self.r#type, data: &self.data }).unwrap_or_default()
    }
}

/// The targets, and what became of the events for them.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// Whether there are targets: what every request asks.
    watching: AtomicBool,
    targets: Mutex<Vec<Target>>,
    log: Arc<Log>,
}

impl Events {
    /// Does an operation's work on the state and sends what it changed, with the caller's key. The state is held all
    /// the while, so that events leave in the order of the changes.
    pub(crate) fn during<T>(&self, state: &mut State, key: &str, work: impl FnOnce(&mut State) -> T) -> T {
        if !self.watching.load(Ordering::Relaxed) {
            return work(state);
        }
        let before = state.accounts.clone();
        let done = work(state);
        for event in change::events(&before, state) {
            drop(self.send(&event, key));
        }
        done
    }

    /// Puts an event into every target's queue, with `key` for those that have none of their own. Each receiver is
    /// told how a delivery went.
    pub(crate) fn send(&self, event: &Event, key: &str) -> Vec<oneshot::Receiver<Delivery>> {
        let targets = hold(&self.targets);
        targets.iter().map(|target| target.send(event, key, &self.log)).collect()
    }

    /// Sends to these targets from now on. What waits for the ones before is given up. Needs the runtime: every
    /// target's worker is started.
    pub(crate) fn aim(&self, wanted: Vec<(Address, Option<String>)>) {
        let mut targets = hold(&self.targets);
        self.log.give_up("given up: other targets were set");
        *targets =
            wanted.into_iter().map(|(to, key)| Target::start(to, key, Arc::clone(&self.log))).collect();
        self.watching.store(!targets.is_empty(), Ordering::Relaxed);
    }

    /// As after the start: no targets, no deliveries.
    pub(crate) fn clear(&self) {
        self.aim(Vec::new());
        self.log.forget();
    }

    /// Targets and deliveries, without keys.
    pub(crate) fn shown(&self) -> Value {
        let targets: Vec<Value> = hold(&self.targets).iter().map(Target::shown).collect();
        let log = self.log.read();
        json!({
            "targets": targets,
            "pending": log.pending,
            "deliveries": log.deliveries,
            "dropped": log.dropped,
        })
    }
}
