//! What the library knows about an operation of the API: one row of the generated table.

use crate::ArgumentError;
use crate::generated::operations::OPERATIONS;
use crate::nearest::nearest;

/// The name of version 1's one limit.
pub(crate) const V1_LIMIT: &str = "v1";

/// An operation of the API, as `spec/` describes it.
///
/// ```
/// use sonoran::{Method, Operation};
///
/// let operation = Operation::find("setAccountNameV2").ok_or("no such operation")?;
/// assert_eq!((operation.method, operation.arguments), (Method::Patch, &["accountId", "payload"][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Names of all arguments in the documentation's order; the one that is no parameter is the
    /// payload.
    pub arguments: &'static [&'static str],
    /// Positional arguments, in the documentation's order.
    pub parameters: &'static [Parameter],
    /// The argument that is no plain value.
    pub payload: Payload,
    /// The documented fields of the payload, or of what is in it where that is a list.
    pub(crate) known: &'static [Known],
    /// Calls per 60 seconds and credential.
    pub ceiling: u32,
    /// Status of a success.
    pub success: u16,
    /// Whether a repeat of the request is harmless.
    pub repeatable: bool,
    /// How its list is walked, where it comes in pages.
    pub paged: Option<Paged>,
    /// How it is put on the wire.
    pub wire: Wire,
}

/// A list that comes in pages, of which the query's field `skip` says where one starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paged {
    /// The member of the data that holds a page's items; none where the data is the list itself.
    pub items: Option<&'static str>,
    /// The member of the data that says how many there are in all, where one does.
    pub total: Option<&'static str>,
    /// The field of the query that says how many a page may hold.
    pub size: &'static str,
    /// The most that the documentation lets a page hold. The service may give less at any time.
    pub largest: u32,
}

/// How an operation is put on the wire: the two versions of the API speak differently.
#[derive(Debug, Clone, Copy)]
pub enum Wire {
    /// Verb, path, query and body; the key in a header; envelopes and problem documents.
    V2,
    /// `POST` of `{id, key, type, data}`; texts or JSON without an envelope.
    V1(V1),
}

/// What version 1 needs to know of an operation.
#[derive(Debug, Clone, Copy)]
pub struct V1 {
    /// The constant in the member `type`.
    pub request_type: &'static str,
    /// The form of the member `data`.
    pub data: DataShape,
    /// Where the result stands in an answer.
    pub result: ResultForm,
    /// At least one of these fields must be given.
    pub at_least_one_of: &'static [&'static str],
    /// Other paths that clients use for it.
    pub also_at: &'static [&'static str],
}

/// The form of a version 1 request's `data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataShape {
    /// An empty list: nothing is asked for.
    Nothing,
    /// An object.
    Object,
    /// A list with one object.
    ObjectInArray,
    /// A list of objects.
    List,
}

/// Where the result stands in a version 1 answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultForm {
    /// The JSON answer, or the text where the service answers with one.
    Json,
    /// The text.
    Text,
    /// The number that the text begins with.
    Number,
    /// A member of the JSON answer.
    Member(&'static str),
}

/// A positional argument.
#[derive(Debug)]
pub struct Parameter {
    /// Name in the documentation.
    pub name: &'static str,
    /// Name of the field that it is sent as.
    pub field: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Where it is sent.
    pub location: Location,
    /// Whether the instance's default server stands in when it is left out.
    pub default_server: bool,
    /// Whether it must be given, where no default stands in.
    pub required: bool,
}

/// A field of an object that is no plain value.
#[derive(Debug)]
pub struct Field {
    /// Name in the query string or in the object.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
}

/// A field that is documented of an object that is sent.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// Those of the object in it, or of the objects in its list; none where it holds something else.
    pub(crate) fields: &'static [Known],
}

/// The argument of an operation that is no plain value.
#[derive(Debug)]
pub enum Payload {
    /// Nothing.
    None,
    /// A JSON object, sent as the body.
    Body {
        /// Whether it must be given; left out, an empty object is sent.
        required: bool,
        /// Whether a `serverId` left out of it is the instance's default server.
        default_server: bool,
    },
    /// An optional object of query fields.
    Query {
        /// The documented fields; others are sent as given.
        fields: &'static [Field],
    },
    /// An object whose fields join the positional arguments in the member `data`.
    Data {
        /// Whether it must be given.
        required: bool,
        /// Whether a `serverId` left out of it is the instance's default server.
        default_server: bool,
        /// The fields that a bare text in its place stands for, as far as it fits them.
        text_as: &'static [Field],
    },
    /// A list of objects: the member `data` itself.
    List,
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
    /// A number, also as text.
    Number,
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
    /// As a field of the member `data`.
    Data,
}

impl Operation {
    /// The operation with this method name.
    ///
    /// ```
    /// assert!(sonoran::Operation::find("getAccountV2").is_some());
    /// assert!(sonoran::Operation::find("get_account_v2").is_none());
    /// ```
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::position(name).map(|index| OPERATIONS[index])
    }

    /// The same, or what to tell of a name that is none.
    pub(crate) fn named(name: &str) -> Result<&'static Self, ArgumentError> {
        Self::find(name).ok_or_else(|| {
            let meant = nearest(name, OPERATIONS.iter().map(|operation| operation.name));
            let hint = meant.map(|meant| format!(": did you mean {meant}?")).unwrap_or_default();
            ArgumentError::value("operation", format!("\"{name}\" is not one of this API's{hint}"))
        })
    }

    /// What the documentation calls the payload.
    pub fn payload_name(&self) -> &'static str {
        let is_parameter = |name: &str| self.parameters.iter().any(|parameter| parameter.name == name);
        self.arguments.iter().copied().find(|name| !is_parameter(name)).unwrap_or("payload")
    }

    /// Whether it changes nothing, so that a lost answer leaves nothing open.
    ///
    /// ```
    /// use sonoran::Operation;
    ///
    /// assert!(Operation::find("getAccountV2").is_some_and(Operation::reads));
    /// assert!(!Operation::find("setAccountRanksV2").is_some_and(Operation::reads));
    /// ```
    pub fn reads(&self) -> bool {
        // Of the POSTs, which is all of version 1, only reads are declared harmless to repeat.
        matches!(self.method, Method::Get | Method::Post) && self.repeatable
    }

    /// What the rate limit is called that it counts in, as in [`Options::ceiling`](crate::Options::ceiling): its own
    /// name, or `v1` for all of version 1.
    ///
    /// ```
    /// use sonoran::Operation;
    ///
    /// let names = ["getAccountV2", "getDepartments"].map(|name| Operation::find(name).map(Operation::limit));
    /// assert_eq!(names, [Some("getAccountV2"), Some("v1")]);
    /// ```
    pub fn limit(&self) -> &'static str {
        match self.wire {
            Wire::V2 => self.name,
            Wire::V1(_) => V1_LIMIT,
        }
    }

    /// The rate limit window it counts in: its own place in the table, or for version 1, which is
    /// counted as a whole, the place behind the last.
    pub(crate) fn window(&self) -> usize {
        match self.wire {
            Wire::V2 => Self::position(self.name).expect("every operation stands in the generated table"),
            Wire::V1(_) => OPERATIONS.len(),
        }
    }

    fn position(name: &str) -> Option<usize> {
        OPERATIONS.binary_search_by(|operation| operation.name.cmp(name)).ok()
    }
}

/// Every operation, sorted by name.
///
/// ```
/// let names: Vec<&str> = sonoran::operations().iter().map(|operation| operation.name).collect();
/// assert!(names.is_sorted() && names.contains(&"getAccountV2"));
/// ```
pub fn operations() -> &'static [&'static Operation] {
    OPERATIONS
}
