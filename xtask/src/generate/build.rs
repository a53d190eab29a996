//! From a document to the view that the templates get, with every mistake reported by file and operation.

use std::collections::BTreeSet;

use anyhow::{Context, Result, anyhow, bail};
use heck::ToUpperCamelCase;
use serde_json::Value;

use super::arguments::{Declared, check_path, example_of, positional};
use super::extensions;
use super::model::{
    Api, Example, Failure, Field, Group, Location, Operation, Parameter, Payload, PayloadKind, page_name,
};
use super::model::{Role, Type, TypeDef, Wire};
use super::names;
use super::openapi::{self, Answer, Body, Document, PathItem};
use super::schemas::{Types, choices, parameter_kind, type_of};
use super::whole::{notice, unused};

/// What the core takes for a misplaced call option (`core/src/request/arguments.rs`).
const CALL_OPTIONS: [&str; 6] = ["timeout", "deadline", "retries", "signal", "maxWait", "rateLimit"];

/// Version 1 counts all its calls together.
const V1_LIMIT: u32 = 60;

/// Reads the text of a document; `source` is what messages call it.
pub(crate) fn build(text: &str, source: &str) -> Result<Api> {
    let raw: Value = serde_saphyr::from_str(text).with_context(|| format!("{source} is not valid YAML"))?;
    extensions::refuse_unknown(&raw, &mut Vec::new()).with_context(|| source.to_owned())?;
    let document: Document = serde_saphyr::from_str(text)
        .with_context(|| format!("{source} is not the OpenAPI 3.1 that the generator reads"))?;
    Builder { document: &document, types: Types::new(&document) }
        .api(source)
        .with_context(|| source.to_owned())
}

pub(super) struct Builder<'a> {
    pub(super) document: &'a Document,
    pub(super) types: Types<'a>,
}

/// What a call takes, in the form of either version.
pub(super) struct Asked {
    pub(super) parameters: Vec<Parameter>,
    pub(super) payload: Option<Payload>,
    pub(super) arguments: Vec<Option<usize>>,
    pub(super) wire: Option<Wire>,
    /// The documented call; its answer is not yet in it.
    pub(super) example: Example,
}

impl<'a> Builder<'a> {
    fn api(mut self, source: &str) -> Result<Api> {
        let mut groups: Vec<Group> = self
            .document
            .tags
            .iter()
            .map(|tag| Group {
                name: tag.name.clone(),
                version: 2,
                page: page_name(&tag.name, 2),
                description: tag.description.clone(),
                operations: Vec::new(),
            })
            .collect();
        let (mut methods, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for (path, item) in &self.document.paths {
            for (verb, operation) in item.operations() {
                let built = self
                    .operation(verb, path, item, operation)
                    .and_then(|built| {
                        unused(&mut methods, "x-method", &built.name)?;
                        unused(&mut ids, "operationId", &built.operation_id)?;
                        Ok(built)
                    })
                    .with_context(|| format!("{verb} {path}"))?;
                let Some(group) = groups.iter_mut().find(|group| group.name == built.group) else {
                    bail!("{verb} {path}: the tag `{}` is not listed under tags; add it there", built.group)
                };
                group.version = built.version;
                group.page = page_name(&group.name, built.version);
                group.operations.push(built);
            }
        }
        groups.retain(|group| !group.operations.is_empty());
        let events = self.events()?;
        Ok(Api {
            title: self.document.info.title.clone(),
            notice: notice(source),
            groups,
            types: self.types.into_list(),
            events,
        })
    }

    fn operation(
        &mut self,
        verb: &str,
        path: &str,
        item: &'a PathItem,
        operation: &'a openapi::Operation,
    ) -> Result<Operation> {
        let name = needed(operation.method.as_deref(), "x-method: getAccountV2, its name in the SDKs")?;
        names::check_method(name)?;
        let operation_id = needed(operation.operation_id.as_deref(), "operationId: getAccount")?;
        let [group] = operation.tags.as_slice() else {
            bail!("it must have exactly one tag, the group it belongs to, such as tags: [accounts]")
        };
        let (success, answer) = self.success(operation)?;
        let (asked, (data, data_example), limit) = if operation.request_type.is_some() {
            let asked = self.posted(operation_id, operation)?;
            let result = self.result(operation_id, &asked, answer).context("in its success answer")?;
            (asked, result, V1_LIMIT)
        } else {
            let asked = self.asked(operation_id, path, item, operation)?;
            let data = self.data(operation_id, answer).context("in its success answer")?;
            (asked, data, *needed(operation.limit.as_ref(), "x-limit: 27, its ceiling per minute")?)
        };
        let Asked { parameters, payload, arguments, wire, example } = asked;
        let paged = self.paged(operation.paged.as_ref(), payload.as_ref(), &data)?;
        Ok(Operation {
            name: name.to_owned(),
            local: name.to_owned(),
            operation_id: operation_id.to_owned(),
            version: if wire.is_some() { 1 } else { 2 },
            group: group.clone(),
            summary: needed(Some(operation.summary.as_str()), "summary: Get Account")?.to_owned(),
            description: one_line(&operation.description),
            method: verb.to_owned(),
            path: path.to_owned(),
            example: Example { data: data_example, ..example },
            limit_words: match wire {
                None => format!("{limit} calls a minute"),
                Some(_) => format!("{limit} calls a minute together with all others of version 1"),
            },
            parameters,
            payload,
            arguments,
            wire,
            data,
            success,
            errors: self.failures(operation)?,
            limit,
            repeatable: *needed(
                operation.repeatable.as_ref(),
                "x-repeatable: true where a repeat is harmless",
            )?,
            paged,
            undocumented: operation.undocumented,
            guide: operation.guide.clone(),
            asked_at_setup: operation.asked_at_setup,
        })
    }

    /// The arguments of version 2: parameters, then the body or the query object.
    fn asked(
        &mut self,
        operation_id: &str,
        path: &str,
        item: &'a PathItem,
        operation: &'a openapi::Operation,
    ) -> Result<Asked> {
        let declared = self.parameters(path, item, operation)?;
        let arguments = needed(
            operation.arguments.as_ref(),
            "x-arguments: [accountId, payload], its arguments in order",
        )?;
        let (parameters, last) = positional(arguments, &declared, operation.request_body.is_some())?;
        let (payload, payload_example) = match last {
            Some(PayloadKind::Query) => self.query(operation_id, operation, &declared, &parameters)?,
            Some(_) => self.body(operation_id, operation)?,
            None => (None, None),
        };
        let examples = parameters.iter().map(|each| example_of(each, &declared)).collect::<Result<_>>()?;
        Ok(Asked {
            arguments: (0..parameters.len()).map(Some).chain(payload.is_some().then_some(None)).collect(),
            parameters,
            payload,
            wire: None,
            example: Example { arguments: examples, payload: payload_example, sent: None, data: None },
        })
    }

    /// The parameters of the path and the operation, with references followed.
    fn parameters(
        &self,
        path: &str,
        item: &'a PathItem,
        operation: &'a openapi::Operation,
    ) -> Result<Vec<Declared<'a>>> {
        let mut declared = Vec::new();
        for written in item.parameters.iter().chain(&operation.parameters) {
            let parameter = follow(
                written.reference.as_deref(),
                written,
                "parameters",
                &self.document.components.parameters,
            )?;
            let location = match parameter.location.as_str() {
                "path" => Location::Path,
                "query" => Location::Query,
                other => {
                    bail!("the parameter `{}` is in `{other}`; only path and query are sent", parameter.name)
                }
            };
            let kind = parameter_kind(&parameter.schema)
                .with_context(|| format!("the parameter `{}`", parameter.name))?;
            declared.push((
                Parameter {
                    name: parameter.name.clone(),
                    field: parameter.name.clone(),
                    local: parameter.name.clone(),
                    kind,
                    choices: choices(&parameter.schema),
                    location,
                    default_server: parameter.default_server,
                    required: !parameter.default_server,
                    description: one_line(&parameter.description),
                },
                parameter,
            ));
        }
        check_path(path, &declared)?;
        Ok(declared)
    }

    fn body(
        &mut self,
        operation_id: &str,
        operation: &'a openapi::Operation,
    ) -> Result<(Option<Payload>, Option<Value>)> {
        let written = operation
            .request_body
            .as_ref()
            .context("x-arguments names payload, but there is no requestBody")?;
        let body: &Body = follow(
            written.reference.as_deref(),
            written,
            "requestBodies",
            &self.document.components.request_bodies,
        )?;
        let media =
            body.content.get("application/json").context("the requestBody has no application/json")?;
        let name = format!("{}Payload", operation_id.to_upper_camel_case());
        let kind_of = self.types.convert(&media.schema, &name).context("in its requestBody")?;
        let (fields, description) = match &kind_of {
            Type::Ref(name) => self
                .types
                .get(name)
                .map(|def| (def.fields.clone(), def.description.clone()))
                .unwrap_or_default(),
            Type::Map(_) | Type::Any => (Vec::new(), String::new()),
            _ => bail!("the body must be an object: a payload is refused otherwise before it is sent"),
        };
        self.types.mark_as_payload(&kind_of);
        let default_server = fields.iter().any(|field| field.default_server);
        if let Some(field) = fields.iter().find(|field| field.default_server && field.name != "serverId") {
            bail!("x-default-server is on the body's field `{}`, but only serverId can have it", field.name);
        }
        if let Some(field) = fields.iter().find(|field| CALL_OPTIONS.contains(&field.name.as_str())) {
            bail!("the core refuses the body's field `{}`, which has the name of a call option", field.name);
        }
        let example =
            media.first_example().context("the requestBody has no example; write the documented payload")?;
        let payload = Payload {
            name: "payload".to_owned(),
            local: "payload".to_owned(),
            kind: PayloadKind::Body,
            required: body.required,
            kind_of,
            description: if body.description.is_empty() { description } else { one_line(&body.description) },
            fields,
            default_server,
            text_as: Vec::new(),
        };
        Ok((Some(payload), Some(example.clone())))
    }

    fn query(
        &mut self,
        operation_id: &str,
        operation: &openapi::Operation,
        declared: &[Declared<'_>],
        positional: &[Parameter],
    ) -> Result<(Option<Payload>, Option<Value>)> {
        let fields: Vec<Field> = declared
            .iter()
            .filter(|(parameter, _)| parameter.location == Location::Query)
            .filter(|(parameter, _)| positional.iter().all(|each| !each.is(parameter)))
            .map(|(parameter, written)| Field {
                name: parameter.name.clone(),
                local: parameter.name.clone(),
                kind_of: type_of(parameter.kind, &parameter.choices),
                required: written.required,
                default_server: parameter.default_server,
                description: parameter.description.clone(),
            })
            .collect();
        if fields.is_empty() {
            bail!("x-arguments names query, but no query parameter is declared for it");
        }
        if let Some(Value::Object(example)) = &operation.example_query
            && let Some(unknown) = example.keys().find(|key| fields.iter().all(|field| field.name != **key))
        {
            bail!(
                "x-example-query has `{unknown}`, which is no declared query parameter; add it to parameters"
            );
        }
        let name = format!("{}Query", operation_id.to_upper_camel_case());
        let description = format!("Query fields of \"{}\".", operation.summary);
        let def =
            TypeDef { local: name.clone(), name, description, role: Role::Query, fields: fields.clone() };
        let payload = Payload {
            name: "query".to_owned(),
            local: "query".to_owned(),
            kind: PayloadKind::Query,
            required: false,
            kind_of: self.types.add(def)?,
            description: "Fields of the query; all of them may be left out.".to_owned(),
            fields,
            default_server: false,
            text_as: Vec::new(),
        };
        Ok((Some(payload), operation.example_query.clone()))
    }

    fn success(&self, operation: &'a openapi::Operation) -> Result<(u16, &'a Answer)> {
        let mut found = operation.responses.iter().filter(|(status, _)| status.starts_with('2'));
        let (Some((status, written)), None) = (found.next(), found.next()) else {
            bail!("it must have exactly one answer with a status from 200 to 299")
        };
        Ok((status.parse().with_context(|| format!("the status `{status}`"))?, self.answer(written)?))
    }

    fn answer(&self, written: &'a Answer) -> Result<&'a Answer> {
        follow(written.reference.as_deref(), written, "responses", &self.document.components.responses)
    }

    /// The type and the example of the envelope's `data`.
    fn data(&mut self, operation_id: &str, answer: &Answer) -> Result<(Type, Option<Value>)> {
        let Some(media) = answer.content.get("application/json") else { return Ok((Type::Null, None)) };
        let schema = media.schema.properties.get("data").context(
            "its schema is no envelope; write an object with the properties success, data and meta",
        )?;
        let example = media.first_example().and_then(|example| example.get("data"));
        let example = example.context("it has no example with data; the emulator answers with it")?;
        let name = format!("{}Data", operation_id.to_upper_camel_case());
        if let Some(meta) = media.schema.properties.get("meta") {
            self.types.convert(meta, "Meta")?;
        }
        Ok((self.types.convert(schema, &name)?, Some(example.clone())))
    }

    fn failures(&mut self, operation: &'a openapi::Operation) -> Result<Vec<Failure>> {
        let mut failures = Vec::new();
        for (status, written) in operation.responses.iter().filter(|(status, _)| !status.starts_with('2')) {
            let answer = self.answer(written)?;
            if let Some(media) = answer.content.get("application/problem+json") {
                self.types.convert(&media.schema, "Problem")?;
            }
            let status = status.parse().with_context(|| format!("the status `{status}`"))?;
            let description = described(&one_line(&answer.description), &answer.texts());
            failures.push(Failure { status, description });
        }
        Ok(failures)
    }
}

/// A failure's description with the texts that the service answers with.
fn described(description: &str, texts: &[&str]) -> String {
    if texts.is_empty() {
        return description.to_owned();
    }
    let texts = texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
    format!("{} {texts}", description.trim_end_matches('.').to_owned() + ":")
}

fn follow<'a, T>(
    reference: Option<&str>,
    written: &'a T,
    kind: &str,
    known: &'a indexmap::IndexMap<String, T>,
) -> Result<&'a T> {
    let Some(reference) = reference else { return Ok(written) };
    reference
        .strip_prefix(&format!("#/components/{kind}/"))
        .and_then(|name| known.get(name))
        .ok_or_else(|| anyhow!("`{reference}` names nothing; add it under components/{kind}"))
}

pub(super) fn needed<T>(value: Option<T>, what: &str) -> Result<T> {
    value.with_context(|| {
        format!("it lacks {}; add it, such as {what}", what.split(':').next().unwrap_or(what))
    })
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
