//! Everything the emulated community knows: typed, and one JSON document when dumped or loaded.

mod account;
mod activity;
mod check;
mod community;
mod discipline;
mod erlc;
mod forms;
mod merge;
mod roster;
mod server;
mod session;

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use account::{Account, ClockRow, Identifier, Idents, ProfileValue, RankChange};
pub(crate) use activity::Activity;
pub(crate) use community::{Community, Department, Event, Label, PromotionFlow, Rank, ShortLink};
pub(crate) use discipline::Record;
pub(crate) use erlc::{Game, Player, TeamCap};
pub(crate) use forms::{Comment, Stage, Submission, Template};
pub(crate) use roster::{Column, Roster};
pub(crate) use server::{AceConfig, Server};
pub(crate) use session::Session;

use crate::ids::Ids;

/// The state that the emulator starts with, unless told otherwise.
const SEED: &str = include_str!("seed.json");

/// The whole state. Sections left out of a document are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct State {
    /// The API keys that are accepted.
    pub(crate) keys: Vec<String>,
    /// How many ids have been given out.
    pub(crate) ids: Ids,
    pub(crate) community: Community,
    pub(crate) accounts: Vec<Account>,
    pub(crate) rank_changes: Vec<RankChange>,
    pub(crate) servers: Vec<Server>,
    pub(crate) activities: Vec<Activity>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) events: Vec<Event>,
    pub(crate) templates: Vec<Template>,
    pub(crate) submissions: Vec<Submission>,
    pub(crate) rosters: Vec<Roster>,
    pub(crate) records: Vec<Record>,
    pub(crate) games: Vec<Game>,
}

impl State {
    /// The built-in seed: every documented example succeeds on it.
    pub(crate) fn seed() -> Self {
        Self::parse(SEED.as_bytes()).expect("the built-in seed is valid")
    }

    /// Reads a state document and checks that it is whole: every reference inside it leads somewhere.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, String> {
        Self::read(serde_json::from_slice(document).map_err(|error| error.to_string())?)
    }

    /// The same in place of the present state, whose keys and community id stay where the document has none.
    pub(crate) fn parse_over(document: &[u8], present: &Self) -> Result<Self, String> {
        let document: Value = serde_json::from_slice(document).map_err(|error| error.to_string())?;
        let has_keys = document.get("keys").is_some();
        let mut state = Self::read(document)?;
        if !has_keys {
            state.keys.clone_from(&present.keys);
        }
        if state.community.id.is_empty() {
            state.community.id.clone_from(&present.community.id);
        }
        Ok(state)
    }

    /// This state with a change merged into it.
    pub(crate) fn merged(&self, change: Map<String, Value>) -> Result<Self, String> {
        let mut document = serde_json::to_value(self).map_err(|error| error.to_string())?;
        merge::merge(&mut document, Value::Object(change), "")?;
        Self::read(document)
    }

    fn read(document: Value) -> Result<Self, String> {
        // A list would be taken for the sections in their order.
        if !document.is_object() {
            return Err("a state is an object".to_owned());
        }
        let state: Self = serde_path_to_error::deserialize(document).map_err(|error| error.to_string())?;
        check::check(&state)?;
        Ok(state)
    }

    /// What documents are like, as a JSON schema.
    pub(crate) fn schema() -> Schema {
        schemars::schema_for!(Self)
    }

    /// The document that [`State::parse`] reads.
    pub(crate) fn document(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    pub(crate) fn knows_key(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known == key)
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.acc_id == id)
    }

    pub(crate) fn server(&self, id: i64) -> Option<&Server> {
        self.servers.iter().find(|server| server.id == id)
    }

    pub(crate) fn server_mut(&mut self, id: i64) -> Option<&mut Server> {
        self.servers.iter_mut().find(|server| server.id == id)
    }

    pub(crate) fn template(&self, id: i64) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }

    /// The departments' rank with this id, as it stands in the community's settings.
    pub(crate) fn rank(&self, id: &str) -> Option<&community::Rank> {
        self.community.departments.iter().flat_map(|department| &department.ranks).find(|rank| rank.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_survives_a_dump_and_a_load() {
        let seed = State::seed();
        assert_eq!(State::parse(&seed.document()), Ok(seed));
    }

    #[test]
    fn an_empty_document_is_an_empty_state() {
        assert_eq!(State::parse(b"{}"), Ok(State::default()));
    }

    #[test]
    fn refuses_what_is_no_state() {
        for (document, part) in [
            ("[]", "object"),
            (r#"{"acounts": []}"#, "unknown field `acounts`"),
            (r#"{"accounts": [{"banned": 7}]}"#, "accounts[0].banned: invalid type"),
            (r#"{"accounts": [{"accId": "x"}]}"#, "is no UUID"),
        ] {
            let error = State::parse(document.as_bytes()).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
