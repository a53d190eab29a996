//! One request in the journal. Bytes are kept as they came and made readable when someone reads.

use hyper::{HeaderMap, Method, Uri};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::kept::Kept;
use crate::route::{routes, tidy};
use crate::secrets::{self, Secrets};
use crate::time::Timestamp;
use crate::{credential, glob, nearest};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// It is being worked on: a fault holds it up.
    Pending,
    Answered,
    /// The caller closed the connection first.
    Aborted,
    /// A fault spoilt the answer.
    Fault,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Answered => "answered",
            Self::Aborted => "aborted",
            Self::Fault => "fault",
        }
    }
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) time: Timestamp,
    pub(crate) method: Method,
    /// Path and query, without slashes that say nothing.
    pub(crate) target: Box<str>,
    /// The index in the route table.
    pub(crate) operation: Option<usize>,
    /// 0 when there was no answer.
    pub(crate) status: u16,
    pub(crate) outcome: Outcome,
    /// `name: value` lines without the credential.
    pub(crate) headers: Box<[u8]>,
    pub(crate) body: Kept,
    /// The answer's body.
    pub(crate) answer: Kept,
    pub(crate) credential: Option<u64>,
    /// The number of the fault rule that was played.
    pub(crate) fault: Option<u64>,
    /// An entry for this request has been written before.
    pub(crate) announced: bool,
    /// What is not shown of it.
    pub(crate) secrets: Secrets,
}

/// What is known of a request when its head has been read.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) number: u64,
    pub(crate) time: Timestamp,
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) credential: Option<u64>,
    pub(crate) operation: Option<usize>,
    pub(crate) secrets: Secrets,
}

impl Entry {
    pub(crate) fn new(draft: &Draft<'_>) -> Self {
        let mut headers = Vec::with_capacity(256);
        for (name, value) in draft.headers {
            // The key is not kept: the fingerprint stands for it.
            let hidden = secrets::is_header(name.as_str());
            let value = if hidden { secrets::REDACTED.as_bytes() } else { value.as_bytes() };
            headers.extend_from_slice(name.as_str().as_bytes());
            headers.extend_from_slice(b": ");
            headers.extend_from_slice(value);
            headers.push(b'\n');
        }
        let query = draft.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        Self {
            number: draft.number,
            time: draft.time,
            method: draft.method.clone(),
            target: format!("{}{query}", tidy(draft.uri.path())).into(),
            operation: draft.operation,
            status: 0,
            outcome: Outcome::Pending,
            headers: headers.into_boxed_slice(),
            body: Kept::default(),
            answer: Kept::default(),
            credential: draft.credential,
            fault: None,
            announced: false,
            secrets: draft.secrets.clone(),
        }
    }

    /// How much of a request is kept.
    pub(crate) fn bytes(&self) -> usize {
        self.target.len() + self.headers.len() + self.body.bytes() + self.answer.bytes()
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The id and the method name of the operation.
    fn names(&self) -> Option<(&'static str, &'static str)> {
        self.operation.map(|index| (routes()[index].operation_id, routes()[index].name))
    }

    /// The query's fields; one that is given several times is a list.
    fn query_fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        for (name, value) in form_urlencoded::parse(self.query().as_bytes()) {
            let value = Value::from(value);
            match fields.get_mut(&*name) {
                None => drop(fields.insert(name.into_owned(), value)),
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = json!([first.take(), value]),
            }
        }
        self.secrets.mask_fields(fields)
    }

    fn header_fields(&self) -> Map<String, Value> {
        let text = String::from_utf8_lossy(&self.headers);
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        let mut fields: Map<String, Value> = Map::new();
        for (name, value) in lines {
            let value = self.secrets.mask(value);
            match fields.get_mut(name) {
                Some(Value::String(known)) => *known = format!("{known}, {value}"),
                _ => drop(fields.insert(name.to_owned(), Value::from(value))),
            }
        }
        fields
    }

    fn shown_body(&self) -> Value {
        self.secrets.mask_value(self.body.shown())
    }

    fn shown_answer(&self) -> Value {
        self.secrets.mask_value(self.answer.shown())
    }

    /// The entry as the admin side shows it.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "number": self.number,
            "requestId": request_id(self.number),
            "time": self.time,
            "method": self.secrets.mask(self.method.as_str()),
            "path": self.secrets.mask(self.path()),
            "query": self.query_fields(),
            "operation": self.names().map(|(id, _)| id),
            "name": self.names().map(|(_, name)| name),
            "status": (self.status != 0).then_some(self.status),
            "outcome": self.outcome.name(),
            "fault": self.fault,
            "credential": self.credential.map(credential::name),
            "headers": self.header_fields(),
            "body": self.shown_body(),
            "bodyLength": self.body.length(),
            "bodyCut": self.body.cut(),
            "answer": self.shown_answer(),
            "answerLength": self.answer.length(),
            "answerCut": self.answer.cut(),
        })
    }

    #[cfg(test)]
    pub(crate) fn sample(method: &str, target: &str, status: u16) -> Self {
        let method = method.parse().unwrap();
        let uri = target.parse().unwrap();
        let crate::route::Found::Route(operation, _) =
            crate::route::Router::new().find(&method, Uri::path(&uri))
        else {
            return Self::sample("GET", "/v2/community", status);
        };
        let headers = HeaderMap::from_iter([
            (hyper::header::AUTHORIZATION, "Bearer SECRET".parse().unwrap()),
            (hyper::header::USER_AGENT, "test/1".parse().unwrap()),
        ]);
        let (number, time, credential) = (1, Timestamp::default(), Some(1));
        let draft = Draft {
            number,
            time,
            method: &method,
            uri: &uri,
            headers: &headers,
            credential,
            operation: Some(operation),
            secrets: Secrets::default(),
        };
        Self { status, outcome: Outcome::Answered, ..Self::new(&draft) }
    }
}

/// The `X-Request-Id` of a request.
pub(crate) fn request_id(number: u64) -> String {
    format!("req-{number:08}")
}

/// What entries must be like. A criterion left out fits everything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Criteria {
    /// An operation's id or method name.
    pub(crate) operation: Option<String>,
    pub(crate) method: Option<String>,
    /// A path, in which `*` stands for any text.
    pub(crate) path: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) outcome: Option<Outcome>,
    /// A key, or the name that the journal gives it.
    pub(crate) credential: Option<String>,
    /// Only requests with a higher number.
    pub(crate) since: Option<u64>,
    /// Fields that the query must have.
    pub(crate) query: Map<String, Value>,
    /// Headers that must be there, by lower-case name.
    pub(crate) headers: Map<String, Value>,
    /// What the body must contain: of an object, these fields; of anything else, the same.
    pub(crate) body: Option<Value>,
    /// The same of the answer's body.
    pub(crate) answer: Option<Value>,
}

impl Criteria {
    /// Refuses what no entry can fit, so that a slip is not taken for a request that never came. Says which criterion
    /// it is and what is expected of it.
    pub(crate) fn check(&self) -> Result<(), (&'static str, String)> {
        let named = |name, checked: Option<Result<(), String>>| {
            checked.unwrap_or(Ok(())).map_err(|reason| (name, reason))
        };
        let operation = self.operation.as_deref();
        named("operation", operation.map(|name| nearest::operation(name).map(drop)))?;
        named("method", self.method.as_deref().map(nearest::method))?;
        named("path", self.path.as_deref().map(glob::check))?;
        match self.status {
            Some(status) if !(100..=599).contains(&status) => {
                Err(("status", "must be between 100 and 599".to_owned()))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn fit(&self, entry: &Entry) -> bool {
        self.misses(entry).is_empty()
    }

    /// The names of the criteria that the entry does not fit.
    pub(crate) fn misses(&self, entry: &Entry) -> Vec<&'static str> {
        let operation = |name: &String| entry.operation.is_some_and(|index| routes()[index].is_called(name));
        let checks = [
            ("operation", self.operation.as_ref().is_none_or(operation)),
            (
                "method",
                self.method.as_ref().is_none_or(|method| entry.method.as_str().eq_ignore_ascii_case(method)),
            ),
            ("path", self.path.as_ref().is_none_or(|path| glob::fits(path, entry.path()))),
            ("status", self.status.is_none_or(|status| entry.status == status)),
            ("outcome", self.outcome.is_none_or(|outcome| entry.outcome == outcome)),
            (
                "credential",
                self.credential.as_ref().is_none_or(|given| {
                    entry.credential.is_some_and(|known| credential::is_called(known, given))
                }),
            ),
            ("since", self.since.is_none_or(|number| entry.number > number)),
            ("query", self.query.is_empty() || contains_all(&self.query, &entry.query_fields())),
            ("headers", self.headers.is_empty() || contains_all(&self.headers, &entry.header_fields())),
            ("body", self.body.as_ref().is_none_or(|body| contains(body, &entry.shown_body()))),
            ("answer", self.answer.as_ref().is_none_or(|answer| contains(answer, &entry.shown_answer()))),
        ];
        checks.into_iter().filter(|(_, fits)| !fits).map(|(name, _)| name).collect()
    }
}

fn contains_all(wanted: &Map<String, Value>, given: &Map<String, Value>) -> bool {
    wanted.iter().all(|(name, wanted)| given.get(name).is_some_and(|given| contains(wanted, given)))
}

/// Objects may have more fields than wanted. A number or boolean is found in a text too, as queries hold texts only.
fn contains(wanted: &Value, given: &Value) -> bool {
    match (wanted, given) {
        (Value::Object(wanted), Value::Object(given)) => contains_all(wanted, given),
        (Value::Number(wanted), Value::String(given)) => wanted.to_string() == given.as_str(),
        (Value::Bool(wanted), Value::String(given)) => given.parse() == Ok(*wanted),
        _ => wanted == given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criteria(value: Value) -> Criteria {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn shows_a_request_without_its_key() {
        let mut entry = Entry::sample("POST", "/v2/community/short-urls?a=1&a=2&b=x%20y", 201);
        entry.body = Kept::copy(br#"{"path": "/go"}"#, 15);
        let shown = entry.shown();
        assert_eq!(shown["operation"], "createShortUrl");
        assert_eq!(shown["query"], json!({"a": ["1", "2"], "b": "x y"}));
        assert_eq!(shown["headers"], json!({"authorization": "[redacted]", "user-agent": "test/1"}));
        assert_eq!(shown["body"], json!({"path": "/go"}));
        assert!(!shown.to_string().contains("SECRET"));
    }

    #[test]
    fn criteria_name_what_does_not_fit() {
        let mut entry = Entry::sample("POST", "/v2/community/short-urls?take=25", 201);
        entry.body = Kept::copy(br#"{"path": "/go", "isCustomDomain": false}"#, 40);
        entry.answer = Kept::copy(br#"{"data": 7}"#, 11);
        for fitting in [
            json!({}),
            json!({"operation": "createShortUrlV2", "method": "post", "status": 201, "outcome": "answered"}),
            json!({"path": "/v2/*", "query": {"take": 25}, "headers": {"user-agent": "test/1"}}),
            json!({"body": {"path": "/go"}, "since": 0, "credential": "key-0000000000000001"}),
            json!({"answer": {"data": 7}}),
        ] {
            assert!(criteria(fitting.clone()).fit(&entry), "{fitting}");
        }
        let others =
            criteria(json!({"operation": "getCommunity", "body": {"path": "/other"}, "query": {"skip": "1"},
                   "answer": {"data": 8}}));
        assert_eq!(others.misses(&entry), ["operation", "query", "body", "answer"]);
    }
}
