//! What the templates see: the API without the detours of a document, every name in two forms.
//!
//! `name` is the name on the wire and in the documentation; `local` is the identifier in the language being written (see `names`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that the documents describe.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Api {
    pub(crate) title: String,
    /// The sentence every generated file starts with, without comment signs.
    pub(crate) notice: String,
    pub(crate) groups: Vec<Group>,
    pub(crate) types: Vec<TypeDef>,
    pub(crate) events: Vec<Event>,
}

impl Api {
    /// The type, and the field of it that holds the same list, where an answer is either the object or the
    /// bare list.
    pub(crate) fn bare_list<'a>(&'a self, data: &'a Type) -> Option<(&'a TypeDef, &'a Field)> {
        let Type::OneOf(variants) = data else { return None };
        let [Type::Ref(name), list @ Type::Array(item)] = variants.as_slice() else { return None };
        if !matches!(**item, Type::Ref(_)) {
            return None;
        }
        let def = self.types.iter().find(|def| def.local == *name)?;
        Some((def, def.fields.iter().find(|field| field.kind_of == *list)?))
    }

    /// All such fields, by the type's name.
    pub(crate) fn bare_lists(&self) -> BTreeMap<&str, &Field> {
        let found = self.operations().filter_map(|operation| self.bare_list(&operation.data));
        found.map(|(def, field)| (def.local.as_str(), field)).collect()
    }

    /// All operations, group by group.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.groups.iter().flat_map(|group| &group.operations)
    }
}

/// What the service tells a community's server by itself.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Event {
    /// The constant in the member `type`, such as `ACCOUNT_KICKED`.
    pub(crate) name: String,
    /// The same as a part of identifiers, such as `AccountKicked`.
    pub(crate) stem: String,
    /// When it comes, as a sentence.
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) data: Type,
    /// The documented body.
    pub(crate) example: Value,
}

/// The operations that the documentation puts on one page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    /// The version of the API that it belongs to.
    pub(crate) version: u8,
    /// Its page in the reference, without the ending.
    pub(crate) page: String,
    pub(crate) description: String,
    pub(crate) operations: Vec<Operation>,
}

/// The name without the version before it: on pages of one version it says nothing.
pub(crate) fn page_name(group: &str, version: u8) -> String {
    let name = group.strip_prefix(&format!("v{version}-")).unwrap_or(group);
    format!("cms-v{version}/{name}")
}

/// One call of the API.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the word of the documents")]
pub(crate) struct Operation {
    /// The method's name in the SDK, such as `getAccountV2`.
    pub(crate) name: String,
    pub(crate) local: String,
    pub(crate) operation_id: String,
    /// The version of the API: 1 or 2.
    pub(crate) version: u8,
    pub(crate) group: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    /// The verb, such as `GET`.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) payload: Option<Payload>,
    /// The order of the arguments: an index into the parameters, or none for the payload.
    pub(crate) arguments: Vec<Option<usize>>,
    /// How version 1 puts it on the wire.
    pub(crate) wire: Option<Wire>,
    pub(crate) data: Type,
    /// The HTTP status of a success.
    pub(crate) success: u16,
    pub(crate) errors: Vec<Failure>,
    /// Calls per minute and credential.
    pub(crate) limit: u32,
    /// The same in words, such as `27 calls a minute`.
    pub(crate) limit_words: String,
    pub(crate) repeatable: bool,
    /// Its list comes in pages, and every language can walk it.
    pub(crate) paged: Option<Paged>,
    pub(crate) undocumented: bool,
    /// A file beside the documents, whose text stands on the reference page.
    pub(crate) guide: Option<String>,
    /// Asked where a client is to try its credential as soon as it is made.
    pub(crate) asked_at_setup: bool,
    pub(crate) example: Example,
}

/// An argument of a method.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Argument<'a> {
    Parameter(&'a Parameter),
    Payload(&'a Payload),
}

impl Argument<'_> {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Parameter(parameter) => &parameter.name,
            Self::Payload(payload) => &payload.name,
        }
    }

    pub(crate) fn local(&self) -> &str {
        match self {
            Self::Parameter(parameter) => &parameter.local,
            Self::Payload(payload) => &payload.local,
        }
    }

    pub(crate) fn required(&self) -> bool {
        match self {
            Self::Parameter(parameter) => parameter.required,
            Self::Payload(payload) => payload.required,
        }
    }
}

impl Operation {
    /// All arguments, in the order in which they are given.
    pub(crate) fn ordered(&self) -> Vec<Argument<'_>> {
        let argument = |slot: &Option<usize>| match slot {
            Some(index) => Some(Argument::Parameter(&self.parameters[*index])),
            None => self.payload.as_ref().map(Argument::Payload),
        };
        self.arguments.iter().filter_map(argument).collect()
    }

    /// The values of the documented call, in the same order; null for what it leaves out.
    pub(crate) fn values(&self) -> Vec<Value> {
        let value = |slot: &Option<usize>| match slot {
            Some(index) => self.example.arguments[*index].clone(),
            None => self.example.payload.clone().unwrap_or_default(),
        };
        self.arguments.iter().map(value).collect()
    }

    /// The same without what is left out at the end.
    pub(crate) fn given(&self) -> Vec<Value> {
        let mut values = self.values();
        while values.last().is_some_and(Value::is_null) {
            values.pop();
        }
        values
    }
}

/// How a list that comes in pages is walked: the one source for all languages. Templates have it as
/// `operation.paged`; `Api::operations()` filtered by it are the methods of `instance.walk`, with the
/// operation's own arguments. The field `skip` of the payload says where a page starts.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Paged {
    /// The member of the data that holds a page's items; none where the data is the list itself.
    pub(crate) items: Option<String>,
    /// The type of one item.
    pub(crate) item: Type,
    /// The member of the data that says how many there are in all, where one does.
    pub(crate) total: Option<String>,
    /// The field of the payload that says how many a page may hold.
    pub(crate) size: String,
    /// What stands in it where the caller says nothing. The service may give less at any time.
    pub(crate) largest: u32,
}

/// What version 1 needs to know of an operation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Wire {
    /// The constant in the member `type`.
    pub(crate) request_type: String,
    pub(crate) data_shape: DataShape,
    pub(crate) result: ResultForm,
    /// One of these fields must be given.
    pub(crate) at_least_one_of: Vec<String>,
    /// Other paths that it is served at.
    pub(crate) also_at: Vec<String>,
    /// The least subscription that has it.
    pub(crate) subscription: Option<u8>,
    /// The method of version 2 that does the same.
    pub(crate) counterpart: Option<String>,
}

/// The form of a request's member `data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DataShape {
    Nothing,
    Object,
    ObjectInArray,
    List,
}

/// Where the result stands in an answer of version 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "form", content = "name", rename_all = "lowercase")]
pub(crate) enum ResultForm {
    Json,
    Text,
    Number,
    Member(String),
}

/// A positional argument.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// The name of the field that it is sent as.
    pub(crate) field: String,
    pub(crate) local: String,
    pub(crate) kind: Kind,
    /// The documented values of a text, where it has some.
    pub(crate) choices: Vec<String>,
    pub(crate) location: Location,
    /// Left out, it is the instance's default server.
    pub(crate) default_server: bool,
    /// Whether it must be given.
    pub(crate) required: bool,
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
    Number,
    Boolean,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Location {
    Path,
    Query,
    /// A field of version 1's member `data`.
    Data,
}

/// The argument that is no plain value: a body, an object of query fields, or what version 1 takes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Payload {
    /// `payload` or `query`; version 1 has its own names.
    pub(crate) name: String,
    pub(crate) local: String,
    pub(crate) kind: PayloadKind,
    /// Whether it must be given; a query object may always be left out.
    pub(crate) required: bool,
    #[serde(rename = "type")]
    pub(crate) kind_of: Type,
    pub(crate) description: String,
    pub(crate) fields: Vec<Field>,
    /// A missing `serverId` field is the instance's default server.
    pub(crate) default_server: bool,
    /// The fields that a bare text in its place stands for; without any it must be an object.
    pub(crate) text_as: Vec<Field>,
}

impl Payload {
    /// Whether Rust's methods take any object that serializes; else they take an `Option` of its type.
    pub(crate) fn any_object(&self) -> bool {
        self.required || self.kind == PayloadKind::Body
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PayloadKind {
    Body,
    Query,
    /// An object whose fields join the other arguments in the member `data`.
    Data,
    /// A list, which is the member `data` itself.
    List,
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
    /// The member `data` of a request of version 1.
    pub(crate) sent: Option<Value>,
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

impl TypeDef {
    /// Whether the field is certainly there, so that its type need not say that it may be missing. A flag's has to:
    /// should it be missing all the same, false would be a statement.
    pub(crate) fn always_has(&self, field: &Field) -> bool {
        let plain = !matches!(field.kind_of, Type::Boolean | Type::Nullable(_));
        self.role == Role::Data && field.required && plain
    }
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
    /// A string that is documented to be a time.
    Time,
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

impl Type {
    /// The documented one, which comes first, where what is sent may be of several plain types.
    pub(crate) fn documented(&self) -> &Self {
        let plain = |kind: &Self| {
            matches!(
                kind,
                Self::Boolean | Self::Integer | Self::Number | Self::String | Self::Uuid | Self::Time
            )
        };
        match self {
            Self::OneOf(variants) if variants.iter().all(plain) => variants.first().unwrap_or(self),
            _ => self,
        }
    }
}

/// Whether an object holds `wanted` without a list or a map between, so that its size would be endless.
pub(crate) fn contains<'a>(api: &'a Api, name: &'a str, wanted: &str, seen: &mut Vec<&'a str>) -> bool {
    if name == wanted {
        return true;
    }
    if seen.contains(&name) {
        return false;
    }
    seen.push(name);
    let fields = api.types.iter().filter(|def| def.local == name).flat_map(|def| &def.fields);
    fields.into_iter().any(|field| match &field.kind_of {
        Type::Ref(inner) => contains(api, inner, wanted, seen),
        Type::Nullable(inner) => matches!(&**inner, Type::Ref(inner) if contains(api, inner, wanted, seen)),
        _ => false,
    })
}
