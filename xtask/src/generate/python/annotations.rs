//! Types as Python writes them.

use super::super::model::{Api, Kind, Parameter, Payload, PayloadKind, Type};
use super::literals::key;

/// The built-in types that annotations name.
const BUILTINS: [&str; 6] = ["bool", "dict", "float", "int", "list", "str"];

/// How types are named in one file.
pub(super) struct Annotations<'a> {
    /// What stands before the name of a type of ours.
    types: &'static str,
    any: &'static str,
    literal: &'static str,
    /// Methods hide built-in types of the same name from the annotations after them.
    hidden: Vec<&'a str>,
}

impl<'a> Annotations<'a> {
    /// Inside `types.py`.
    pub(super) fn of_types() -> Self {
        Self { types: "", any: "Any", literal: "Literal", hidden: Vec::new() }
    }

    /// Inside the stub of the events.
    pub(super) fn of_events() -> Self {
        Self { types: "_types.", ..Self::of_types() }
    }

    /// Inside the class of methods.
    pub(super) fn of_methods(api: &'a Api) -> Self {
        let methods = api.operations().map(|operation| operation.local.as_str());
        let hidden = methods.filter(|method| BUILTINS.contains(method)).collect();
        Self { types: "_types.", any: "_Any", literal: "_Literal", hidden }
    }

    pub(super) fn of(&self, kind: &Type) -> String {
        match kind {
            Type::Any => self.any.to_owned(),
            Type::Null => "None".to_owned(),
            Type::Boolean => self.builtin("bool"),
            Type::Integer => self.builtin("int"),
            Type::Number => self.builtin("float"),
            Type::String | Type::Uuid | Type::Time => self.builtin("str"),
            Type::Choice(values) => {
                let values: Vec<String> = values.iter().map(|value| key(value)).collect();
                format!("{}[{}]", self.literal, values.join(", "))
            }
            Type::Array(item) => format!("{}[{}]", self.builtin("list"), self.of(item)),
            Type::Map(value) => {
                format!("{}[{}, {}]", self.builtin("dict"), self.builtin("str"), self.of(value))
            }
            Type::Ref(name) => format!("{}{name}", self.types),
            Type::Nullable(inner) => self.union([self.of(inner), "None".to_owned()]),
            Type::OneOf(variants) => self.union(variants.iter().map(|variant| self.of(variant))),
        }
    }

    /// A positional argument, as the native part reads it.
    pub(super) fn parameter(&self, parameter: &Parameter) -> String {
        let (text, number, fraction) = (self.builtin("str"), self.builtin("int"), self.builtin("float"));
        match parameter.kind {
            Kind::Text => self.union([text, number]),
            Kind::Integer => self.union([number, text]),
            Kind::Uuid => self.union([text, "_UUID".to_owned()]),
            // A float may be an int, too.
            Kind::Number => self.union([fraction, text]),
            Kind::Boolean => self.builtin("bool"),
        }
    }

    pub(super) fn payload(&self, payload: &Payload) -> String {
        let kind = match (&payload.kind_of, payload.kind) {
            (Type::Ref(_), PayloadKind::Body | PayloadKind::Query | PayloadKind::Data) => {
                self.of(&payload.kind_of)
            }
            (Type::Array(item), PayloadKind::List) => format!("_Sequence[{}]", self.of(item)),
            // Any mapping can be sent, and a caller's own may be one of more precise types.
            _ => format!("_Mapping[{}, {}]", self.builtin("str"), self.any),
        };
        if payload.text_as.is_empty() { kind } else { self.union([self.builtin("str"), kind]) }
    }

    pub(super) fn builtin(&self, name: &str) -> String {
        if self.hidden.contains(&name) { format!("_builtins.{name}") } else { name.to_owned() }
    }

    /// Each member once, None last, and nothing beside what takes everything.
    fn union(&self, members: impl IntoIterator<Item = String>) -> String {
        let mut parts: Vec<String> = Vec::new();
        for member in members.into_iter().flat_map(|member| split(&member)) {
            if !parts.contains(&member) {
                parts.push(member);
            }
        }
        if parts.iter().any(|part| part == self.any) {
            return self.any.to_owned();
        }
        parts.sort_by_key(|part| part == "None");
        parts.join(" | ")
    }
}

/// The same annotation for what evaluates it below Python 3.10, where types have no `|`: `Union[...]`.
pub(super) fn evaluable(annotation: &str) -> String {
    let members: Vec<String> = split(annotation).iter().map(|member| inside(member)).collect();
    if members.len() == 1 { members.concat() } else { format!("Union[{}]", members.join(", ")) }
}

/// A member of a union, with what stands in its brackets made evaluable.
fn inside(member: &str) -> String {
    match member.strip_suffix(']').and_then(|member| member.split_once('[')) {
        Some((name, items)) if name != "Literal" => {
            let items: Vec<String> = parts(items, ',').iter().map(|item| evaluable(item)).collect();
            format!("{name}[{}]", items.join(", "))
        }
        _ => member.to_owned(),
    }
}

/// The members of a union, those of one inside brackets left alone.
fn split(union: &str) -> Vec<String> {
    parts(union, '|')
}

/// What a sign parts, outside of brackets.
fn parts(text: &str, between: char) -> Vec<String> {
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for sign in text.chars() {
        match sign {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ if sign == between && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("there is always one").push(sign);
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}
