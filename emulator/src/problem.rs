//! What went wrong, as a problem document (RFC 9457).

use serde::Serialize;

/// A refusal. `instance` is added when it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    /// A header that belongs to the refusal, such as `Retry-After`.
    pub(crate) header: Option<(&'static str, String)>,
}

/// What is wrong with one field of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FieldError {
    pub(crate) field: String,
    pub(crate) message: String,
}

impl FieldError {
    pub(crate) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl Problem {
    pub(crate) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), header: None }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    /// 400 for several fields; the detail repeats the first one's message.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = errors.first().map_or_else(
            || "The request is invalid.".to_owned(),
            |error| format!("{}: {}", error.field, error.message),
        );
        Self { errors, ..Self::new(400, detail) }
    }

    /// 400 for one field.
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, message)])
    }

    /// 404 for an id in the path.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(404, detail)
    }

    /// 404 for an id inside the query or the body.
    pub(crate) fn unknown(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { errors: vec![FieldError::new(field, detail.clone())], ..Self::new(404, detail) }
    }

    /// The document. The service's own problems have a trace id.
    pub(crate) fn document(&self, instance: &str, trace_id: Option<&str>) -> Vec<u8> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Document<'a> {
            r#type: &'a str,
            title: &'a str,
            status: u16,
            detail: &'a str,
            instance: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            trace_id: Option<&'a str>,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            errors: &'a [FieldError],
        }
        let document = Document {
            r#type: &format!("https://httpstatuses.com/{}", self.status),
            title: title(self.status),
            status: self.status,
            detail: &self.detail,
            instance,
            trace_id,
            errors: &self.errors,
        };
        serde_json::to_vec(&document).unwrap_or_default()
    }
}

/// The trace id of the request with this number, in the form that W3C's Trace Context gives it.
pub(crate) fn trace_id(number: u64) -> String {
    format!("00-{number:032x}-{number:016x}-00")
}

fn title(status: u16) -> &'static str {
    let known = hyper::StatusCode::from_u16(status).ok();
    known.and_then(|status| status.canonical_reason()).unwrap_or("Problem")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn names_the_field() {
        let problem = Problem::field("points", "must be a number");
        let document: Value = serde_json::from_slice(&problem.document("/v2/x", Some(&trace_id(7)))).unwrap();
        let expected = json!({
            "type": "https://httpstatuses.com/400", "title": "Bad Request", "status": 400,
            "detail": "points: must be a number", "instance": "/v2/x",
            "traceId": "00-00000000000000000000000000000007-0000000000000007-00",
            "errors": [{"field": "points", "message": "must be a number"}],
        });
        assert_eq!(document, expected);
    }
}
