//! What the gateway's own pages are, as an `OpenAPI` description. The calls in it are written from the
//! table of operations.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use sonoran::{Kind, Operation, Parameter, Payload, Wire, operations};

use crate::route::verb;
use crate::schemas;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

pub(crate) async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

/// What each request may have beside its body.
const HEADERS: [(&str, &str, &str); 4] = [
    (
        "Sonoran-Heartbeat",
        "number",
        "How often a sign of life comes before an answer that takes long, in seconds.",
    ),
    ("Request-Timeout", "number", "For how many seconds the caller waits, in line and for the answer."),
    ("Sonoran-Priority", "string", "high, normal or low: who goes first where slots are short."),
    ("Sonoran-Community-Id", "string", "With pass-through, for version 1: whose key it is."),
];

fn document() -> Value {
    let calls =
        operations().iter().map(|operation| (format!("/_gateway/call/{}", operation.name), call(operation)));
    let own = [
        ("/_gateway/health", page("health", "Whether the gateway lives.")),
        ("/_gateway/ready", page("ready", "Whether it sends what comes: 503 while it does not.")),
        ("/_gateway/metrics", metrics()),
        ("/_gateway/events", events()),
        ("/_gateway/receive", receive()),
        ("/_gateway/openapi.json", page("openapi", "This description.")),
    ];
    let own = own.map(|(path, page)| (path.to_owned(), page));
    let paths: Map<String, Value> = own.into_iter().chain(calls).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "sonoran-gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The gateway's own pages, calls by their method's name among them. Beside these it has the \
                            paths of the Sonoran CMS API itself.",
        },
        // Where this description is.
        "servers": [{ "url": "/" }],
        // None is wanted where programs of this machine may call without a token.
        "security": [{ "token": [] }, {}],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "The caller's token, or with pass-through its API key.",
            } },
            "parameters": HEADERS.iter().map(|(name, kind, meaning)| (name.replace('-', ""), json!({
                "name": name, "in": "header", "description": meaning, "schema": { "type": kind },
            }))).collect::<Map<String, Value>>(),
            "schemas": schemas(),
            "responses": {
                "Response": content("What became of the call, also where it failed.", "application/json", "Response"),
                "Problem": content("The gateway did not make the call.", "application/problem+json", "Problem"),
            },
        },
    })
}

/// The gateway's own, and what payloads are made of.
fn schemas() -> Value {
    let mut all = schemas::objects().clone();
    for (name, schema) in [
        ("CallOptions", call_options()),
        ("ServerId", server_id()),
        ("Response", response()),
        ("Problem", problem()),
    ] {
        all[name] = schema;
    }
    all
}

fn page(id: &str, summary: &str) -> Value {
    let document = json!({ "description": summary, "content": { "application/json": { "schema": { "type": "object" } } } });
    json!({ "get": { "operationId": id, "summary": summary, "responses": { "default": document } } })
}

fn metrics() -> Value {
    let text = json!({ "application/openmetrics-text": { "schema": { "type": "string" } } });
    let summary = "What Prometheus reads.";
    let told = json!({ "description": summary, "content": text });
    json!({ "get": { "operationId": "metrics", "summary": summary, "responses": { "200": told } } })
}

fn events() -> Value {
    let text = json!({ "text/event-stream": { "schema": { "type": "string" } } });
    let summary = "Push events as they come, or from the one after Last-Event-ID.";
    let last = json!({ "name": "Last-Event-ID", "in": "header", "schema": { "type": "string" } });
    let told = json!({ "description": summary, "content": text });
    json!({ "get": {
        "operationId": "events",
        "summary": summary,
        "parameters": [last],
        "responses": { "200": told, "default": { "$ref": "#/components/responses/Problem" } },
    } })
}

fn receive() -> Value {
    let body = json!({ "application/json": { "schema": { "type": "object" } } });
    json!({ "post": {
        "operationId": "receive",
        "summary": "The address for the service's push events.",
        "security": [],
        "requestBody": { "required": true, "content": body },
        "responses": {
            "204": { "description": "The event is handed on." },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    } })
}

fn call(operation: &Operation) -> Value {
    let counted = match operation.wire {
        Wire::V2 => "in any 60 seconds",
        Wire::V1(_) => "in any 60 seconds, all of version 1 together",
    };
    let (verb, path, ceiling) = (verb(operation), operation.path, operation.ceiling);
    let (schema, required) = body(operation);
    json!({ "post": {
        "operationId": operation.name,
        "tags": [operation.group],
        "summary": format!("{verb} {path}"),
        "description": format!("At most {ceiling} calls {counted}."),
        "parameters": HEADERS.iter().map(|(name, ..)| {
            json!({ "$ref": format!("#/components/parameters/{}", name.replace('-', "")) })
        }).collect::<Vec<_>>(),
        "requestBody": { "required": required, "content": { "application/json": { "schema": schema } } },
        "responses": {
            "200": { "$ref": "#/components/responses/Response" },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    } })
}

/// What a call's body must be, and whether there must be one.
fn body(operation: &Operation) -> (Value, bool) {
    let mut members = Map::new();
    let mut required = Vec::new();
    if !operation.parameters.is_empty() {
        let least = operation.parameters.iter().rposition(must_be_given).map_or(0, |last| last + 1);
        members.insert("arguments".to_owned(), arguments(operation.parameters, least));
        required.extend((least > 0).then_some("arguments"));
    }
    if let Some((schema, must)) = payload(operation) {
        members.insert("payload".to_owned(), schema);
        required.extend(must.then_some("payload"));
    }
    members.insert("options".to_owned(), json!({ "$ref": "#/components/schemas/CallOptions" }));
    members.insert("serverId".to_owned(), json!({ "$ref": "#/components/schemas/ServerId" }));
    let must = !required.is_empty();
    let schema = json!({
        "type": "object",
        "properties": members,
        "required": required,
        "additionalProperties": false,
    });
    (schema, must)
}

fn must_be_given(parameter: &Parameter) -> bool {
    parameter.required && !parameter.default_server
}

fn arguments(parameters: &[Parameter], least: usize) -> Value {
    let each: Vec<Value> = parameters
        .iter()
        .map(|parameter| {
            let mut schema = of_kind(parameter.kind, !must_be_given(parameter));
            schema["title"] = parameter.name.into();
            schema
        })
        .collect();
    json!({ "type": "array", "prefixItems": each, "items": false, "minItems": least })
}

fn payload(operation: &Operation) -> Option<(Value, bool)> {
    let must = match operation.payload {
        Payload::None => return None,
        Payload::Body { required, .. } | Payload::Data { required, .. } => required,
        Payload::Query { .. } => false,
        Payload::List => true,
    };
    let mut schema = schemas::payload(operation.name).clone();
    schema["title"] = operation.payload_name().into();
    Some((schema, must))
}

fn of_kind(kind: Kind, may_be_null: bool) -> Value {
    let (mut types, format) = match kind {
        Kind::Text => (vec!["string"], None),
        Kind::Uuid => (vec!["string"], Some("uuid")),
        Kind::Integer => (vec!["integer", "string"], None),
        Kind::Number => (vec!["number", "string"], None),
        Kind::Boolean => (vec!["boolean"], None),
    };
    types.extend(may_be_null.then_some("null"));
    let mut schema = json!({ "type": types });
    if let Some(format) = format {
        schema["format"] = format.into();
    }
    schema
}

fn server_id() -> Value {
    json!({ "type": ["integer", "string"], "description": "The server where the call names none, else the gateway's own, 1." })
}

fn call_options() -> Value {
    let milliseconds = |least: u32, meaning: &str| json!({ "type": "integer", "minimum": least, "description": format!("{meaning}, in milliseconds.") });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "timeout": milliseconds(1, "Bound on all attempts, within the gateway's own"),
            "deadline": milliseconds(1, "Bound on the whole call, waiting included"),
            "maxWait": milliseconds(0, "Bound on waiting for the rate limit, within the gateway's own"),
            "retries": { "type": "integer", "minimum": 0, "description": "How often a failed attempt may be repeated." },
            "rateLimit": { "enum": ["wait", "error"], "description": "What to do when no slot is free." },
            "serverId": { "$ref": "#/components/schemas/ServerId" },
        },
    })
}

fn response() -> Value {
    let or_null = |kind: &str| json!({ "type": [kind, "null"] });
    json!({
        "type": "object",
        "required": ["success", "status", "data", "reason", "meta", "requestId", "attempts", "waited", "error"],
        "properties": {
            "success": { "type": "boolean" },
            "status": or_null("integer"),
            "data": { "description": "The result; null after a failure." },
            "reason": or_null("string"),
            "meta": { "description": "What the service says of its answer." },
            "requestId": or_null("string"),
            "attempts": { "type": "integer" },
            "waited": { "type": "number", "description": "For the rate limit, in seconds." },
            "error": {
                "type": ["object", "null"],
                "required": ["kind", "operation", "attempts", "outcomeUnknown"],
                "properties": {
                    "kind": { "type": "string" },
                    "problem": {},
                    "retryAfter": or_null("number"),
                    "attempts": { "type": "integer" },
                    "operation": { "type": "string" },
                    "requestId": or_null("string"),
                    "traceId": or_null("string"),
                    "refusal": or_null("string"),
                    "outcomeUnknown": { "type": "boolean" },
                },
            },
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "source"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "source": { "const": "sonoran-gateway" },
            "argument": { "type": "string", "description": "What of the call is wrong." },
            "outcomeUnknown": { "type": "boolean", "description": "Whether a write may have been carried out." },
        },
    })
}

fn content(description: &str, media_type: &str, schema: &str) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    json!({ "description": description, "content": { media_type: { "schema": schema } } })
}
