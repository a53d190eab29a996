//! Whether rate limits are shared beyond this process at the moment: as the server of `share-limits` says at the start,
//! and then as calls find out.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sonoran::{Client, ShareLimitsFallback, WarningKind};
use tokio::time::sleep;

use crate::config::{ConfigError, Settings};
use crate::log::Log;
use crate::state::State;

/// How long one that did not answer at the start is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// Cheap to clone; clones hear the same.
#[derive(Clone, Default)]
pub(crate) struct Sharing(Arc<Mutex<Trouble>>);

/// Why they are not shared.
#[derive(Clone, Copy, Default, PartialEq)]
enum Trouble {
    #[default]
    Nothing,
    /// The server did not answer when it was tried, and no call has asked it since.
    Tried,
    /// As a call found.
    Found,
}

impl Sharing {
    fn is(&self) -> Trouble {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn becomes(&self, trouble: Trouble) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// What the client warns of.
    pub(crate) fn hear(&self, kind: WarningKind) {
        match kind {
            WarningKind::LimitsNotShared => self.becomes(Trouble::Found),
            WarningKind::LimitsSharedAgain => self.becomes(Trouble::Nothing),
            _ => {}
        }
    }

    pub(crate) fn has_trouble(&self) -> bool {
        self.is() != Trouble::Nothing
    }

    /// Tries the server, before there are calls.
    pub(crate) async fn begin(&self, client: &Client, log: &Log) {
        // A folder was tried when the client was made.
        if let Err(trouble) = client.try_share_limits().await {
            self.becomes(Trouble::Tried);
            log.note(&format!("{}; it is tried again", not_shared(client, &trouble)));
        }
    }
}

impl Settings {
    /// Whether rate limits can be shared as these say, for which a server that `share-limits` names is asked once: nothing
    /// where they need not be, else what is to be told where they can't be.
    ///
    /// # Errors
    ///
    /// When they can't be, and requests would be refused for as long.
    pub async fn check_sharing(&self) -> Result<Option<Result<(), String>>, ConfigError> {
        let heard = Arc::new(Mutex::new(None));
        let told = Arc::clone(&heard);
        let client = self.client(move |kind, words| {
            if kind == WarningKind::LimitsNotShared {
                *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(words.to_owned());
            }
        })?;
        let Some(fallback) = client.share_limits_fallback() else { return Ok(None) };
        let tried = client.try_share_limits().await.map_err(|trouble| not_shared(&client, &trouble));
        // A folder was tried when the client was made.
        let of_folder = heard.lock().unwrap_or_else(PoisonError::into_inner).take();
        match of_folder.map_or(tried, Err) {
            Err(trouble) if fallback == ShareLimitsFallback::Refuse => Err(ConfigError::Unfit(trouble)),
            told => Ok(Some(told)),
        }
    }
}

/// What there is to say where they can't be shared.
pub(crate) fn not_shared(client: &Client, trouble: &str) -> String {
    let meanwhile = match client.share_limits_fallback() {
        Some(ShareLimitsFallback::Refuse) => "are refused",
        _ => "wait, and then count for this process alone",
    };
    format!("rate limits can't be shared: {trouble}; meanwhile requests {meanwhile}")
}

/// Tries one that did not answer at the start until it does, or until a call has asked it.
pub(crate) async fn keep_trying(state: Arc<State>) {
    while state.sharing.is() == Trouble::Tried {
        tokio::select! {
            () = sleep(PAUSE) => {}
            () = state.stopped() => return,
        }
        if state.sharing.is() == Trouble::Tried && state.keys.model().try_share_limits().await.is_ok() {
            let mut trouble = state.sharing.0.lock().unwrap_or_else(PoisonError::into_inner);
            if *trouble == Trouble::Tried {
                *trouble = Trouble::Nothing;
                state.log.note("rate limits are shared: the server answers now");
            }
        }
    }
}
