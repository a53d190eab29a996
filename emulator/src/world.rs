//! A world: a community of its own, and everything that requests to it share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::api::Api;
use crate::clock::Clock;
use crate::events::Events;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::limits::{Limits, Settings, Style};
use crate::lock::hold;
use crate::options::{Options, Switch};
use crate::secrets::Secrets;
use crate::state::State;
use crate::toggle::Toggle;

/// An emulated community and what is known of the requests to it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) api: Arc<Api>,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) subscriptions: Toggle,
    /// Whether only what the description documents is taken.
    pub(crate) strict: Toggle,
    pub(crate) faults: Faults,
    pub(crate) events: Events,
    pub(crate) journal: Journal,
    pub(crate) state: Mutex<State>,
    secrets: Mutex<Secrets>,
    resets: AtomicU64,
    seed: State,
    name: Option<Name>,
}

/// What a world is found by. A state that is loaded into it keeps both, so that one file fits every world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) key: String,
    pub(crate) community: String,
}

impl World {
    /// A world with this state, to which a reset comes back. The one without a name is the default world.
    pub(crate) fn new(api: Arc<Api>, options: &Options, mut seed: State, name: Option<Name>) -> Self {
        if let Some(name) = &name {
            seed.keys = vec![name.key.clone()];
            seed.community.id.clone_from(&name.community);
        }
        let enabled = options.limits == Switch::On;
        let settings = Settings {
            enabled,
            window_seconds: options.window_seconds,
            style: Style::Gateway,
            overrides: HashMap::new(),
        };
        Self {
            api,
            clock: Clock::new(),
            limits: Limits::new(settings),
            subscriptions: Toggle::new(options.subscriptions == Switch::On),
            strict: Toggle::new(options.strict == Switch::On),
            faults: Faults::default(),
            events: Events::default(),
            journal: Journal::new(options.journal),
            state: Mutex::new(seed.clone()),
            resets: AtomicU64::new(0),
            secrets: Mutex::new(Secrets::default().with(&seed.keys)),
            seed,
            name,
        }
    }

    /// Puts what `make` makes of the present state in its place. Nothing happens in between.
    pub(crate) fn replace<E>(&self, make: impl FnOnce(&State) -> Result<State, E>) -> Result<(), E> {
        let mut present = hold(&self.state);
        let mut state = make(&present)?;
        if let Some(name) = &self.name {
            state.community.id.clone_from(&name.community);
            if !state.knows_key(&name.key) {
                state.keys.insert(0, name.key.clone());
            }
        }
        let mut secrets = hold(&self.secrets);
        *secrets = secrets.with(&state.keys);
        *present = state;
        Ok(())
    }

    /// What is not to be shown: every key that it knows or has known, as an old one can still be sent.
    pub(crate) fn secrets(&self) -> Secrets {
        hold(&self.secrets).clone()
    }

    /// How often it was reset: what began before the last one has no place in it any more.
    pub(crate) fn resets(&self) -> u64 {
        self.resets.load(Ordering::SeqCst)
    }

    /// As after the start.
    pub(crate) fn reset(&self) {
        self.resets.fetch_add(1, Ordering::SeqCst);
        *hold(&self.state) = self.seed.clone();
        self.clock.reset();
        self.limits.reset();
        self.subscriptions.reset();
        self.strict.reset();
        self.faults.clear();
        self.events.clear();
        self.journal.clear();
    }
}
