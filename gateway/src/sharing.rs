//! Whether rate limits are shared beyond this process at the moment: as the server of `share-limits` says when it is asked,
//! at the start and from then on, and as calls find out.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sonoran::{Client, ShareLimitsFallback, WarningKind};
use tokio::time::sleep;

use crate::config::{ConfigError, Settings};
use crate::log::Log;
use crate::state::State;

/// How often a server that answers is asked again, so that an idle gateway, too, says soon that it is gone. Each time is a
/// connection of its own, which is nothing to a server at this rate.
const LOOK: Duration = Duration::from_secs(5);

/// How long one that did not answer is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// Cheap to clone; clones hear the same.
#[derive(Clone, Default)]
pub(crate) struct Sharing(Arc<Mutex<Trouble>>);

/// Why they are not shared.
#[derive(Clone, Copy, Default, PartialEq)]
enum Trouble {
    #[default]
    Nothing,
    /// The server did not answer when it was asked here, and no call has asked it since.
    Asked,
    /// As a call found, whose client goes on asking, and says when it is over.
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

    /// Asks the server, and notes what has changed. Of a folder, which was tried when the client was made, nothing is asked.
    pub(crate) async fn look(&self, client: &Client, log: &Log) {
        let answer = client.try_share_limits().await;
        let mut trouble = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (*trouble, answer) {
            (Trouble::Nothing, Err(why)) => {
                *trouble = Trouble::Asked;
                log.note(&format!("{}; it is asked again until it answers", not_shared(client, &why)));
            }
            (Trouble::Asked, Ok(())) => {
                *trouble = Trouble::Nothing;
                log.note("rate limits are shared: the server answers now");
            }
            _ => {}
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

/// Asks the server from time to time for as long as the gateway runs; not while the client of a call does so.
pub(crate) async fn keep_looking(state: Arc<State>) {
    let looks = async {
        loop {
            sleep(if state.sharing.is() == Trouble::Asked { PAUSE } else { LOOK }).await;
            if state.sharing.is() != Trouble::Found {
                state.sharing.look(state.keys.model(), &state.log).await;
            }
        }
    };
    tokio::select! {
        () = looks => {}
        () = state.stopped() => {}
    }
}
