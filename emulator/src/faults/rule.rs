//! What a fault rule says, as the admin side takes it.

use std::collections::BTreeMap;

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{glob, nearest, route};

/// A body or a sleep longer than this is a mistake.
const MOST_BYTES: usize = 256 * 1024 * 1024;
const MOST_MILLISECONDS: u64 = 24 * 60 * 60 * 1000;

/// Which requests are spoilt, and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rule {
    /// An operation's id or method name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// A path, in which `*` stands for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Which of the fitting requests, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nth: Option<Places>,
    /// How often at most: a number or `always`. Once, unless `nth` or `probability` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<Times>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) probability: Option<f64>,
    /// Settles what `probability` decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
    /// Milliseconds of real time before anything else happens.
    #[serde(default)]
    pub(crate) delay: u64,
    #[serde(default)]
    pub(crate) action: Action,
}

/// One place or several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Places {
    One(u64),
    Several(Vec<u64>),
}

impl Places {
    /// Whether a place is none.
    fn reach_nothing(&self) -> bool {
        match self {
            Self::One(one) => *one == 0,
            Self::Several(several) => several.is_empty() || several.contains(&0),
        }
    }

    pub(super) fn contains(&self, place: u64) -> bool {
        match self {
            Self::One(one) => *one == place,
            Self::Several(several) => several.contains(&place),
        }
    }
}

/// A number of times, or no end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Times {
    Number(u64),
    Word(Always),
}

/// The word for no end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Always {
    Always,
}

/// What happens to the answer. Where an action leaves it open, `applied` says whether the operation is carried out
/// before its answer is lost.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Action {
    /// The usual answer, for a rule that only delays.
    #[default]
    None,
    /// Another answer instead.
    Respond {
        status: u16,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// A text is sent as it is, anything else as JSON.
        #[serde(default)]
        body: Value,
        /// The body's bytes in hexadecimal, instead of `body`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hex: Option<String>,
        /// How many times the body is written one after the other.
        #[serde(default = "once")]
        repeat: usize,
        #[serde(default)]
        applied: bool,
    },
    /// The connection ends without a byte.
    Close {
        #[serde(default)]
        applied: bool,
    },
    /// The connection is reset without a byte.
    Reset {
        #[serde(default)]
        applied: bool,
    },
    /// The usual answer breaks off after so many bytes of its body.
    Truncate {
        #[serde(default)]
        bytes: usize,
    },
    /// The usual answer comes a few bytes at a time.
    Drip {
        #[serde(default = "once")]
        bytes: usize,
        #[serde(default = "ten")]
        milliseconds: u64,
    },
    /// The usual answer with a body that is no JSON.
    Malformed,
    /// A page of HTML, as a gateway would send it.
    Html {
        #[serde(default = "bad_gateway")]
        status: u16,
    },
    /// These bytes instead of an HTTP answer, then the end of the connection.
    Raw {
        #[serde(default)]
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hex: Option<String>,
        #[serde(default)]
        applied: bool,
    },
}

fn once() -> usize {
    1
}

fn ten() -> u64 {
    10
}

fn bad_gateway() -> u16 {
    502
}

impl Rule {
    /// Reads one rule or a list of them.
    pub(crate) fn parse_all(document: &[u8]) -> Result<Vec<Self>, String> {
        let value: Value = serde_json::from_slice(document).map_err(|error| error.to_string())?;
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        let rules = values.into_iter().enumerate().map(|(place, value)| {
            let rule: Self =
                serde_json::from_value(value).map_err(|error| format!("rule {}: {error}", place + 1))?;
            rule.check().map_err(|error| format!("rule {}: {error}", place + 1))?;
            Ok(rule)
        });
        rules.collect()
    }

    fn check(&self) -> Result<(), String> {
        self.operation.as_deref().map(nearest::operation).transpose()?;
        self.method.as_deref().map(nearest::method).transpose()?;
        self.path.as_deref().map_or(Ok(()), glob::check).map_err(|reason| format!("path {reason}"))?;
        self.check_path_of_operation()?;
        if self.nth.as_ref().is_some_and(Places::reach_nothing) {
            return Err("nth counts from 1: it must be a number from there on, or a list of such".to_owned());
        }
        if matches!(self.times, Some(Times::Number(0))) {
            return Err("times must be at least 1, or \"always\"".to_owned());
        }
        if self.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return Err("probability must be between 0 and 1".to_owned());
        }
        if self.delay > MOST_MILLISECONDS {
            return Err(format!("delay must be at most {MOST_MILLISECONDS}"));
        }
        self.action.check()
    }

    /// Refuses a path that the operation never has: nothing would fit.
    fn check_path_of_operation(&self) -> Result<(), String> {
        let (Some(operation), Some(pattern)) = (&self.operation, &self.path) else { return Ok(()) };
        let routes = || route::routes().iter().filter(|route| route.is_called(operation));
        let fits = |route: &route::Route| {
            let mut paths = std::iter::once(&route.path).chain(route.also_at);
            paths.any(|path| glob::may_fit(pattern, path, route.path_parameters))
        };
        if routes().any(fits) {
            return Ok(());
        }
        let own = routes().next().map_or("", |route| route.path);
        Err(format!("path {pattern} is none of {operation}, which has {own}: leave one of them out"))
    }

    /// How often the rule strikes at most.
    pub(super) fn most(&self) -> Option<u64> {
        match &self.times {
            Some(Times::Number(number)) => Some(*number),
            Some(Times::Word(Always::Always)) => None,
            None => self.probability.is_none().then_some(1),
        }
    }

    pub(super) fn fits(&self, operation: Option<usize>, method: &str, path: &str) -> bool {
        let wanted = |name: &String| operation.is_some_and(|index| route::routes()[index].is_called(name));
        self.operation.as_ref().is_none_or(wanted)
            && self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|pattern| glob::fits(pattern, path))
    }
}

impl Action {
    fn check(&self) -> Result<(), String> {
        match self {
            Self::Respond { status, headers, body, hex, repeat, .. } => {
                check_status(*status)?;
                check_headers(headers)?;
                let length =
                    written(body).len().max(bytes_of(hex.as_deref())?.map_or(0, |bytes| bytes.len()));
                let fits = length.checked_mul(*repeat).is_some_and(|length| length <= MOST_BYTES);
                if fits { Ok(()) } else { Err(format!("the body must have at most {MOST_BYTES} bytes")) }
            }
            Self::Html { status } => check_status(*status),
            Self::Raw { hex, .. } => bytes_of(hex.as_deref()).map(drop),
            Self::Drip { milliseconds, .. } if *milliseconds > MOST_MILLISECONDS => {
                Err(format!("milliseconds must be at most {MOST_MILLISECONDS}"))
            }
            _ => Ok(()),
        }
    }
}

/// 101 would leave HTTP; other informational answers are no final ones.
fn check_status(status: u16) -> Result<(), String> {
    if (200..=599).contains(&status) { Ok(()) } else { Err("status must be between 200 and 599".to_owned()) }
}

fn check_headers(headers: &BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in headers {
        if ["content-length", "transfer-encoding"].contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!(
                "the header {name} follows from the body; for a wrong one use the action raw"
            ));
        }
        if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
            return Err(format!("the header {name} is not one that HTTP allows"));
        }
    }
    Ok(())
}

/// A body as it is sent: a text as it is, nothing for null, anything else as JSON.
pub(super) fn written(body: &Value) -> Bytes {
    match body {
        Value::Null => Bytes::new(),
        Value::String(text) => Bytes::from(text.clone()),
        other => Bytes::from(other.to_string()),
    }
}

fn bytes_of(digits: Option<&str>) -> Result<Option<Bytes>, String> {
    digits
        .map(|digits| hex(digits).ok_or_else(|| "hex must be pairs of hexadecimal digits".to_owned()))
        .transpose()
}

/// Reads pairs of hexadecimal digits.
pub(crate) fn hex(digits: &str) -> Option<Bytes> {
    let pair = |pair: &[u8]| {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        u8::try_from(digit(pair[0])? * 16 + digit(*pair.get(1)?)?).ok()
    };
    digits.as_bytes().chunks(2).map(pair).collect::<Option<Vec<u8>>>().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refuses_rules_that_cannot_be_meant() {
        for (rule, part) in [
            (json!({"operation": "getNothing"}), "no operation getNothing"),
            (json!({"opration": "getCommunity"}), "unknown field"),
            (json!({"action": {"type": "explode"}}), "unknown variant"),
            (json!({"action": {"type": "close", "status": 1}}), "unknown field"),
            (json!({"action": {"type": "respond", "status": 101}}), "between 200 and 599"),
            (json!({"action": {"type": "respond", "status": 200, "headers": {"a b": ""}}}), "a b"),
            (
                json!({"action": {"type": "respond", "status": 200, "body": "xxx", "repeat": 1_000_000_000}}),
                "at most",
            ),
            (json!({"action": {"type": "raw", "hex": "abc"}}), "pairs"),
            (json!({"probability": 2}), "between 0 and 1"),
            (json!({"times": "often"}), "did not match"),
            (json!({"times": 0}), "at least 1"),
            (json!({"nth": 0}), "counts from 1"),
            (json!({"nth": []}), "counts from 1"),
            (json!({"nth": [1, 0]}), "counts from 1"),
            (json!({"method": "PACTH"}), "did you mean PATCH?"),
            (json!({"path": "v2/community"}), "start with / or *"),
            (json!({"path": "/v2/community?a=b"}), "without a query"),
            (
                json!({"operation": "getAccountV2", "path": "*/ranks"}),
                "*/ranks is none of getAccountV2, which has /v2",
            ),
        ] {
            let error = Rule::parse_all(rule.to_string().as_bytes()).unwrap_err();
            assert!(error.starts_with("rule 1: ") && error.contains(part), "{error}");
        }
    }

    #[test]
    fn reads_hexadecimal() {
        assert_eq!(hex("00ffA0").as_deref(), Some(&[0, 255, 160][..]));
        assert_eq!(hex("").as_deref(), Some(&[][..]));
        assert_eq!(hex("0g"), None);
    }
}
