//! What a scenario's servers do.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A server of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Server {
    /// It does what its script says.
    Script(Script),
    /// The emulator of the API, for itself alone.
    Emulator(Emulator),
    /// Nobody listens on its port.
    Refused,
    /// Its port takes no connection and refuses none.
    Blackhole,
}

/// Answers to the requests in the order in which they come, over whatever connections. A request
/// for which there is no answer is a failure of the scenario.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Script {
    /// The certificate that it shows; without one it speaks plain HTTP.
    #[serde(default)]
    pub tls: Option<Certificate>,
    /// Whether it speaks HTTP/2 alone (over TLS).
    #[serde(default)]
    pub http2: bool,
    /// Whether it listens on `::1` alone, where this machine has that address.
    #[serde(default)]
    pub ipv6: bool,
    /// Its url is https although it speaks no TLS.
    #[serde(default)]
    pub pretends_tls: bool,
    /// The answers.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// What further requests are answered.
    #[serde(default)]
    pub again: Option<Again>,
}

/// What comes behind the last answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Again {
    /// The last one again.
    Last,
    /// All of them from the first.
    All,
}

/// A certificate of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Certificate {
    /// Signed by the authority `${ca}` for localhost and 127.0.0.1.
    Valid,
    /// The same, but no longer valid.
    Expired,
    /// Signed by the authority for another host.
    WrongHost,
    /// Signed by itself.
    SelfSigned,
    /// Signed by the authority, and an authority's too.
    Authority,
}

/// The emulator's set-up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Emulator {
    /// What is put to its `/_emulator/limits`; without it, no limits are counted.
    #[serde(default)]
    pub limits: Option<Map<String, Value>>,
    /// What is posted to its `/_emulator/faults`.
    #[serde(default)]
    pub faults: Vec<Value>,
}

/// The steps of one answer.
pub(crate) type Answer = Vec<Step>;

/// One thing that a server does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// As the first step: the answer begins when a connection is made, before any TLS.
    AtAccept,
    /// As the first step: the answer begins after the request's head, its body unread.
    AtHead,
    /// Waits for some bytes and drops them.
    Receive,
    /// Sends a whole HTTP answer.
    Respond(Respond),
    /// Sends an HTTP answer a few bytes at a time.
    Drip(Drip),
    /// Sends this text.
    Send(String),
    /// Sends a text many times.
    SendMany(Many),
    /// Waits so many milliseconds.
    Pause(u64),
    /// Ends the connection.
    Close,
    /// Resets the connection.
    Reset,
    /// Waits for the client to close the connection.
    Hang,
    /// Answers a `CONNECT` and hands everything on to its target.
    Tunnel,
    /// After `atAccept`: takes the connection as a SOCKS5 proxy and hands everything on to its target.
    Socks,
    /// HTTP/2: refuses the stream.
    Refuse,
    /// HTTP/2: takes no further streams on this connection.
    GoAway,
    /// HTTP/2: reads and writes nothing more, not even pings.
    Deaf,
}

/// An HTTP answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Respond {
    /// 200 if left out.
    #[serde(default)]
    pub status: Option<u16>,
    /// Beside the length; a content type here goes before that of the body's form.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// An envelope of success with this data.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// A JSON body.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// A problem document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Value>,
    /// A body without a content type of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A body of these bytes, in hexadecimal, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
    /// How many times the body's text comes, one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<usize>,
    /// Whether the body is compressed.
    #[serde(default)]
    pub gzip: bool,
    /// Whether the body comes in chunks.
    #[serde(default)]
    pub chunked: bool,
}

/// A value that is null is there all the same.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// An answer that comes slowly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drip {
    /// What is sent.
    pub respond: Respond,
    /// So many bytes at a time.
    pub bytes: usize,
    /// Milliseconds between them.
    pub every: u64,
}

/// A text many times over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Many {
    /// The text.
    pub text: String,
    /// How many times.
    pub times: usize,
}
