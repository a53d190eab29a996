//! The part of the format that the documents in `spec/` use, as it stands in the file.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// The `x-` fields that mean something here; any other is taken for a typing mistake.
pub(crate) const EXTENSIONS: [&str; 21] = [
    "x-method",
    "x-arguments",
    "x-limit",
    "x-repeatable",
    "x-paged",
    "x-undocumented",
    "x-guide",
    "x-default-server",
    "x-example-query",
    "x-type",
    "x-payload",
    "x-payload-optional",
    "x-argument",
    "x-result",
    "x-subscription",
    "x-also-at",
    "x-counterpart",
    "x-asked-at-setup",
    "x-at-least-one-of",
    "x-text-as",
    "x-example-arguments",
];

#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    pub(crate) info: Info,
    #[serde(default)]
    pub(crate) tags: Vec<Tag>,
    #[serde(default)]
    pub(crate) paths: IndexMap<String, PathItem>,
    #[serde(default)]
    pub(crate) webhooks: IndexMap<String, PathItem>,
    #[serde(default)]
    pub(crate) components: Components,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Info {
    pub(crate) title: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Tag {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Components {
    pub(crate) schemas: IndexMap<String, Schema>,
    pub(crate) parameters: IndexMap<String, Parameter>,
    pub(crate) responses: IndexMap<String, Answer>,
    #[serde(rename = "requestBodies")]
    pub(crate) request_bodies: IndexMap<String, Body>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PathItem {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) get: Option<Operation>,
    pub(crate) put: Option<Operation>,
    pub(crate) post: Option<Operation>,
    pub(crate) patch: Option<Operation>,
    pub(crate) delete: Option<Operation>,
}

impl PathItem {
    /// The operations of this path with their verbs, in a fixed order.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&'static str, &Operation)> {
        [
            ("GET", &self.get),
            ("POST", &self.post),
            ("PUT", &self.put),
            ("PATCH", &self.patch),
            ("DELETE", &self.delete),
        ]
        .into_iter()
        .filter_map(|(verb, operation)| Some((verb, operation.as_ref()?)))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the word of the documents")]
pub(crate) struct Operation {
    pub(crate) operation_id: Option<String>,
    #[serde(default)]
    pub(crate) summary: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) request_body: Option<Body>,
    #[serde(default)]
    pub(crate) responses: IndexMap<String, Answer>,
    #[serde(rename = "x-method")]
    pub(crate) method: Option<String>,
    #[serde(rename = "x-arguments")]
    pub(crate) arguments: Option<Vec<String>>,
    #[serde(rename = "x-limit")]
    pub(crate) limit: Option<u32>,
    #[serde(rename = "x-repeatable")]
    pub(crate) repeatable: Option<bool>,
    #[serde(rename = "x-paged")]
    pub(crate) paged: Option<Paged>,
    #[serde(rename = "x-undocumented", default)]
    pub(crate) undocumented: bool,
    #[serde(rename = "x-guide")]
    pub(crate) guide: Option<String>,
    #[serde(rename = "x-example-query")]
    pub(crate) example_query: Option<Value>,
    #[serde(rename = "x-type")]
    pub(crate) request_type: Option<String>,
    #[serde(rename = "x-payload")]
    pub(crate) payload: Option<String>,
    #[serde(rename = "x-payload-optional", default)]
    pub(crate) payload_optional: bool,
    #[serde(rename = "x-result")]
    pub(crate) result: Option<String>,
    #[serde(rename = "x-subscription")]
    pub(crate) subscription: Option<u8>,
    #[serde(rename = "x-also-at", default)]
    pub(crate) also_at: Vec<String>,
    #[serde(rename = "x-counterpart")]
    pub(crate) counterpart: Option<String>,
    #[serde(rename = "x-asked-at-setup", default)]
    pub(crate) asked_at_setup: bool,
    #[serde(rename = "x-example-arguments", default)]
    pub(crate) example_arguments: Vec<Value>,
}

/// How a list that comes in pages is asked for and answered; `skip` is what every one of them takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paged {
    /// The member of the data that holds the items; left out, the data is the list itself.
    pub(crate) items: Option<String>,
    /// The member of the data that says how many there are in all, where one does.
    pub(crate) total: Option<String>,
    /// The field that says how many a page may hold.
    pub(crate) size: String,
    /// As many as the service gives at most; of more it silently gives as many.
    pub(crate) largest: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Parameter {
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) location: String,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
    pub(crate) example: Option<Value>,
    #[serde(rename = "x-default-server")]
    pub(crate) default_server: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Body {
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) content: IndexMap<String, Media>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    pub(crate) description: String,
    pub(crate) content: IndexMap<String, Media>,
}

impl Answer {
    /// The documented texts that it may be, or may give as `detail` of a problem or `message` of another object.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let examples = self.content.values().flat_map(|media| media.examples.values());
        let values = examples.filter_map(|example| example.value.as_ref());
        values.filter_map(said).collect()
    }
}

fn said(value: &Value) -> Option<&str> {
    value.get("detail").or_else(|| value.get("message")).unwrap_or(value).as_str()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Media {
    pub(crate) schema: Schema,
    pub(crate) example: Option<Value>,
    pub(crate) examples: IndexMap<String, Example>,
}

impl Media {
    /// The one example, or the first of several.
    pub(crate) fn first_example(&self) -> Option<&Value> {
        self.example.as_ref().or_else(|| self.examples.values().find_map(|each| each.value.as_ref()))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Example {
    pub(crate) value: Option<Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Schema {
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: OneOrMany,
    pub(crate) format: Option<String>,
    pub(crate) description: String,
    pub(crate) properties: IndexMap<String, Schema>,
    pub(crate) required: Vec<String>,
    pub(crate) items: Option<Box<Schema>>,
    pub(crate) max_items: Option<usize>,
    pub(crate) additional_properties: Option<Additional>,
    pub(crate) one_of: Vec<Schema>,
    pub(crate) any_of: Vec<Schema>,
    pub(crate) all_of: Vec<Schema>,
    #[serde(rename = "enum")]
    pub(crate) choices: Vec<Value>,
    #[serde(rename = "x-default-server")]
    pub(crate) default_server: bool,
    #[serde(rename = "x-argument")]
    pub(crate) argument: Option<String>,
    #[serde(rename = "x-at-least-one-of")]
    pub(crate) at_least_one_of: Vec<String>,
    #[serde(rename = "x-text-as")]
    pub(crate) text_as: Vec<String>,
}

/// `type: string` or `type: [string, "null"]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::One(name) => vec![name],
            Self::Many(names) => names.iter().map(String::as_str).collect(),
        }
    }
}

/// `additionalProperties`: a switch or a schema.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Additional {
    Switch(bool),
    Schema(Box<Schema>),
}
