//! Calling version 1, and finding its documented calls.

use serde_json::{Map, Value, json};
use sonoran_emulator::{Route, routes};

use crate::client::{Answer, Api};

impl Api {
    /// Calls an operation by its method name, with the seed's community and key.
    pub(crate) fn v1(&self, method: &str, data: &Value) -> Answer {
        let route = route(method);
        self.post_v1(route.path, &envelope(route, data))
    }

    /// The same, for a success that is JSON.
    pub(crate) fn v1_json(&self, method: &str, data: &Value) -> Value {
        let answer = self.v1(method, data);
        assert_eq!(answer.kind(), (route(method).success, "application/json"), "{method} {answer:?}");
        answer.json()
    }

    /// The same, for a success that is a text.
    pub(crate) fn v1_text(&self, method: &str, data: &Value) -> String {
        let answer = self.v1(method, data);
        assert_eq!(
            answer.kind(),
            (route(method).success, "text/plain; charset=utf-8"),
            "{method} {answer:?}"
        );
        answer.text
    }

    /// The same, for a refusal in plain text: its status and words.
    pub(crate) fn v1_refusal(&self, method: &str, data: &Value) -> (u16, String) {
        let answer = self.v1(method, data);
        let (status, kind) = answer.kind();
        assert!(status >= 400 && kind == "text/plain; charset=utf-8", "{method} {answer:?}");
        (status, answer.text)
    }

    /// Posts exactly this.
    pub(crate) fn post_v1(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &["Content-Type: application/json"], body.to_string().as_bytes())
    }
}

impl Answer {
    pub(crate) fn kind(&self) -> (u16, &str) {
        (self.status, &self.headers["content-type"])
    }
}

/// The operation of version 1 with this method name.
pub(crate) fn route(method: &str) -> &'static Route {
    let mut v1 = routes().iter().filter(|route| route.version == 1);
    v1.find(|route| route.name == method).unwrap_or_else(|| panic!("no operation {method}"))
}

/// What is sent.
pub(crate) fn envelope(route: &Route, data: &Value) -> Value {
    json!({ "id": "YOUR_COMMUNITY_ID", "key": "YOUR_API_KEY", "type": route.request_type, "data": data })
}

/// Version 1 as it is described: an operation for each path.
pub(crate) fn operations() -> Vec<(&'static Route, Value)> {
    let document: Value =
        serde_json::from_str(include_str!("../../src/generated/openapi-v1.json")).expect("JSON");
    let v1 = routes().iter().filter(|route| route.version == 1);
    v1.map(|route| (route, whole(&document, &document["paths"][route.path]["post"]))).collect()
}

/// The operation with its shared responses put in.
fn whole(document: &Value, operation: &Value) -> Value {
    let mut operation = operation.clone();
    for response in operation["responses"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        let shared =
            response["$ref"].as_str().and_then(|place| document.pointer(place.trim_start_matches('#')));
        if let Some(shared) = shared {
            *response = shared.clone();
        }
    }
    operation
}

/// The documented body.
pub(crate) fn documented_body(operation: &Value) -> Value {
    let media = &operation["requestBody"]["content"]["application/json"];
    examples(media).into_iter().next().unwrap_or_else(|| panic!("no example: {operation}"))
}

/// Every example of a media type.
pub(crate) fn examples(media: &Value) -> Vec<Value> {
    let named = media["examples"].as_object().map(Map::values).into_iter().flatten();
    let named = named.map(|example| example["value"].clone());
    media.get("example").cloned().into_iter().chain(named).collect()
}
