//! Everything that requests share.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::clock::Clock;
use crate::description::Description;
use crate::events::Events;
use crate::faults::Faults;
use crate::handlers::{Handler, handler};
use crate::journal::Journal;
use crate::limits::{Limits, Settings};
use crate::lock::hold;
use crate::options::{Options, Switch};
use crate::route::{Router, routes};
use crate::state::State;
use crate::subscriptions::Subscriptions;

/// The emulated service.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) description: Description,
    pub(crate) handlers: Vec<Option<Handler>>,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) faults: Faults,
    pub(crate) events: Events,
    pub(crate) journal: Journal,
    pub(crate) state: Mutex<State>,
    seed: State,
}

impl World {
    /// A service with this state, to which a reset comes back.
    pub(crate) fn new(options: &Options, seed: State) -> Self {
        let enabled = options.limits == Switch::On;
        let settings =
            Settings { enabled, window_seconds: options.window_seconds, overrides: HashMap::new() };
        Self {
            router: Router::new(),
            description: Description::default(),
            handlers: routes().iter().map(|route| handler(route.operation_id)).collect(),
            clock: Clock::new(),
            limits: Limits::new(settings),
            subscriptions: Subscriptions::new(options.subscriptions == Switch::On),
            faults: Faults::default(),
            events: Events::default(),
            journal: Journal::new(options.journal),
            state: Mutex::new(seed.clone()),
            seed,
        }
    }

    /// As after the start.
    pub(crate) fn reset(&self) {
        *hold(&self.state) = self.seed.clone();
        self.clock.reset();
        self.limits.reset();
        self.subscriptions.reset();
        self.faults.clear();
        self.events.clear();
        self.journal.clear();
    }
}
