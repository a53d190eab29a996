//! The classes of `types.py`: one `TypedDict` for each object.

use serde::Serialize;

use super::super::model::{Api, Field, TypeDef};
use super::super::names::{Language, Use, identifier};
use super::annotations::{Annotations, evaluable};
use super::docstrings::{escaped, wrapped};
use super::literals::key;

/// An object, in one or two parts, since the fields of a `TypedDict` are all required or none is (what
/// marks single fields came with Python 3.11).
#[derive(Serialize)]
pub(super) struct Shape {
    name: String,
    doc: Vec<String>,
    /// Parts that the class inherits: its required fields, and those that only a call can name.
    parts: Vec<Part>,
    /// The fields of the class itself.
    fields: Vec<Row>,
    /// Whether the fields of the class itself may be absent.
    partial: bool,
    bases: String,
}

/// A part, as a class or as a call.
#[derive(Serialize)]
struct Part {
    name: String,
    call: bool,
    partial: bool,
    fields: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    key: String,
    annotation: String,
    /// The annotation as a string literal, for what is evaluated.
    quoted: String,
    doc: Vec<String>,
}

pub(super) fn shapes(api: &Api) -> Vec<Shape> {
    api.types.iter().map(|def| shape(def, api)).collect()
}

fn shape(def: &TypeDef, api: &Api) -> Shape {
    let rows = |required: bool| -> Vec<Row> {
        def.fields.iter().filter(|field| field.required == required).map(row).collect()
    };
    let (required, optional) = (rows(true), rows(false));
    // A class could not name them; then nothing of this object is written as a class.
    let odd = def.fields.iter().any(|field| !fits_a_class(field, api));
    let both = !required.is_empty() && !optional.is_empty();
    let mut parts = Vec::new();
    let mut fields = Vec::new();
    let partial = required.is_empty() && !optional.is_empty();
    for (suffix, partial, rows) in [("Required", false, required), ("Optional", true, optional)] {
        if rows.is_empty() {
            continue;
        }
        if odd || (both && !partial) {
            parts.push(Part { name: format!("_{}{suffix}", def.local), call: odd, partial, fields: rows });
        } else {
            fields = rows;
        }
    }
    let bases: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    let bases = if bases.is_empty() { "TypedDict".to_owned() } else { bases.join(", ") };
    let doc = wrapped("", &def.description).iter().map(|line| escaped(line)).collect();
    Shape {
        name: def.local.clone(),
        doc,
        partial: !fields.is_empty() && (partial || both),
        parts,
        fields,
        bases,
    }
}

fn row(field: &Field) -> Row {
    let annotation = evaluable(&Annotations::of_types().of(&field.kind_of));
    Row {
        name: field.name.clone(),
        key: key(&field.name),
        quoted: key(&annotation),
        annotation,
        doc: wrapped("", &field.description).iter().map(|line| escaped(line)).collect(),
    }
}

/// Whether the name can stand before a colon in a class, and hides no type from the fields after it.
fn fits_a_class(field: &Field, api: &Api) -> bool {
    const TYPES: [&str; 9] = ["Any", "Literal", "Union", "bool", "dict", "float", "int", "list", "str"];
    let name = field.name.as_str();
    let word = name.strip_prefix('_').unwrap_or(name);
    // Two underscores would be taken for a private name of the class.
    !word.starts_with('_')
        && identifier(Language::Python, Use::Field, word) == word
        && !TYPES.contains(&name)
        && !api.types.iter().any(|def| def.local == name)
}
