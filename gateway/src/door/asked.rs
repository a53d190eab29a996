//! What the body of a call by its method's name asks for.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sonoran::{CallOptions, Operation, Payload, RateLimit};

use crate::config::Settings;
use crate::course::Terms;
use crate::problem::Problem;
use crate::schemas::with_right_empties;

/// What a call's body may hold. Texts are kept as they are, so that no number loses digits.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Body<'a> {
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
    #[serde(borrow)]
    options: Option<&'a RawValue>,
    server_id: Option<Value>,
}

/// What is asked for, as JSON texts.
pub(crate) struct AskedFor {
    pub(crate) arguments: String,
    pub(crate) payload: Option<String>,
    pub(super) options: Options,
    /// Whether it is sent and repeated as all are, however long its caller waits.
    pub(super) is_plain: bool,
}

/// The options of one caller.
pub(crate) struct Options {
    call: CallOptions,
    /// The server that stands in where the call names none.
    pub(super) server: Option<i64>,
}

pub(crate) fn read(operation: &'static Operation, body: &[u8]) -> Result<AskedFor, Problem> {
    let asked = parse(body)?;
    let mut arguments: Vec<&RawValue> = match given(asked.arguments) {
        Some(list) => serde_json::from_str(list.get())
            .map_err(|_| misuse("arguments", "must be a list, in the order of the documentation"))?,
        None => Vec::new(),
    };
    let mut payload = match operation.payload {
        Payload::None => given(asked.payload),
        _ => asked.payload.filter(|payload| payload.get() != "null"),
    };
    if payload.is_none() {
        payload = place_of_payload(operation, &arguments).map(|place| arguments.remove(place));
    }
    let arguments: Vec<&str> = arguments.into_iter().map(RawValue::get).collect();
    let options = Options::read(given(asked.options), asked.server_id)?;
    Ok(AskedFor {
        arguments: format!("[{}]", arguments.join(",")),
        payload: payload.map(|payload| with_right_empties(operation.name, payload.get().to_owned())),
        is_plain: CallOptions { deadline: None, ..options.call.clone() } == CallOptions::default(),
        options,
    })
}

/// Where the payload stands among the arguments as the documentation lists them: it alone is an object or a list, and
/// where it is neither, there is one argument too many without it.
fn place_of_payload(operation: &Operation, arguments: &[&RawValue]) -> Option<usize> {
    if matches!(operation.payload, Payload::None) {
        return None;
    }
    let documented = || {
        let name = operation.payload_name();
        operation.arguments.iter().position(|argument| *argument == name)
    };
    let is_structured = |argument: &&RawValue| argument.get().starts_with(['{', '[']);
    arguments
        .iter()
        .position(is_structured)
        .or_else(|| documented().filter(|_| arguments.len() > operation.parameters.len()))
}

fn parse(body: &[u8]) -> Result<Body<'_>, Problem> {
    let body = body.trim_ascii();
    if body.is_empty() || is_nothing(body) {
        return Ok(Body::default());
    }
    let form = r#"{"arguments": [...], "payload": {...}, "options": {...}, "serverId": 1}"#;
    let refuse = |problem: String| Problem::new(400, format!("The body must be {form}: {problem}."));
    if !body.starts_with(b"{") {
        return Err(refuse("it is no JSON object".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| refuse(error.to_string()))
}

/// What is there: encoders of Lua write an empty table as an empty list or an empty object, whatever it stands for.
fn given(value: Option<&RawValue>) -> Option<&RawValue> {
    value.filter(|value| value.get() != "null" && !is_nothing(value.get().as_bytes()))
}

fn is_nothing(text: &[u8]) -> bool {
    let signs = text.iter().copied().filter(|sign| !sign.is_ascii_whitespace());
    matches!(signs.take(3).collect::<Vec<_>>()[..], [b'[', b']'] | [b'{', b'}'])
}

/// The options there are, and last the one that is no option of a call in the packages.
pub(super) const OPTIONS: [&str; 6] = ["timeout", "deadline", "retries", "maxWait", "rateLimit", "serverId"];

impl Options {
    /// The options, and the server that may stand beside them.
    fn read(text: Option<&RawValue>, beside: Option<Value>) -> Result<Self, Problem> {
        let text = text.map(RawValue::get);
        let mut document: Map<String, Value> = match text {
            Some(text) => serde_json::from_str(text)
                .map_err(|_| misuse("options", "must be an object of call options"))?,
            None => Map::new(),
        };
        if let Some(unknown) = document.keys().find(|name| !OPTIONS.contains(&name.as_str())) {
            return Err(misuse(unknown, &format!("is not a call option: {}", meant(unknown))));
        }
        let server = document.remove("serverId").or(beside).as_ref().and_then(server_id).transpose();
        let server = server.map_err(|()| misuse("serverId", "must be a whole number"))?;
        let rest = Value::Object(document).to_string();
        let call = CallOptions::from_json(Some(&rest)).map_err(|error| Problem::argument(&error))?;
        Ok(Self { call, server })
    }

    /// These within those that hold for all.
    pub(super) fn within(&self, terms: &Terms, settings: &Settings) -> Result<CallOptions, Problem> {
        let mut options = self.call.clone();
        if options.rate_limit == Some(RateLimit::Off) {
            let problem = "must be \"wait\" or \"error\": the gateway keeps the limit for all callers";
            return Err(misuse("rateLimit", problem));
        }
        options.deadline = [options.deadline, terms.deadline].into_iter().flatten().min();
        options.max_wait = options.max_wait.map(|wait| wait.min(settings.max_wait));
        options.timeout = options.timeout.map(|timeout| timeout.min(settings.timeout));
        options.priority = terms.priority;
        Ok(options)
    }
}

/// A number, or the text of one; nothing for null and empty text.
fn server_id(value: &Value) -> Option<Result<i64, ()>> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.trim().parse().map_err(drop)),
        // Lua has numbers such as 1.0.
        Value::Number(number) => Some(number.as_i64().or_else(|| whole(number.as_f64()?)).ok_or(())),
        _ => Some(Err(())),
    }
}

#[allow(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
}

/// Which option a name was meant to be, else all there are.
fn meant(name: &str) -> String {
    let plain = |name: &str| -> String {
        name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
    };
    let wanted = plain(name);
    if wanted.contains("server") {
        return "did you mean serverId?".to_owned();
    }
    let rated = OPTIONS.into_iter().map(|known| (strsim::osa_distance(&wanted, &plain(known)), known));
    let near = rated.filter(|(distance, known)| *distance <= known.len() / 3).min();
    near.map_or_else(
        || format!("there are {}", OPTIONS.join(", ")),
        |(_, known)| format!("did you mean {known}?"),
    )
}

fn misuse(argument: &str, problem: &str) -> Problem {
    let mark = if problem.ends_with('?') { "" } else { "." };
    Problem::misuse(argument, format!("{argument} {problem}{mark}"))
}
