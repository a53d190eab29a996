//! Gives every name of the API its identifier in one language, none of them twice.
//!
//! A name that needs no change always keeps itself. Of the others, the first comes through as converted, and the
//! next that would be the same gets `_2` (a type `2`), and so on, in the order of the document.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Api, Field, Payload, Type};
use super::names::{Language, Use, identifier};

impl Api {
    /// The same API with every `local` name set for a language, in references to types too.
    pub(crate) fn localized(&self, language: Language) -> Self {
        let mut api = self.clone();
        let type_names = type_names(&api, language);
        for def in &mut api.types {
            def.local.clone_from(&type_names[&def.name]);
            name_fields(&mut def.fields, language, Some(&def.local));
            rename_references(&mut def.fields, &type_names);
        }
        for event in &mut api.events {
            rename(&mut event.data, &type_names);
        }
        name_methods(&mut api, language);
        for operation in api.groups.iter_mut().flat_map(|group| &mut group.operations) {
            rename(&mut operation.data, &type_names);
            if let Some(paged) = &mut operation.paged {
                rename(&mut paged.item, &type_names);
            }
            let names: Vec<String> = operation
                .parameters
                .iter()
                .map(|parameter| parameter.name.clone())
                .chain(operation.payload.iter().map(|payload| payload.name.clone()))
                .collect();
            let mut locals = settle(language, Use::Argument, &names, &[]).into_iter();
            for (parameter, local) in operation.parameters.iter_mut().zip(&mut locals) {
                parameter.local = local;
            }
            if let Some(Payload { local, kind_of, fields, .. }) = &mut operation.payload {
                local.clone_from(&locals.next().unwrap_or_default());
                rename(kind_of, &type_names);
                rename_references(fields, &type_names);
                name_fields(fields, language, None);
            }
        }
        api
    }
}

fn type_names(api: &Api, language: Language) -> BTreeMap<String, String> {
    let names: Vec<String> = api.types.iter().map(|def| def.name.clone()).collect();
    let locals = settle(language, Use::Type, &names, &[]);
    names.into_iter().zip(locals).collect()
}

fn name_methods(api: &mut Api, language: Language) {
    let names: Vec<String> = api.operations().map(|operation| operation.name.clone()).collect();
    let locals = settle(language, Use::Method, &names, &[]);
    let operations = api.groups.iter_mut().flat_map(|group| &mut group.operations);
    for (operation, local) in operations.zip(locals) {
        operation.local = local;
    }
}

fn name_fields(fields: &mut [Field], language: Language, owner: Option<&str>) {
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    // C# has no member with the name of its class.
    let taken: Vec<&str> = owner.filter(|_| language == Language::CSharp).into_iter().collect();
    let locals = settle(language, Use::Field, &names, &taken);
    for (field, local) in fields.iter_mut().zip(locals) {
        field.local = local;
    }
}

/// One identifier for each name, all different; letter case does not tell two apart, except in methods.
pub(crate) fn settle(language: Language, used: Use, names: &[String], taken: &[&str]) -> Vec<String> {
    let key = |name: &str| if used == Use::Method { name.to_owned() } else { name.to_lowercase() };
    let mut taken: BTreeSet<String> = taken.iter().map(|name| key(name)).collect();
    let mut locals = vec![String::new(); names.len()];
    let unchanged = |name: &String| identifier(language, used, name) == *name;
    let order = (0..names.len())
        .filter(|at| unchanged(&names[*at]))
        .chain((0..names.len()).filter(|at| !unchanged(&names[*at])));
    for at in order {
        let wanted = identifier(language, used, &names[at]);
        let mut local = wanted.clone();
        let mut count = 1;
        while !taken.insert(key(&local)) {
            count += 1;
            // Types are written without underscores.
            let separator = if used == Use::Type { "" } else { "_" };
            local = format!("{}{separator}{count}", wanted.trim_end_matches('_'));
        }
        locals[at] = local;
    }
    locals
}

fn rename_references(fields: &mut [Field], names: &BTreeMap<String, String>) {
    for field in fields {
        rename(&mut field.kind_of, names);
    }
}

fn rename(kind_of: &mut Type, names: &BTreeMap<String, String>) {
    match kind_of {
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => rename(inner, names),
        Type::OneOf(variants) => variants.iter_mut().for_each(|variant| rename(variant, names)),
        Type::Ref(name) => {
            if let Some(local) = names.get(name) {
                name.clone_from(local);
            }
        }
        _ => {}
    }
}
