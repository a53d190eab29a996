//! The records of C#: how a type is written, and how its value is read from an answer.

use std::collections::BTreeSet;

use heck::{ToLowerCamelCase, ToUpperCamelCase};
use serde::Serialize;

use super::super::localize::settle;
use super::super::model::{Api, Field, Role, Type, TypeDef, contains};
use super::super::names::{Language, Use};

const LIST: &str = "global::System.Collections.Generic.IReadOnlyList";
const MAP: &str = "global::System.Collections.Generic.IReadOnlyDictionary";
const ELEMENT: &str = "global::System.Text.Json.JsonElement";

/// A record for an object with named fields.
#[derive(Serialize)]
pub(super) struct TypeView<'a> {
    local: &'a str,
    description: &'a str,
    fields: Vec<FieldView<'a>>,
    /// Whether it is what an operation takes, and so nothing that another one may be given.
    of_a_call: bool,
    /// Whether an answer or an event may hold it.
    read: bool,
    /// The field that holds the list, where the list alone may come in the record's place.
    bare_list: Option<&'a str>,
    bare_name: Option<&'a str>,
    bare_item: Option<String>,
}

#[derive(Serialize)]
struct FieldView<'a> {
    name: &'a str,
    local: &'a str,
    #[serde(rename = "type")]
    written: String,
    /// What is behind the property, where that is not the value alone.
    behind: Option<Behind>,
    nullable: bool,
    /// Whether the compiler asks for it.
    required: bool,
    /// What it holds before it is read; nothing for the type's own default.
    initial: Option<String>,
    /// How it is taken from a value of JSON, which stands in `__value`.
    taken: String,
    description: String,
    /// Constants for its known values, and the name of the class that holds them.
    values: Vec<Constant<'a>>,
    values_in: String,
}

/// A field that compares and prints by its value, which the framework's lists and JSON do not.
#[derive(Serialize)]
struct Behind {
    #[serde(rename = "type")]
    written: String,
    /// From the value to what is behind, and back.
    wrap: String,
    unwrap: String,
}

#[derive(Serialize)]
struct Constant<'a> {
    name: String,
    text: &'a str,
}

/// What is one of several types.
#[derive(Serialize)]
pub(super) struct UnionView {
    local: String,
    description: String,
    variants: Vec<Variant>,
}

#[derive(Serialize)]
struct Variant {
    local: String,
    #[serde(rename = "type")]
    written: String,
    description: String,
    taken: String,
    /// The names of a record's fields, which tell it from another one.
    fields: Vec<String>,
}

/// What answers and events may hold.
pub(super) struct Read<'a> {
    api: &'a Api,
    records: BTreeSet<&'a str>,
    unions: BTreeSet<Vec<String>>,
}

impl<'a> Read<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        let mut read = Self { api, records: BTreeSet::new(), unions: BTreeSet::new() };
        for operation in api.operations() {
            match api.bare_list(&operation.data) {
                Some((def, _)) => read.add(&Type::Ref(def.local.clone())),
                None => read.add(&operation.data),
            }
        }
        for event in &api.events {
            read.add(&event.data);
        }
        for name in ["Problem", "Meta"] {
            read.add(&Type::Ref(name.to_owned()));
        }
        read
    }

    fn add(&mut self, kind: &Type) {
        match kind {
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.add(inner),
            Type::OneOf(variants) => variants.iter().for_each(|variant| self.add(variant)),
            Type::Ref(name) => {
                let api = self.api;
                let Some(def) = api.types.iter().find(|def| def.local == *name) else { return };
                if self.records.insert(&def.local) {
                    def.fields.iter().for_each(|field| self.add(&field.kind_of));
                }
            }
            _ => {}
        }
    }

    /// The records that stand for one of several types, each once.
    pub(super) fn unions(&mut self) -> Vec<UnionView> {
        let api = self.api;
        let data = api.operations().map(|operation| &operation.data);
        let fields = api.types.iter().filter(|def| def.role == Role::Data).flat_map(|def| &def.fields);
        let mut views = Vec::new();
        for kind in data.chain(fields.map(|field| &field.kind_of)) {
            self.collect(kind, &mut views);
        }
        views
    }

    fn collect(&mut self, kind: &Type, views: &mut Vec<UnionView>) {
        match kind {
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.collect(inner, views),
            Type::OneOf(variants) if self.api.bare_list(kind).is_none() => {
                let Some(local) = union_name(variants) else { return };
                if self.unions.insert(vec![local.clone()]) {
                    views.push(self.union(local, variants));
                }
            }
            _ => {}
        }
    }

    fn union(&self, local: String, variants: &[Type]) -> UnionView {
        let several = variants.iter().filter(|variant| matches!(variant, Type::Ref(_))).count() > 1;
        let words: Vec<String> = variants.iter().filter_map(label).collect();
        let variants = variants.iter().map(|kind| {
            let label = label(kind).unwrap_or_default();
            Variant {
                local: label.to_lower_camel_case(),
                written: written(kind),
                description: format!("It, where it is a {label}."),
                taken: taken(kind),
                fields: if several { self.fields(kind) } else { Vec::new() },
            }
        });
        let variants = variants.collect();
        UnionView { local, description: format!("One of these: {}.", words.join(", ")), variants }
    }

    fn fields(&self, kind: &Type) -> Vec<String> {
        let Type::Ref(name) = kind else { return Vec::new() };
        let def = self.api.types.iter().find(|def| def.local == *name);
        def.into_iter().flat_map(|def| &def.fields).map(|field| field.name.clone()).collect()
    }

    pub(super) fn record(&self, def: &'a TypeDef, of_a_call: bool) -> TypeView<'a> {
        let bare = self.api.bare_lists().get(def.local.as_str()).copied();
        let bare_item = bare.and_then(|field| match &field.kind_of {
            Type::Array(item) => Some(taker(item)),
            _ => None,
        });
        let read = self.records.contains(def.local.as_str());
        TypeView {
            local: &def.local,
            description: &def.description,
            fields: def.fields.iter().map(|each| self.field(each, def, read)).collect(),
            of_a_call,
            read,
            bare_list: bare.map(|_| self.bare_local(def)),
            bare_name: bare.map(|field| field.name.as_str()),
            bare_item,
        }
    }

    fn bare_local(&self, def: &'a TypeDef) -> &'a str {
        let lists = self.api.bare_lists();
        let name = lists.get(def.local.as_str()).map(|field| field.name.as_str());
        def.fields.iter().find(|field| Some(field.name.as_str()) == name).map_or("", |field| &field.local)
    }

    fn field(&self, field: &'a Field, def: &TypeDef, read: bool) -> FieldView<'a> {
        let mut description = field.description.clone();
        let values = choices(&field.kind_of).unwrap_or_default();
        let values_in = format!("{}Values", field.local.to_upper_camel_case());
        if !values.is_empty() {
            let known = values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
            description = format!("{description} Known values: {known}.");
        }
        let kind = if def.role == Role::Data { &field.kind_of } else { field.kind_of.documented() };
        let sent = !read && def.role != Role::Data;
        let written = if sent { sent_as(kind) } else { written(kind) };
        let certain = field.required && !matches!(kind, Type::Nullable(_));
        let required = certain && sent && !field.default_server && !has_no_form(kind);
        let initial = match (certain && def.role == Role::Data, required) {
            (true, _) => self.initial(kind, &written, def),
            (_, true) => Some(if is_value(&written) { String::new() } else { "null!".to_owned() }),
            _ => None,
        };
        FieldView {
            name: &field.name,
            local: &field.local,
            behind: behind(kind, &written),
            nullable: initial.is_none(),
            required,
            initial,
            taken: taken(kind),
            written,
            description,
            values: constants(values, &values_in),
            values_in,
        }
    }

    /// What stands for a value that is missing all the same; nothing where null is better.
    fn initial(&self, kind: &Type, written: &str, owner: &TypeDef) -> Option<String> {
        match kind {
            Type::Integer | Type::Number | Type::Boolean | Type::Uuid | Type::Time => Some(String::new()),
            Type::String | Type::Choice(_) => Some("\"\"".to_owned()),
            Type::Array(_) | Type::Map(_) => {
                behind(kind, written).map(|behind| format!("{}.None", behind.written))
            }
            // One within itself would have no end.
            Type::Ref(name) if !contains(self.api, name, &owner.local, &mut Vec::new()) => {
                Some("new()".to_owned())
            }
            _ => None,
        }
    }
}

/// Known values under names that a class may have.
fn constants<'a>(values: &'a [String], class: &str) -> Vec<Constant<'a>> {
    let names = settle(Language::CSharp, Use::Type, values, &[class]);
    values.iter().zip(names).map(|(text, name)| Constant { name, text }).collect()
}

fn has_no_form(kind: &Type) -> bool {
    matches!(kind, Type::Any | Type::Null | Type::OneOf(_))
}

fn is_value(written: &str) -> bool {
    matches!(written, "bool" | "long" | "double" | "global::System.Guid" | "global::System.DateTimeOffset")
        || written == "global::Sonoran.SonoranId"
        || written == ELEMENT
}

fn behind(kind: &Type, written: &str) -> Option<Behind> {
    let of = |class: &str| Behind {
        written: class.to_owned(),
        wrap: format!("{class}.Of(value)"),
        unwrap: String::new(),
    };
    match kind {
        Type::Nullable(inner) => behind(inner, written),
        Type::Array(_) => {
            let item = written.strip_prefix(LIST)?;
            Some(of(&format!("global::Sonoran.Json.Items{item}")))
        }
        Type::Map(_) => {
            let value = written.strip_prefix(MAP)?.strip_prefix("<string, ")?;
            Some(of(&format!("global::Sonoran.Json.Members<{value}")))
        }
        _ if written == ELEMENT => Some(Behind {
            written: "global::Sonoran.Json.Raw".to_owned(),
            wrap: "new(value)".to_owned(),
            unwrap: ".Element".to_owned(),
        }),
        _ => None,
    }
}

fn choices(kind: &Type) -> Option<&[String]> {
    match kind {
        Type::Choice(values) => Some(values),
        Type::Nullable(inner) => choices(inner),
        _ => None,
    }
}

/// The type of an answer's data.
pub(super) fn data(kind: &Type) -> String {
    match kind {
        Type::Null => "global::Sonoran.NoContent".to_owned(),
        _ => written(kind),
    }
}

/// How the data of an answer are read: a `Taker`. A record's list may come in its place.
pub(super) fn data_taker(kind: &Type, or_list: bool) -> String {
    match kind {
        Type::Null => "Take.Nothing".to_owned(),
        _ if or_list => taker(kind).replace("Take.Record(", "Take.RecordOrList("),
        _ => taker(kind),
    }
}

/// A type of C#, without the mark that says it may be null. Every name is given in full, since beside the records
/// themselves one of them could hide it.
pub(super) fn written(kind: &Type) -> String {
    match kind {
        Type::Any | Type::Null => ELEMENT.to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Integer => "long".to_owned(),
        Type::Number => "double".to_owned(),
        Type::String | Type::Choice(_) => "string".to_owned(),
        Type::Uuid => "global::System.Guid".to_owned(),
        Type::Time => "global::System.DateTimeOffset".to_owned(),
        Type::Array(item) => format!("{LIST}<{}>", item_type(item)),
        Type::Map(value) => format!("{MAP}<string, {}>", item_type(value)),
        Type::Ref(name) => record(name),
        Type::Nullable(inner) => written(inner),
        Type::OneOf(variants) => {
            union_name(variants).map_or_else(|| ELEMENT.to_owned(), |name| record(&name))
        }
    }
}

/// A record's name in full.
pub(super) fn record(name: &str) -> String {
    format!("global::Sonoran.Types.{name}")
}

/// An item that may be null has to say so: a plain value would not take the null.
fn item_type(kind: &Type) -> String {
    let mark = if matches!(kind, Type::Nullable(_)) { "?" } else { "" };
    format!("{}{mark}", written(kind))
}

/// The type of what is sent: ids in whatever form a program has them.
fn sent_as(kind: &Type) -> String {
    let plain = |kind: &Type| match kind {
        // A list of texts is no list of ids.
        Type::Uuid => "string".to_owned(),
        Type::OneOf(_) => ELEMENT.to_owned(),
        _ => item_type(kind),
    };
    match kind {
        Type::Uuid => "global::Sonoran.SonoranId".to_owned(),
        Type::Nullable(inner) => sent_as(inner),
        Type::Array(item) => format!("{LIST}<{}>", plain(item)),
        Type::OneOf(_) => ELEMENT.to_owned(),
        _ => written(kind),
    }
}

/// How a field takes its value; true where it fits.
fn taken(kind: &Type) -> String {
    match kind {
        Type::Nullable(inner) => taken(inner),
        Type::Array(item) => format!("Take.List<{}>(__value, ref {{}}, {})", item_type(item), taker(item)),
        Type::Map(value) => format!("Take.Map<{}>(__value, ref {{}}, {})", item_type(value), taker(value)),
        Type::Ref(name) => format!("Take.Record(__value, ref {{}}, Read.Of{name})"),
        Type::OneOf(variants) => union_name(variants).map_or_else(
            || "Take.Any(__value, ref {})".to_owned(),
            |name| format!("Take.OneOf(__value, ref {{}}, Read.Of{name})"),
        ),
        _ => format!("{}(__value, ref {{}})", taker(kind)),
    }
}

/// A function that takes a value of the type.
fn taker(kind: &Type) -> String {
    match kind {
        Type::Any | Type::Null => "Take.Any".to_owned(),
        Type::Boolean => "Take.Flag".to_owned(),
        Type::Integer => "Take.Integer".to_owned(),
        Type::Number => "Take.Number".to_owned(),
        Type::String | Type::Choice(_) => "Take.Text".to_owned(),
        Type::Uuid => "Take.Uuid".to_owned(),
        Type::Time => "Take.Time".to_owned(),
        Type::Nullable(inner) => taker(inner),
        Type::OneOf(variants) if union_name(variants).is_none() => "Take.Any".to_owned(),
        Type::Array(_) | Type::Map(_) | Type::Ref(_) | Type::OneOf(_) => format!(
            "static ({ELEMENT} __value, ref {} __read) => {}",
            written(kind),
            taken(kind).replace("{}", "__read")
        ),
    }
}

/// The name of a record that is one of several types; none where one of them has no name.
fn union_name(variants: &[Type]) -> Option<String> {
    let labels: Option<Vec<String>> = variants.iter().map(label).collect();
    Some(labels?.join("Or"))
}

fn label(kind: &Type) -> Option<String> {
    Some(match kind {
        Type::Boolean => "Flag".to_owned(),
        Type::String => "Text".to_owned(),
        Type::Array(item) if **item == Type::String => "Texts".to_owned(),
        Type::Ref(name) => name.clone(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Type, data, sent_as, taken, written};

    fn of(name: &str) -> Type {
        Type::Ref(name.to_owned())
    }

    #[test]
    fn an_answer_without_a_body_has_a_type_too() {
        assert_eq!(data(&Type::Null), "global::Sonoran.NoContent");
        assert_eq!(data(&of("Account")), "global::Sonoran.Types.Account");
    }

    #[test]
    fn items_keep_their_null() {
        let items = Type::Map(Box::new(Type::Nullable(Box::new(Type::Integer))));
        assert_eq!(written(&items), "global::System.Collections.Generic.IReadOnlyDictionary<string, long?>");
    }

    #[test]
    fn one_of_several_is_a_record_that_names_them() {
        let either = Type::OneOf(vec![of("ClockRow"), Type::String]);
        assert_eq!(written(&either), "global::Sonoran.Types.ClockRowOrText");
        assert_eq!(taken(&either), "Take.OneOf(__value, ref {}, Read.OfClockRowOrText)");
        let unnamed = Type::OneOf(vec![Type::Array(Box::new(Type::Any)), of("List")]);
        assert_eq!(written(&unnamed), "global::System.Text.Json.JsonElement");
    }

    #[test]
    fn ids_are_sent_in_the_form_that_a_program_has_them_in() {
        assert_eq!(sent_as(&Type::Nullable(Box::new(Type::Uuid))), "global::Sonoran.SonoranId");
        let list = sent_as(&Type::Array(Box::new(Type::Uuid)));
        assert_eq!(list, "global::System.Collections.Generic.IReadOnlyList<string>");
    }
}
