//! Whose key a request takes to the service.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sonoran::{Client, Operation, Options, Wire};

use crate::bans::{Bans, Pause, Strangers};
use crate::config::{ConfigError, Settings};
use crate::headers::COMMUNITY_ID;
use crate::log::Log;
use crate::problem::Problem;
use crate::sharing::Sharing;

/// As many callers' clients as are remembered.
const MOST_CLIENTS: usize = 256;

/// Whose key goes to the service.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The community's, which callers need not know.
    Held {
        /// The key.
        key: SecretString,
        /// The community's id.
        community: String,
    },
    /// The caller's own.
    PassedThrough,
}

impl Credential {
    /// The community's key.
    #[must_use]
    pub fn held(key: &str, community: &str) -> Self {
        Self::Held { key: key.into(), community: community.to_owned() }
    }

    pub(crate) fn options(&self) -> Options {
        match self {
            Self::Held { key, community } => Options::new(key.expose_secret(), community),
            // What callers' clients are made from. This one itself is never used.
            Self::PassedThrough => Options::new("callers-have-their-own", "callers-have-their-own"),
        }
    }
}

/// What speaks to the service with a key, and the pause that may be on for that key.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) client: Client,
    pub(crate) pause: Arc<Pause>,
}

/// Those that speak to the service.
pub(crate) enum Keys {
    Held(Sender),
    PassedThrough(Callers),
}

/// Those of callers' own keys, which are made from one.
pub(crate) struct Callers {
    model: Sender,
    strangers: Arc<Strangers>,
    known: Mutex<HashMap<Caller, Sender>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Caller {
    key: String,
    community: String,
}

impl Keys {
    pub(crate) fn new(
        settings: &Settings,
        bans: &Bans,
        log: &Log,
        sharing: &Sharing,
    ) -> Result<Self, ConfigError> {
        let (tell, sharing) = (log.teller(), sharing.clone());
        let client = settings.client(move |kind, words| {
            sharing.hear(kind);
            tell(words);
        })?;
        let sender = Sender { client, pause: bans.of_key() };
        Ok(match settings.credential {
            Credential::Held { .. } => Self::Held(sender),
            Credential::PassedThrough => Self::PassedThrough(Callers {
                model: sender,
                strangers: bans.of_strangers(),
                known: Mutex::default(),
            }),
        })
    }

    /// That of the gateway's own key, where it has one.
    pub(crate) fn held(&self) -> Option<&Sender> {
        match self {
            Self::Held(sender) => Some(sender),
            Self::PassedThrough(_) => None,
        }
    }

    /// What all callers' are made from, or the only one.
    pub(crate) fn model(&self) -> &Client {
        match self {
            Self::Held(sender) => &sender.client,
            Self::PassedThrough(callers) => &callers.model.client,
        }
    }

    /// That for a request.
    pub(crate) fn sender(
        &self,
        operation: &Operation,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Sender, Problem> {
        match self {
            Self::Held(sender) => Ok(sender.clone()),
            Self::PassedThrough(callers) => {
                let caller = match operation.wire {
                    Wire::V2 => of_header(headers)?,
                    Wire::V1(_) => of_body(body)?,
                };
                callers.sender(caller)
            }
        }
    }

    /// That for a call by its method's name, whose body holds no key.
    pub(crate) fn sender_of_call(
        &self,
        operation: &Operation,
        headers: &HeaderMap,
    ) -> Result<Sender, Problem> {
        match self {
            Self::Held(sender) => Ok(sender.clone()),
            Self::PassedThrough(callers) => {
                let mut caller = of_header(headers)?;
                if let Wire::V1(_) = operation.wire {
                    caller.community = community(headers)?;
                }
                callers.sender(caller)
            }
        }
    }
}

impl Callers {
    fn sender(&self, caller: Caller) -> Result<Sender, Problem> {
        // What is in there stays whole, whoever panics.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = known.get(&caller) {
            return Ok(sender.clone());
        }
        // Before there is anything of it in memory.
        self.strangers.refusal()?;
        let client = self
            .model
            .client
            .with_credential(&caller.key, &caller.community)
            .map_err(|error| unauthorized(format!("The caller's {error}.")))?;
        if known.len() >= MOST_CLIENTS {
            // The limits of a key are kept elsewhere, by the process. Those that the service never took go first.
            known.retain(|_, sender| sender.pause.is_known());
        }
        if known.len() >= MOST_CLIENTS {
            known.clear();
        }
        let sender = Sender { client, pause: Arc::new(self.model.pause.of_caller(&caller.key)) };
        known.insert(caller, sender.clone());
        Ok(sender)
    }
}

/// What stands in the header as the caller's key or token.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// What stands in the body of a version 1 request as the caller's key or token.
pub(crate) fn key_of_body(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Keyed {
        key: String,
    }
    serde_json::from_slice::<Keyed>(body).ok().map(|keyed| keyed.key)
}

/// Version 2: the key stands in a header, and its community is the service's to know.
fn of_header(headers: &HeaderMap) -> Result<Caller, Problem> {
    match bearer(headers) {
        Some(key) => Ok(Caller { key: key.to_owned(), community: "unknown".to_owned() }),
        None => Err(unauthorized("Send your API key as `Authorization: Bearer KEY`.".to_owned())),
    }
}

/// Version 1: key and community stand in the body.
fn of_body(body: &[u8]) -> Result<Caller, Problem> {
    #[derive(Deserialize)]
    struct Signed<'a> {
        #[serde(borrow)]
        id: Cow<'a, str>,
        #[serde(borrow)]
        key: Cow<'a, str>,
    }
    match serde_json::from_slice::<Signed<'_>>(body) {
        Ok(signed) => Ok(Caller { key: signed.key.into_owned(), community: signed.id.into_owned() }),
        Err(_) => {
            Err(unauthorized("Send your community id and API key as the body's id and key.".to_owned()))
        }
    }
}

/// Version 1 wants to be told, and a call by its method's name has no other place for it.
fn community(headers: &HeaderMap) -> Result<String, Problem> {
    let community = headers.get(COMMUNITY_ID).and_then(|value| value.to_str().ok()).map(str::trim);
    let missing = || unauthorized("Send your community id in the header Sonoran-Community-Id.".to_owned());
    community.map(str::to_owned).ok_or_else(missing)
}

/// A refusal of who does not say who it is.
pub(crate) fn unauthorized(detail: String) -> Problem {
    Problem::new(401, detail).with_header(WWW_AUTHENTICATE, "Bearer")
}
