//! What the templates see: the API without the detours of a document, every name in two forms.
//!
//! `name` is the name on the wire and in the documentation; `local` is the identifier in the language being written (see `names`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that one document describes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Api {
    pub(crate) title: String,
    /// The document, relative to the root.
    pub(crate) source: String,
    /// The sentence every generated file starts with, without comment signs.
    pub(crate) notice: String,
    pub(crate) groups: Vec<Group>,
    pub(crate) types: Vec<TypeDef>,
}

impl Api {
    /// All operations, group by group.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.groups.iter().flat_map(|group| &group.operations)
    }
}

/// The operations that the documentation puts on one page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) operations: Vec<Operation>,
}

/// One call of the API.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the word of the documents")]
pub(crate) struct Operation {
    /// The method's name in the SDK, such as `getAccountV2`.
    pub(crate) name: String,
    pub(crate) local: String,
    pub(crate) operation_id: String,
    pub(crate) group: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    /// The verb, such as `GET`.
    pub(crate) method: String,
    pub(crate) path: String,
    /// The positional arguments, in order; the payload or query object comes after them.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) payload: Option<Payload>,
    pub(crate) data: Type,
    /// The HTTP status of a success.
    pub(crate) success: u16,
    pub(crate) errors: Vec<Failure>,
    /// Calls per minute and credential.
    pub(crate) limit: u32,
    pub(crate) repeatable: bool,
    pub(crate) undocumented: bool,
    pub(crate) example: Example,
}

/// A positional argument.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) local: String,
    pub(crate) kind: Kind,
    pub(crate) location: Location,
    /// Left out, it is the instance's default server.
    pub(crate) default_server: bool,
    pub(crate) description: String,
}

impl Parameter {
    /// Whether both are the same one: the path and the query may have parameters of one name.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.name == other.name && self.location == other.location
    }
}

/// What a parameter's text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Text,
    Uuid,
    Integer,
    Boolean,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Location {
    Path,
    Query,
}

/// The last argument: the JSON body, or one object with all query fields.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Payload {
    /// `payload` or `query`.
    pub(crate) name: String,
    pub(crate) local: String,
    pub(crate) kind: PayloadKind,
    /// A body must be given, a query object may be left out.
    pub(crate) required: bool,
    #[serde(rename = "type")]
    pub(crate) kind_of: Type,
    pub(crate) description: String,
    pub(crate) fields: Vec<Field>,
    /// A missing `serverId` field is the instance's default server.
    pub(crate) default_server: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PayloadKind {
    Body,
    Query,
}

/// A problem answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) description: String,
}

/// The documented call and its answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Example {
    /// One value for each of the operation's `parameters`.
    pub(crate) arguments: Vec<Value>,
    /// The payload or query object.
    pub(crate) payload: Option<Value>,
    pub(crate) data: Option<Value>,
}

/// An object with named fields; it always stays open to fields not listed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TypeDef {
    pub(crate) name: String,
    pub(crate) local: String,
    pub(crate) description: String,
    pub(crate) role: Role,
    pub(crate) fields: Vec<Field>,
}

/// Which way an object travels; one that goes both ways counts as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Data,
    Payload,
    Query,
}

/// A field of an object.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) local: String,
    #[serde(rename = "type")]
    pub(crate) kind_of: Type,
    pub(crate) required: bool,
    pub(crate) default_server: bool,
    pub(crate) description: String,
}

/// The type of a value. Serialised as `{"kind": "array", "of": {"kind": "string"}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "lowercase")]
pub(crate) enum Type {
    /// Anything JSON can hold.
    Any,
    Null,
    Boolean,
    Integer,
    Number,
    String,
    /// A string that is documented to be a UUID.
    Uuid,
    /// A string with known values; others pass too.
    Choice(Vec<String>),
    Array(Box<Type>),
    /// An object with free keys.
    Map(Box<Type>),
    /// An object of `Api::types`, by its local name.
    Ref(String),
    Nullable(Box<Type>),
    OneOf(Vec<Type>),
}
