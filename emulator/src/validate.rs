//! Holds a request against the API description. What is wrong comes back with the fields' names.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::description::{BodyCheck, Checks, Kind, ParameterCheck};
use crate::ids::is_uuid;
use crate::lenient;
use crate::problem::{FieldError, Problem};
use crate::route::Route;
use crate::strict;

/// More errors than this help no one.
const MOST_ERRORS: usize = 20;

/// The request's values, read and found in order.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// In the path's order.
    pub(crate) path: Vec<Value>,
    pub(crate) query: Map<String, Value>,
    /// Null when there is none.
    pub(crate) payload: Value,
}

/// Finds the names in a body that are not documented.
pub(crate) type FindNames<'a> = &'a dyn Fn(&Value) -> Vec<FieldError>;

/// Reads path, query and body. All faults found are told at once. What the service takes in place of what is
/// documented is taken too, unless `strict` says what is not documented.
pub(crate) fn read(
    route: &Route,
    checks: &Checks,
    path: Vec<String>,
    query: &str,
    body: &[u8],
    strict: Option<FindNames<'_>>,
) -> Result<Input, Problem> {
    let mut faults = Faults { strict, errors: Vec::new() };
    let path = read_path(route, checks, path, &mut faults);
    let query = read_query(checks, query, &mut faults);
    let payload = checks.body.as_ref().map_or(Value::Null, |check| read_body(check, body, &mut faults));
    let mut errors = faults.errors;
    errors.truncate(MOST_ERRORS);
    if errors.is_empty() { Ok(Input { path, query, payload }) } else { Err(Problem::invalid(errors)) }
}

/// What is wrong with a request.
struct Faults<'a> {
    /// Nothing is excused, and these names are faults too.
    strict: Option<FindNames<'a>>,
    errors: Vec<FieldError>,
}

fn read_path(route: &Route, checks: &Checks, path: Vec<String>, faults: &mut Faults<'_>) -> Vec<Value> {
    let kinds = route.path_parameters.iter();
    let read = path.into_iter().zip(kinds).map(|(text, (name, kind))| match (*kind, whole(&text)) {
        ("uuid", _) if is_uuid(&text) => Value::String(text.to_ascii_lowercase()),
        ("uuid", _) => wrong(faults, name, "must be a UUID"),
        ("integer", Some(number)) => Value::from(number),
        ("integer", None) => wrong(faults, name, "must be a whole number"),
        _ => Value::String(text),
    });
    let read: Vec<_> = read.collect();
    let parameters = checks.parameters.iter().filter(|parameter| parameter.in_path);
    for (parameter, value) in parameters.zip(&read).filter(|(_, value)| !value.is_null()) {
        check(&parameter.schema, value, Some(&parameter.name), faults);
    }
    read
}

fn wrong(faults: &mut Faults<'_>, name: &str, message: &str) -> Value {
    faults.errors.push(FieldError::new(name, message));
    Value::Null
}

fn read_query(checks: &Checks, query: &str, faults: &mut Faults<'_>) -> Map<String, Value> {
    let mut given: Vec<(String, Vec<String>)> = Vec::new();
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        match given.iter_mut().find(|(known, _)| *known == name) {
            Some((_, texts)) => texts.push(text.into_owned()),
            None => given.push((name.into_owned(), vec![text.into_owned()])),
        }
    }
    let mut read = Map::new();
    let documented = || checks.parameters.iter().filter(|parameter| !parameter.in_path);
    for (name, _) in given.iter().filter(|_| faults.strict.is_some()) {
        if documented().all(|parameter| parameter.name != *name) {
            let names = documented().map(|parameter| parameter.name.as_str());
            faults.errors.push(strict::undocumented(name.clone(), name, names));
        }
    }
    for parameter in documented() {
        let texts = given.iter().find(|(name, _)| *name == parameter.name).map(|(_, texts)| texts.as_slice());
        match read_parameter(parameter, texts) {
            Ok(Some(value)) => {
                check(&parameter.schema, &value, Some(&parameter.name), faults);
                read.insert(parameter.name.clone(), value);
            }
            Ok(None) => {}
            Err(message) => faults.errors.push(FieldError::new(&parameter.name, message)),
        }
    }
    read
}

fn read_parameter(
    parameter: &ParameterCheck,
    texts: Option<&[String]>,
) -> Result<Option<Value>, &'static str> {
    let texts = match texts {
        None if parameter.required => return Err("is missing"),
        None => return Ok(None),
        Some(texts) => texts,
    };
    let values = texts.iter().map(|text| read_text(parameter.kind, text)).collect::<Result<Vec<_>, _>>()?;
    if parameter.repeats {
        return Ok(Some(Value::Array(values)));
    }
    match <[Value; 1]>::try_from(values) {
        Ok([value]) => Ok(Some(value)),
        Err(_) => Err("must be given once only"),
    }
}

fn read_text(kind: Kind, text: &str) -> Result<Value, &'static str> {
    match kind {
        Kind::Text => Ok(Value::from(text)),
        Kind::Integer => whole(text).map(Value::from).ok_or("must be a whole number"),
        Kind::Number => text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Value::from)
            .ok_or("must be a number"),
        Kind::Boolean => text.parse::<bool>().map(Value::from).map_err(|_| "must be true or false"),
    }
}

/// A whole number. One beyond 64 bits becomes the nearest: whatever it was meant for does not exist.
fn whole(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().or(Some(if negative { i64::MIN } else { i64::MAX }))
}

/// Reads the body as JSON, whatever its content type says: the documentation's own samples name none.
fn read_body(body: &BodyCheck, bytes: &[u8], faults: &mut Faults<'_>) -> Value {
    if bytes.is_empty() {
        let nothing_needed = body.required && faults.strict.is_none() && body.schema.is_valid(&json!({}));
        if nothing_needed {
            return json!({});
        }
        if body.required {
            wrong(faults, "body", "is missing: a JSON object is expected");
        }
        return Value::Null;
    }
    let mut value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return wrong(faults, "body", &format!("is not JSON: {error}")),
    };
    if let Some(find) = faults.strict {
        faults.errors.extend(find(&value));
    }
    if !body.schema.is_valid(&value) {
        if faults.strict.is_none() {
            lenient::mend(&body.schema, &mut value);
        }
        check(&body.schema, &value, None, faults);
    }
    value
}

fn check(schema: &Validator, value: &Value, name: Option<&str>, faults: &mut Faults<'_>) {
    let strict = faults.strict.is_some();
    let found = schema.iter_errors(value).filter(|error| strict || !lenient::excused(name, error));
    faults
        .errors
        .extend(found.take(MOST_ERRORS).map(|error| FieldError::new(field(name, &error), message(&error))));
}

/// The field's name: `servers[0].name` inside a body, `body` for the body itself.
fn field(name: Option<&str>, error: &ValidationError<'_>) -> String {
    let mut field = name.unwrap_or_default().to_owned();
    let pointer = error.instance_path().as_str().to_owned();
    let mut segments: Vec<String> =
        pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
    if let ValidationErrorKind::Required { property } = error.kind() {
        segments.push(property.as_str().unwrap_or_default().to_owned());
    }
    for segment in segments {
        if segment.bytes().all(|byte| byte.is_ascii_digit()) && !field.is_empty() {
            field = format!("{field}[{segment}]");
        } else if field.is_empty() {
            field = segment;
        } else {
            field = format!("{field}.{segment}");
        }
    }
    if field.is_empty() { "body".to_owned() } else { field }
}

fn message(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Required { .. } => "is missing".to_owned(),
        ValidationErrorKind::Type { kind } => format!("must be of type {}", types(kind)),
        ValidationErrorKind::Enum { options } => format!("must be one of {options}"),
        ValidationErrorKind::Constant { expected_value } => format!("must be {expected_value}"),
        ValidationErrorKind::Format { format } => format!("must be a {format}"),
        ValidationErrorKind::Minimum { limit } => format!("must be at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("must be at most {limit}"),
        ValidationErrorKind::MinLength { limit } => format!("must have at least {limit} characters"),
        ValidationErrorKind::MaxLength { limit } => format!("must have at most {limit} characters"),
        ValidationErrorKind::MinItems { limit } => format!("must have at least {limit} entries"),
        ValidationErrorKind::MaxItems { limit } => format!("must have at most {limit} entries"),
        ValidationErrorKind::MinProperties { limit } => format!("must have at least {limit} fields"),
        ValidationErrorKind::Pattern { pattern } => format!("must fit the pattern {pattern}"),
        _ => "has none of the forms that are accepted".to_owned(),
    }
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => {
            several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or ")
        }
    }
}
