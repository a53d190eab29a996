//! Turns schemas into types, and collects the objects that need a name of their own.

use anyhow::{Context, Result, anyhow, bail};
use heck::ToUpperCamelCase;
use indexmap::IndexMap;

use super::model::{Field, Kind, Role, Type, TypeDef};
use super::openapi::{Additional, Document, Schema};

/// The named objects met so far, each after the ones it is made of.
pub(crate) struct Types<'a> {
    document: &'a Document,
    found: IndexMap<String, TypeDef>,
    /// Schemas being converted now: an object among them may refer to itself, anything else may not.
    open: Vec<String>,
}

impl<'a> Types<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self { document, found: IndexMap::new(), open: Vec::new() }
    }

    pub(crate) fn into_list(self) -> Vec<TypeDef> {
        self.found.into_values().collect()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&TypeDef> {
        self.found.get(name)
    }

    /// Adds an object that stands in no schema, such as the fields of a query.
    pub(crate) fn add(&mut self, def: TypeDef) -> Result<Type> {
        let name = def.name.clone();
        if self.document.components.schemas.contains_key(&name) || self.found.contains_key(&name) {
            bail!(
                "the generated type {name} has the name of another type; rename that one in components/schemas"
            );
        }
        self.found.insert(name.clone(), def);
        Ok(Type::Ref(name))
    }

    /// Adds an object made of properties of a schema, which may have the name of that schema.
    pub(crate) fn add_own(&mut self, def: TypeDef) -> Result<Type> {
        let name = def.name.clone();
        if self.found.insert(name.clone(), def).is_some() {
            bail!("two objects would be called {name}; rename one in components/schemas");
        }
        Ok(Type::Ref(name))
    }

    /// The type of a schema; `name` is for an object that has none.
    pub(crate) fn convert(&mut self, schema: &Schema, name: &str) -> Result<Type> {
        if let Some(reference) = &schema.reference {
            return self.referred(reference);
        }
        let variants: Vec<&Schema> = schema.one_of.iter().chain(&schema.any_of).collect();
        if !variants.is_empty() {
            return self.one_of(&variants, name);
        }
        if !schema.all_of.is_empty() {
            let merged = self.merged(schema)?;
            return self.convert(&merged, name);
        }
        let mut kinds = schema.kind.names();
        let nullable = kinds.len() > 1 && kinds.contains(&"null");
        if nullable {
            kinds.retain(|kind| *kind != "null");
        }
        // An empty list may stand for an empty object; nobody writes it so where there are objects.
        if schema.max_items == Some(0) && kinds.contains(&"object") {
            kinds.retain(|kind| *kind != "array");
        }
        let mut types = Vec::new();
        for kind in kinds {
            types.push(self.plain(kind, schema, name)?);
        }
        Ok(nullable_if(nullable, one_of(types)))
    }

    fn plain(&mut self, kind: &str, schema: &Schema, name: &str) -> Result<Type> {
        Ok(match kind {
            "null" => Type::Null,
            "boolean" => Type::Boolean,
            "integer" => Type::Integer,
            "number" => Type::Number,
            "string" => text(schema),
            "array" => {
                let item = match &schema.items {
                    Some(items) => self.convert(items, &format!("{name}Item"))?,
                    None => Type::Any,
                };
                Type::Array(Box::new(item))
            }
            "object" => self.object(schema, name)?,
            other => bail!(
                "{name}: the type `{other}` is none of JSON's; write string, integer, number, boolean, array, object or null"
            ),
        })
    }

    fn object(&mut self, schema: &Schema, name: &str) -> Result<Type> {
        if schema.properties.is_empty() {
            let value = match &schema.additional_properties {
                Some(Additional::Schema(values)) => self.convert(values, &format!("{name}Value"))?,
                Some(Additional::Switch(false)) => {
                    bail!(
                        "{name}: additionalProperties is false, but objects stay open to new fields; leave it out"
                    )
                }
                _ => Type::Any,
            };
            return Ok(Type::Map(Box::new(value)));
        }
        if self.found.contains_key(name) || self.document.components.schemas.contains_key(name) {
            bail!("two objects would be called {name}; name this one in components/schemas");
        }
        self.define(schema, name)
    }

    fn define(&mut self, schema: &Schema, name: &str) -> Result<Type> {
        self.open.push(name.to_owned());
        let mut fields = Vec::new();
        for (field, schema_of_field) in &schema.properties {
            fields.push(self.field(schema, name, field, schema_of_field)?);
        }
        self.open.pop();
        let description = schema.description.clone();
        let def =
            TypeDef { name: name.to_owned(), local: name.to_owned(), description, role: Role::Data, fields };
        self.found.insert(name.to_owned(), def);
        Ok(Type::Ref(name.to_owned()))
    }

    pub(crate) fn field(
        &mut self,
        owner: &Schema,
        name: &str,
        field: &str,
        schema: &Schema,
    ) -> Result<Field> {
        let suggested = format!("{name}{}", field.to_upper_camel_case());
        let kind_of = self
            .convert(schema, &suggested)
            .with_context(|| format!("in the field `{field}` of the object {name}"))?;
        Ok(Field {
            name: field.to_owned(),
            local: field.to_owned(),
            kind_of,
            required: owner.required.iter().any(|required| required == field),
            default_server: schema.default_server,
            description: self.described(schema),
        })
    }

    /// A property's own description, else that of the schema it refers to.
    fn described(&self, schema: &Schema) -> String {
        if !schema.description.is_empty() {
            return schema.description.clone();
        }
        schema
            .reference
            .as_deref()
            .and_then(|reference| self.look_up(reference).ok())
            .map(|(_, target)| target.description.clone())
            .unwrap_or_default()
    }

    fn referred(&mut self, reference: &str) -> Result<Type> {
        let (name, schema) = self.look_up(reference)?;
        let merged;
        let schema = if schema.all_of.is_empty() {
            schema
        } else {
            merged = self.merged(schema)?;
            &merged
        };
        let open = self.open.iter().any(|open| open == name);
        if !schema.properties.is_empty() {
            let nullable = schema.kind.names().contains(&"null");
            if !open && !self.found.contains_key(name) {
                self.define(schema, name)?;
            }
            return Ok(nullable_if(nullable, Type::Ref(name.to_owned())));
        }
        if open {
            bail!("the schema {name} refers to itself without an object between");
        }
        self.open.push(name.to_owned());
        let converted = self.convert(schema, name);
        self.open.pop();
        converted
    }

    /// The schema itself where it is a reference to one.
    pub(crate) fn resolved<'s>(&self, schema: &'s Schema) -> Result<&'s Schema>
    where
        'a: 's,
    {
        match &schema.reference {
            Some(reference) => Ok(self.look_up(reference)?.1),
            None => Ok(schema),
        }
    }

    fn look_up(&self, reference: &str) -> Result<(&'a str, &'a Schema)> {
        let document = self.document;
        reference
            .strip_prefix("#/components/schemas/")
            .and_then(|name| document.components.schemas.get_key_value(name))
            .map(|(name, schema)| (name.as_str(), schema))
            .ok_or_else(|| anyhow!("`{reference}` names no schema; add it under components/schemas"))
    }

    fn one_of(&mut self, variants: &[&Schema], name: &str) -> Result<Type> {
        let mut types = Vec::new();
        let mut nullable = false;
        for (index, variant) in variants.iter().enumerate() {
            match self.convert(variant, &format!("{name}{}", index + 1))? {
                Type::Null => nullable = true,
                Type::Nullable(inner) => {
                    nullable = true;
                    push_new(&mut types, *inner);
                }
                other => push_new(&mut types, other),
            }
        }
        Ok(nullable_if(nullable, one_of(types)))
    }

    /// `allOf` as one object with all the fields.
    fn merged(&self, schema: &Schema) -> Result<Schema> {
        let mut merged = Schema { all_of: Vec::new(), properties: IndexMap::new(), ..schema.clone() };
        for part in &schema.all_of {
            let mut part = match &part.reference {
                Some(reference) => self.look_up(reference)?.1.clone(),
                None => part.clone(),
            };
            if !part.all_of.is_empty() {
                part = self.merged(&part)?;
            }
            if merged.kind.names().is_empty() {
                merged.kind = part.kind;
                merged.max_items = part.max_items;
            }
            if merged.description.is_empty() {
                merged.description = part.description;
            }
            merged.properties.extend(part.properties);
            merged.required.extend(part.required);
        }
        merged.properties.extend(schema.properties.clone());
        Ok(merged)
    }

    /// Marks what is sent, down to the objects within.
    pub(crate) fn mark_as_payload(&mut self, kind_of: &Type) {
        match kind_of {
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.mark_as_payload(inner),
            Type::OneOf(variants) => variants.iter().for_each(|variant| self.mark_as_payload(variant)),
            Type::Ref(name) => {
                let Some(def) = self.found.get_mut(name).filter(|def| def.role == Role::Data) else { return };
                def.role = Role::Payload;
                let fields: Vec<Type> = def.fields.iter().map(|field| field.kind_of.clone()).collect();
                for field in &fields {
                    self.mark_as_payload(field);
                }
            }
            _ => {}
        }
    }
}

fn text(schema: &Schema) -> Type {
    let choices = choices(schema);
    if !choices.is_empty() {
        return Type::Choice(choices);
    }
    match schema.format.as_deref() {
        Some("uuid") => Type::Uuid,
        Some("date-time") => Type::Time,
        _ => Type::String,
    }
}

/// The documented values of a text.
pub(crate) fn choices(schema: &Schema) -> Vec<String> {
    schema.choices.iter().filter_map(|choice| choice.as_str().map(str::to_owned)).collect()
}

fn push_new(types: &mut Vec<Type>, new: Type) {
    if !types.contains(&new) {
        types.push(new);
    }
}

fn one_of(mut types: Vec<Type>) -> Type {
    match types.len() {
        0 => Type::Any,
        1 => types.remove(0),
        _ if types.contains(&Type::Any) => Type::Any,
        _ => Type::OneOf(types),
    }
}

fn nullable_if(nullable: bool, inner: Type) -> Type {
    if nullable && inner != Type::Any { Type::Nullable(Box::new(inner)) } else { inner }
}

/// The kind of a parameter, which is never a structure.
pub(crate) fn parameter_kind(schema: &Schema) -> Result<Kind> {
    match (schema.kind.names().as_slice(), schema.format.as_deref()) {
        (["string"], Some("uuid")) => Ok(Kind::Uuid),
        (["string"], _) => Ok(Kind::Text),
        // Whole numbers are taken as text, too.
        (["integer"] | ["integer", "string"] | ["string", "integer"], _) => Ok(Kind::Integer),
        (["number"], _) => Ok(Kind::Number),
        (["boolean"], _) => Ok(Kind::Boolean),
        (other, _) => {
            bail!("its type is {other:?}, but a parameter is a string, an integer, a number or a boolean")
        }
    }
}

/// The type of a query field of this kind, with the documented values of a text.
pub(crate) fn type_of(kind: Kind, choices: &[String]) -> Type {
    match kind {
        Kind::Text if !choices.is_empty() => Type::Choice(choices.to_vec()),
        Kind::Text => Type::String,
        Kind::Uuid => Type::Uuid,
        Kind::Integer => Type::Integer,
        Kind::Number => Type::Number,
        Kind::Boolean => Type::Boolean,
    }
}
