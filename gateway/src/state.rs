//! What every request needs, shared by all.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use secrecy::ExposeSecret;
use sonoran::{ArgumentError, Client, EventKeys, Forwarded, RateLimitState, Response};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::spawn_blocking;

use crate::access::Access;
use crate::bans::{Bans, Reason};
use crate::config::{ConfigError, Settings};
use crate::credential::{Credential, Keys};
use crate::events::Hub;
use crate::log::Log;
use crate::metrics::Metrics;
use crate::reads::Reads;
use crate::route::Router;
use crate::sharing::Sharing;

/// The most bytes of all bodies that wait or are under way together.
const MOST_BODIES: usize = 32 * 1024 * 1024;

pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) access: Arc<Access>,
    pub(crate) keys: Keys,
    pub(crate) bans: Bans,
    pub(crate) sharing: Sharing,
    /// Whether limits are to be shared beyond this process, so that how full one is takes time to be known.
    pub(crate) shares_limits: bool,
    pub(crate) hub: Hub,
    /// What push events prove themselves with; none where no key is held.
    pub(crate) event_keys: Option<EventKeys>,
    pub(crate) router: Router,
    pub(crate) log: Log,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) forwarded: Reads<Result<Forwarded, ArgumentError>>,
    pub(crate) called: Reads<Result<Option<Response>, ArgumentError>>,
    /// How many writes are over, however they went.
    pub(crate) writes: Arc<AtomicU64>,
    /// One permit for each byte of a body that is held.
    pub(crate) bodies: Arc<Semaphore>,
    /// Held by what outlives its connection: a write under way whose caller went away.
    pub(crate) under_way: mpsc::Sender<()>,
    /// Whether the time is over that requests under way have when the gateway ends.
    pub(crate) grace_over: watch::Sender<bool>,
    /// Whether no more events can come, so that what is there has only to be delivered.
    pub(crate) no_more_events: watch::Sender<bool>,
    stopping: watch::Sender<bool>,
}

impl State {
    /// The state, and what ends when nothing is under way any more and the state is gone.
    pub(crate) fn new(settings: Settings, log: Log) -> Result<(Self, mpsc::Receiver<()>), ConfigError> {
        let (under_way, done) = mpsc::channel(1);
        let writes = Arc::new(AtomicU64::new(0));
        // Half for each of the two forms that an answer is kept in.
        let bytes = settings.cache_size / 2;
        let bans = Bans::new(settings.ban_pause, log.clone());
        let event_keys = match &settings.credential {
            Credential::Held { key, .. } => {
                Some(EventKeys::new([key.expose_secret()]).map_err(ConfigError::Refused)?)
            }
            Credential::PassedThrough => None,
        };
        let sharing = Sharing::default();
        let keys = Keys::new(&settings, &bans, &log, &sharing)?;
        let shares_limits = keys.model().share_limits_fallback().is_some();
        let state = Self {
            forwarded: Reads::new(bytes, Arc::clone(&writes)),
            called: Reads::new(bytes, Arc::clone(&writes)),
            writes,
            access: Arc::new(Access::new(&settings)?),
            keys,
            bans,
            sharing,
            shares_limits,
            hub: Hub::new(),
            event_keys,
            router: Router::new(),
            log,
            metrics: Arc::new(Metrics::new(shares_limits)),
            bodies: Arc::new(Semaphore::new(MOST_BODIES)),
            under_way,
            grace_over: watch::Sender::new(false),
            no_more_events: watch::Sender::new(false),
            stopping: watch::Sender::new(false),
            settings,
        };
        Ok((state, done))
    }

    /// Why nothing is sent, and for how long yet: with the key that is held, or with any.
    pub(crate) fn paused(&self) -> Option<(Reason, Duration)> {
        match self.keys.held() {
            Some(sender) => self.bans.with(&sender.pause).on(),
            None => self.bans.of_machine(),
        }
    }

    /// How full the limit of an operation is. Where others share it, who has it is asked on a thread that may wait.
    pub(crate) async fn limit(&self, client: &Client, operation: &'static str) -> Option<RateLimitState> {
        if !self.shares_limits {
            return client.rate_limit(operation).ok();
        }
        let client = client.clone();
        spawn_blocking(move || client.rate_limit(operation).ok()).await.ok().flatten()
    }

    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Ends when it was told to stop.
    pub(crate) async fn stopped(&self) {
        // It is there as long as this is.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }
}
