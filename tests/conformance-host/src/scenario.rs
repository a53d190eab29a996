//! What a scenario file may say. `schema.json` is written from these types, so their comments are
//! its documentation.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::script::{Answer, Server};

/// A call or a few, what the servers do, and what has to come of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// Unique, lower case with hyphens.
    pub name: String,
    /// The rule that it shows, such as `retry.read-after-reset`. Several scenarios may share one.
    pub rule: String,
    /// Why the rule is there, or what the case is about.
    pub why: String,
    /// What a runner must be able to do for it; one that can't reports the scenario as skipped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// Short for a plain server named `api` with these answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// The servers by name; `${name.url}`, `${name.host}` and `${name.port}` stand for where they listen.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub servers: BTreeMap<String, Server>,
    /// Options of the client, under the names and in the units of `Options::from_json`; `null`
    /// takes a default of the host's away. `${ca}` is the certificate authority of the servers.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub options: Map<String, Value>,
    /// Further clients by name, each with what differs from `options`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clients: BTreeMap<String, Map<String, Value>>,
    /// Environment variables that are set before the client is made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// The calls, one after the other.
    pub calls: Vec<Call>,
    /// What the servers saw.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub observed: BTreeMap<String, Observed>,
}

/// What not every language can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Need {
    /// Arguments or options of a type that a static signature refuses.
    Untyped,
    /// Cancelling a call under way.
    Cancel,
}

/// One call, or the same one several times.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// Method name of the documentation.
    pub operation: String,
    /// The arguments in the documentation's order, payload or query among them.
    #[serde(default)]
    pub values: Vec<Value>,
    /// Options of this call: `timeout` and `deadline` in milliseconds, `retries`.
    #[serde(default)]
    pub options: Map<String, Value>,
    /// Which client makes it.
    #[serde(default = "main_client")]
    pub client: String,
    /// Milliseconds to wait before it.
    #[serde(default)]
    pub pause: u64,
    /// How many times it is made, all at once.
    #[serde(default = "one")]
    pub at_once: u32,
    /// How many times it is made, one after the other.
    #[serde(default = "one")]
    pub times: u32,
    /// Milliseconds after which it is cancelled.
    #[serde(default)]
    pub cancel_after: Option<u64>,
    /// What each of the outcomes has to hold.
    #[serde(default)]
    pub expect: Expected,
    /// How many of the outcomes hold this as well.
    #[serde(default)]
    pub tally: Vec<Tally>,
}

fn main_client() -> String {
    "main".to_owned()
}

fn one() -> u32 {
    1
}

/// Parts of an outcome and the values they must have; see the README for what may stand for a value.
pub(crate) type Expected = BTreeMap<Part, Value>;

/// A part of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Of the response.
    Success,
    /// Of the response.
    Status,
    /// Of the response.
    Data,
    /// Of the response.
    Reason,
    /// Of the response.
    Meta,
    /// Of the response.
    RequestId,
    /// Of the response.
    Attempts,
    /// Of the response: seconds.
    Waited,
    /// Of the response.
    Error,
    /// Instead of a response: `argument` and `message` of the language's argument error.
    Misuse,
    /// Instead of a response: true.
    Cancelled,
    /// Milliseconds from the call to its outcome.
    Elapsed,
}

/// How many of a call's outcomes are of one sort.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// So many, or a matcher for a number.
    pub count: Value,
    /// hold this.
    pub expect: Expected,
}

/// What a server saw. Each may be a matcher.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Observed {
    /// How many requests were read to their end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Value>,
    /// How many connections were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<Value>,
    /// How many TLS handshakes failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_handshakes: Option<Value>,
    /// The requests in order, each with parts of `method`, `target`, `headers`, `body`, `json`,
    /// `connection` (counted from 1). As many as are listed are looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Value>,
    /// Within how many milliseconds after the last call's end the client closed its connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_within: Option<u64>,
    /// The longest pause between two requests, in milliseconds; a matcher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_pause: Option<Value>,
}
