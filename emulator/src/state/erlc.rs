//! ER:LC games, found by their Roblox join code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What goes on in one game.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Game {
    pub(crate) roblox_join_code: String,
    pub(crate) players: Vec<Player>,
    /// Names of those who wait to join.
    pub(crate) queue: Vec<String>,
    pub(crate) teams: Vec<TeamCap>,
    /// Commands waiting to be run, as they were sent.
    pub(crate) commands: Vec<Value>,
    /// Records as they were sent.
    pub(crate) records: Vec<Value>,
    /// Who may not come back: a Roblox or Discord id, as it was sent.
    pub(crate) banned: Vec<String>,
}

/// A player, with the game's own field names.
#[expect(clippy::struct_field_names, reason = "the API's fields")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub(crate) struct Player {
    /// `name:Roblox id`
    pub(crate) player: String,
    pub(crate) permission: String,
    pub(crate) callsign: String,
    pub(crate) team: String,
    pub(crate) actioned: Value,
    pub(crate) location: Value,
}

/// The most players a team may have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct TeamCap {
    pub(crate) team: String,
    pub(crate) max_players: Value,
}
