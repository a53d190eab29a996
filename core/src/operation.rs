//! What the library knows about an operation of the API: one row of the generated table.

use crate::generated::operations::OPERATIONS;

/// An operation of the API, as `spec/` describes it.
#[derive(Debug)]
pub struct Operation {
    /// Method name of the documentation, e.g. `getAccountV2`.
    pub name: &'static str,
    /// Group of the documentation, e.g. `accounts`.
    pub group: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path template, e.g. `/v2/community/accounts/{accountId}`.
    pub path: &'static str,
    /// Positional arguments, in the documentation's order.
    pub parameters: &'static [Parameter],
    /// What follows the positional arguments.
    pub payload: Payload,
    /// Calls per 60 seconds and credential.
    pub ceiling: u32,
    /// Status of a success.
    pub success: u16,
    /// Whether a repeat of the request is harmless.
    pub repeatable: bool,
}

/// A positional argument.
#[derive(Debug)]
pub struct Parameter {
    /// Name in the documentation.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Where it is sent.
    pub location: Location,
    /// Whether the instance's default server stands in when it is left out.
    pub default_server: bool,
}

/// A field of a query object.
#[derive(Debug)]
pub struct Field {
    /// Name in the query string.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
}

/// What follows the positional arguments of an operation.
#[derive(Debug)]
pub enum Payload {
    /// Nothing.
    None,
    /// A JSON object, sent as the body.
    Body {
        /// Whether a `serverId` left out of it is the instance's default server.
        default_server: bool,
    },
    /// An optional object of query fields.
    Query {
        /// The documented fields; others are sent as given.
        fields: &'static [Field],
    },
}

/// HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A UUID.
    Uuid,
    /// A whole number, also as text.
    Integer,
    /// `true` or `false`.
    Boolean,
}

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the path template.
    Path,
    /// As a field of the query string.
    Query,
}

impl Operation {
    /// The operation with this method name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::position(name).map(|index| OPERATIONS[index])
    }

    /// This operation's place in the table, which names its rate limit window.
    pub(crate) fn index(&self) -> usize {
        Self::position(self.name).expect("every operation stands in the generated table")
    }

    fn position(name: &str) -> Option<usize> {
        OPERATIONS.binary_search_by(|operation| operation.name.cmp(name)).ok()
    }
}

/// Every operation, sorted by name.
pub fn operations() -> &'static [&'static Operation] {
    OPERATIONS
}
