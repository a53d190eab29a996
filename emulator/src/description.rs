//! The API description: what an operation accepts, and its documented answer. Read at the first need.

use std::sync::OnceLock;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use crate::problem::FieldError;
use crate::reply::{Content, Reply};
use crate::route::{Route, routes};
use crate::strict;

/// The `OpenAPI` document, as it is served.
pub(crate) const DOCUMENT: &str = include_str!("generated/openapi.json");

/// The same of version 1. It is served, and gives examples; requests of version 1 are checked by their handlers,
/// which know the words that it refuses with.
pub(crate) const DOCUMENT_V1: &str = include_str!("generated/openapi-v1.json");

/// The document's name inside the schema registry.
const NAME: &str = "urn:sonoran:api";

/// All operations' checks, by the index in the route table.
#[derive(Debug, Default)]
pub(crate) struct Description {
    content: OnceLock<Documents>,
    /// Both versions' documents, for those who look for names.
    plain: OnceLock<[Value; 2]>,
}

#[derive(Debug)]
struct Documents {
    registry: Registry<'static>,
    outlines: Vec<Outline>,
    checks: Vec<OnceLock<Checks>>,
}

/// Where an operation's parts are in the document.
#[derive(Debug, Default)]
struct Outline {
    parameters: Vec<ParameterOutline>,
    body: Option<(String, bool)>,
    /// The documented answer: its `data` in version 2, in version 1 the whole.
    example: Option<Vec<u8>>,
    /// The answer is a text, not JSON.
    plain: bool,
}

#[derive(Debug)]
struct ParameterOutline {
    name: String,
    in_path: bool,
    required: bool,
    kind: Kind,
    repeats: bool,
    schema: String,
}

/// How the text of a parameter is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
}

/// What one operation accepts.
#[derive(Debug)]
pub(crate) struct Checks {
    /// In the order of the path, then of the description.
    pub(crate) parameters: Vec<ParameterCheck>,
    pub(crate) body: Option<BodyCheck>,
}

/// What one parameter accepts.
#[derive(Debug)]
pub(crate) struct ParameterCheck {
    pub(crate) name: String,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    pub(crate) kind: Kind,
    /// May be given more than once.
    pub(crate) repeats: bool,
    pub(crate) schema: Validator,
}

/// What the body must be.
#[derive(Debug)]
pub(crate) struct BodyCheck {
    pub(crate) required: bool,
    pub(crate) schema: Validator,
}

impl Description {
    /// What the operation accepts.
    pub(crate) fn checks(&self, operation: usize) -> &Checks {
        let content = self.content();
        content.checks[operation].get_or_init(|| compile(&content.registry, &content.outlines[operation]))
    }

    /// The `data` of the operation's documented answer, as JSON.
    pub(crate) fn example(&self, operation: usize) -> Option<&[u8]> {
        self.content().outlines[operation].example.as_deref()
    }

    /// The documented answer of an operation of version 1.
    pub(crate) fn example_reply(&self, operation: usize) -> Reply {
        let outline = &self.content().outlines[operation];
        let content = if outline.plain { Content::Text } else { Content::Json };
        Reply::new(routes()[operation].success, content, outline.example.clone().unwrap_or_default())
    }

    /// The names in what an operation is asked with that are not documented: in a body of version 2, or in the
    /// objects of version 1's `data`.
    pub(crate) fn undocumented(&self, operation: usize, asked: &[Value]) -> Vec<FieldError> {
        let [v1, v2] = self.plain.get_or_init(|| [parsed(DOCUMENT_V1), parsed(DOCUMENT)]);
        let route = &routes()[operation];
        let document = if route.version == 1 { v1 } else { v2 };
        let body = body(document, &format!("{}/{}", pointer(route), route.method.to_lowercase()));
        let Some(schema) = body.and_then(|(schema, _)| document.pointer(&schema)) else { return Vec::new() };
        let mut errors = Vec::new();
        for (index, value) in asked.iter().enumerate() {
            if route.version == 2 {
                strict::fields(document, schema, value, "", &mut errors);
                continue;
            }
            let data = &schema["properties"]["data"];
            let data = data.get("items").unwrap_or(data);
            let place = if asked.len() > 1 { format!("data[{index}].") } else { String::new() };
            strict::fields(document, data, value, &place, &mut errors);
        }
        errors
    }

    fn content(&self) -> &Documents {
        self.content.get_or_init(|| {
            let (document, document_v1) = (parsed(DOCUMENT), parsed(DOCUMENT_V1));
            let outlines = routes().iter().map(|route| match route.version {
                1 => outline_v1(&document_v1, route),
                _ => outline(&document, route),
            });
            let outlines = outlines.collect();
            let registry = Registry::new().add(NAME, document).and_then(jsonschema::RegistryBuilder::prepare);
            let registry = registry.expect("the embedded document's schemas are valid");
            Documents { registry, outlines, checks: routes().iter().map(|_| OnceLock::new()).collect() }
        })
    }
}

fn compile(registry: &Registry<'static>, outline: &Outline) -> Checks {
    let validator = |pointer: &str| {
        // A URI has no braces; the paths have.
        let pointer = pointer.replace('{', "%7B").replace('}', "%7D");
        let schema = json!({ "$ref": format!("{NAME}#{pointer}") });
        let options = jsonschema::options().with_registry(registry).should_validate_formats(true);
        options.build(&schema).expect("the embedded document's schemas are valid")
    };
    let parameters = outline.parameters.iter().map(|parameter| ParameterCheck {
        name: parameter.name.clone(),
        in_path: parameter.in_path,
        required: parameter.required,
        kind: parameter.kind,
        repeats: parameter.repeats,
        schema: validator(&parameter.schema),
    });
    let body = outline.body.as_ref();
    let body = body.map(|(pointer, required)| BodyCheck { required: *required, schema: validator(pointer) });
    Checks { parameters: parameters.collect(), body }
}

fn parsed(document: &str) -> Value {
    serde_json::from_str(document).expect("the embedded document is JSON")
}

/// Where a route's path is in its document.
fn pointer(route: &Route) -> String {
    format!("/paths/{}", route.path.replace('~', "~0").replace('/', "~1"))
}

fn outline(document: &Value, route: &Route) -> Outline {
    let path = pointer(route);
    let operation = format!("{path}/{}", route.method.to_lowercase());
    let mut parameters: Vec<_> = [&path, &operation]
        .iter()
        .flat_map(|owner| {
            let list = format!("{owner}/parameters");
            let count = document.pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
            (0..count).filter_map(move |index| parameter(document, &format!("{list}/{index}")))
        })
        .collect();
    // Path parameters are handed over in the path's order, whatever the description's is.
    let place = |name: &str| route.path_parameters.iter().position(|(known, _)| *known == name);
    parameters
        .sort_by_key(|parameter| place(&parameter.name).filter(|_| parameter.in_path).unwrap_or(usize::MAX));
    let example = format!("{operation}/responses/{}/content/application~1json", route.success);
    let example = documented_data(document, &example);
    Outline { parameters, body: body(document, &operation), example, plain: false }
}

fn outline_v1(document: &Value, route: &Route) -> Outline {
    let responses = &document["paths"][route.path]["post"]["responses"];
    let content = &responses[route.success.to_string()]["content"];
    let (plain, media) = match content.get("application/json") {
        Some(media) => (false, media),
        None => (true, &content["text/plain"]),
    };
    let example = first_example(media).map(|example| match example {
        Value::String(text) if plain => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    });
    Outline { example, plain, ..Outline::default() }
}

fn parameter(document: &Value, pointer: &str) -> Option<ParameterOutline> {
    let (pointer, parameter) = follow(document, pointer)?;
    let location = parameter["in"].as_str()?;
    if location != "path" && location != "query" {
        return None;
    }
    let (_, schema) = follow(document, &format!("{pointer}/schema"))?;
    let repeats = has_type(schema, "array");
    let value = if repeats { follow(document, &format!("{pointer}/schema/items"))?.1 } else { schema };
    Some(ParameterOutline {
        name: parameter["name"].as_str()?.to_owned(),
        in_path: location == "path",
        required: parameter["required"] == true,
        kind: kind(value),
        repeats,
        schema: format!("{pointer}/schema"),
    })
}

fn kind(schema: &Value) -> Kind {
    let kinds = [("integer", Kind::Integer), ("number", Kind::Number), ("boolean", Kind::Boolean)];
    let plain = !has_type(schema, "string");
    kinds.into_iter().find(|(name, _)| plain && has_type(schema, name)).map_or(Kind::Text, |(_, kind)| kind)
}

fn has_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|known| known == name),
        single => single == name,
    }
}

fn body(document: &Value, operation: &str) -> Option<(String, bool)> {
    let (pointer, body) = follow(document, &format!("{operation}/requestBody"))?;
    let schema = format!("{pointer}/content/application~1json/schema");
    document.pointer(&schema)?;
    Some((schema, body["required"] == true))
}

fn documented_data(document: &Value, pointer: &str) -> Option<Vec<u8>> {
    let content = document.pointer(pointer)?;
    serde_json::to_vec(&first_example(content)?["data"]).ok()
}

/// The example of a media type: the only one, or the first of several.
fn first_example(content: &Value) -> Option<&Value> {
    let named = content["examples"].as_object().and_then(|examples| examples.values().next());
    content.get("example").or_else(|| named.and_then(|example| example.get("value")))
}

/// The value at a pointer and its own place, past any local references.
fn follow<'a>(document: &'a Value, pointer: &str) -> Option<(String, &'a Value)> {
    let mut pointer = pointer.to_owned();
    for _ in 0..8 {
        let value = document.pointer(&pointer)?;
        match value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            Some(target) => target.clone_into(&mut pointer),
            None => return Some((pointer, value)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::named;

    #[test]
    fn every_operation_compiles() {
        let description = Description::default();
        for (index, route) in routes().iter().enumerate() {
            let checks = description.checks(index);
            let in_path = checks.parameters.iter().filter(|parameter| parameter.in_path);
            let names: Vec<_> = in_path.map(|parameter| parameter.name.as_str()).collect();
            let expected: Vec<_> = route.path_parameters.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, expected, "{}", route.operation_id);
            assert!(route.success == 204 || description.example(index).is_some(), "{}", route.operation_id);
        }
    }

    #[test]
    fn documented_answers_of_version_1_are_texts_or_json() {
        let description = Description::default();
        let reply = |name: &str| description.example_reply(named(name).expect("an operation"));
        let (text, json) = (reply("v1CheckComApiId"), reply("v1GetFormLockStatus"));
        assert_eq!((text.content, &text.body[..]), (Content::Text, b"ExampleAccount".as_slice()));
        assert_eq!((json.content, &json.body[..]), (Content::Json, b"true".as_slice()));
    }

    #[test]
    fn follows_references_a_bounded_number_of_times() {
        let document = json!({"a": {"$ref": "#/b"}, "b": {"c": 1}, "loop": {"$ref": "#/loop"}});
        assert_eq!(follow(&document, "/a"), Some(("/b".to_owned(), &json!({"c": 1}))));
        assert_eq!(follow(&document, "/loop"), None);
    }

    #[test]
    fn reads_kinds_of_open_types() {
        assert_eq!(kind(&json!({"type": ["integer", "null"]})), Kind::Integer);
        assert_eq!(kind(&json!({"type": ["string", "integer"]})), Kind::Text);
        assert_eq!(kind(&json!({})), Kind::Text);
    }
}
