//! Calls of version 1: one `POST` of `{id, key, type, data}` each, and answers without an envelope.

use anyhow::{Context, Result, bail};
use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use super::build::{Asked, Builder, needed, one_line};
use super::model::{
    DataShape, Example, Field, Kind, Location, Parameter, Payload, PayloadKind, ResultForm, Role, Type,
    TypeDef, Wire,
};
use super::openapi::{self, Answer, Media, Schema};
use super::schemas::{choices, parameter_kind};

impl<'a> Builder<'a> {
    /// The arguments, which are fields of the member `data` or objects of such fields.
    pub(super) fn posted(&mut self, operation_id: &str, operation: &'a openapi::Operation) -> Result<Asked> {
        let media = operation.request_body.as_ref().and_then(|body| body.content.get("application/json"));
        let media = media.context("its requestBody has no application/json")?;
        let schema = media.schema.properties.get("data").context("its requestBody has no property `data`")?;
        let (shape, schema) = self.shape(schema)?;
        let names =
            needed(operation.arguments.as_ref(), "x-arguments: [apiId, params], its arguments in order")?;
        let is_payload = |name: &String| operation.payload.as_ref() == Some(name);
        if operation.payload.is_some() && !names.iter().any(is_payload) {
            bail!("x-payload is none of x-arguments");
        }
        let mut parameters = Vec::new();
        for name in names.iter().filter(|name| !is_payload(name)) {
            parameters.push(parameter(schema, name)?);
        }
        let payload = match (&operation.payload, shape) {
            (None, _) => None,
            (Some(name), DataShape::List) => Some(self.list(operation_id, name, schema)?),
            (Some(name), _) => Some(self.object(operation_id, operation, name, schema, &parameters)?),
        };
        let mut at = 0..parameters.len();
        let arguments: Vec<Option<usize>> =
            names.iter().map(|name| if is_payload(name) { None } else { at.next() }).collect();
        let example = example(operation, media, shape, &parameters, &arguments)?;
        let wire = Wire {
            request_type: needed(operation.request_type.clone(), "x-type: GET_ACCOUNTS, its constant")?,
            data_shape: shape,
            result: result_form(operation.result.as_deref().unwrap_or("json"))?,
            at_least_one_of: schema.at_least_one_of.clone(),
            also_at: operation.also_at.clone(),
            subscription: operation.subscription,
            counterpart: operation.counterpart.clone(),
        };
        Ok(Asked { parameters, payload, arguments, wire: Some(wire), example })
    }

    /// How `data` looks, and the schema of the object in it.
    fn shape(&self, schema: &'a Schema) -> Result<(DataShape, &'a Schema)> {
        let schema = self.types.resolved(schema)?;
        if schema.kind.names() != ["array"] {
            return Ok((DataShape::Object, schema));
        }
        let item = match &schema.items {
            Some(item) => self.types.resolved(item)?,
            None => schema,
        };
        Ok(match schema.max_items {
            Some(0) => (DataShape::Nothing, schema),
            Some(1) => (DataShape::ObjectInArray, item),
            _ => (DataShape::List, schema),
        })
    }

    fn list(&mut self, operation_id: &str, name: &str, schema: &Schema) -> Result<Payload> {
        let kind_of = self.types.convert(schema, &format!("{}Data", operation_id.to_upper_camel_case()))?;
        self.types.mark_as_payload(&kind_of);
        let item = match &kind_of {
            Type::Array(item) => (**item).clone(),
            _ => Type::Any,
        };
        let def = if let Type::Ref(name) = &item { self.types.get(name) } else { None };
        Ok(Payload {
            name: name.to_owned(),
            local: name.to_owned(),
            kind: PayloadKind::List,
            required: true,
            description: one_line(&schema.description),
            fields: def.map(|def| def.fields.clone()).unwrap_or_default(),
            kind_of,
            default_server: false,
            text_as: Vec::new(),
        })
    }

    /// The fields that no other argument stands for, as one object.
    fn object(
        &mut self,
        operation_id: &str,
        operation: &openapi::Operation,
        name: &str,
        schema: &Schema,
        parameters: &[Parameter],
    ) -> Result<Payload> {
        let suffix = if parameters.is_empty() { "Params".to_owned() } else { name.to_upper_camel_case() };
        let type_name = format!("{}{suffix}", operation_id.to_upper_camel_case());
        let mut fields: Vec<Field> = Vec::new();
        for (field, written) in &schema.properties {
            if parameters.iter().all(|parameter| parameter.field != *field) {
                fields.push(self.types.field(schema, &type_name, field, written)?);
            }
        }
        if fields.is_empty() {
            bail!("x-payload is `{name}`, but no property of data is left for it");
        }
        for field in &fields {
            self.types.mark_as_payload(&field.kind_of);
        }
        let text_as = schema.text_as.iter().map(|name| field_named(&fields, name)).collect::<Result<_>>()?;
        let def = TypeDef {
            name: type_name.clone(),
            local: type_name,
            description: one_line(&schema.description),
            role: Role::Payload,
            fields: fields.clone(),
        };
        Ok(Payload {
            name: name.to_owned(),
            local: name.to_owned(),
            kind: PayloadKind::Data,
            required: !operation.payload_optional,
            kind_of: self.types.add_own(def)?,
            description: one_line(&schema.description),
            default_server: fields.iter().any(|field| field.default_server),
            fields,
            text_as,
        })
    }

    /// The type and the example of the result.
    pub(super) fn result(
        &mut self,
        operation_id: &str,
        asked: &Asked,
        answer: &Answer,
    ) -> Result<(Type, Option<Value>)> {
        let result = asked.wire.as_ref().map_or(&ResultForm::Json, |wire| &wire.result);
        let kind = if matches!(result, ResultForm::Text | ResultForm::Number) {
            "text/plain"
        } else {
            "application/json"
        };
        let media = answer.content.get(kind).with_context(|| format!("x-result wants {kind}"))?;
        let example = media.first_example().context("it has no example; the emulator answers with it")?;
        let name = format!("{}Result", operation_id.to_upper_camel_case());
        Ok(match result {
            ResultForm::Text => (Type::String, Some(example.clone())),
            ResultForm::Number => (Type::Integer, Some(leading_number(example)?.into())),
            ResultForm::Json => (self.types.convert(&media.schema, &name)?, Some(example.clone())),
            ResultForm::Member(member) => {
                let schema = self.types.resolved(&media.schema)?.properties.get(member);
                let schema = schema.with_context(|| format!("it has no property `{member}`"))?.clone();
                let example =
                    example.get(member).with_context(|| format!("its example has no `{member}`"))?;
                (self.types.convert(&schema, &name)?, Some(example.clone()))
            }
        })
    }
}

fn field_named(fields: &[Field], name: &str) -> Result<Field> {
    let field = fields.iter().find(|field| field.name == name);
    field.cloned().with_context(|| format!("x-text-as names `{name}`, which is no field of the payload"))
}

fn parameter(schema: &Schema, name: &str) -> Result<Parameter> {
    let called = |field: &str, written: &Schema| written.argument.as_deref().unwrap_or(field) == name;
    let (field, written) = schema
        .properties
        .iter()
        .find(|(field, written)| called(field, written))
        .with_context(|| format!("x-arguments names `{name}`, which is no property of data"))?;
    let kind: Kind = parameter_kind(written).with_context(|| format!("the argument `{name}`"))?;
    let required = schema.required.iter().any(|required| required == field);
    Ok(Parameter {
        name: name.to_owned(),
        field: field.clone(),
        local: name.to_owned(),
        kind,
        choices: choices(written),
        location: Location::Data,
        default_server: written.default_server,
        required: required && !written.default_server,
        description: one_line(&written.description),
    })
}

/// The documented call, in whose request the same must stand.
fn example(
    operation: &openapi::Operation,
    media: &Media,
    shape: DataShape,
    parameters: &[Parameter],
    arguments: &[Option<usize>],
) -> Result<Example> {
    let values = &operation.example_arguments;
    if values.len() != arguments.len() {
        bail!("x-example-arguments has {} values for {} arguments", values.len(), arguments.len());
    }
    let sent = media.first_example().and_then(|example| example.get("data"));
    let sent = sent.context("its requestBody has no example with data")?;
    let mut positional = Vec::new();
    let mut payload = None;
    let mut fields = Map::new();
    for (slot, value) in arguments.iter().zip(values) {
        match slot {
            Some(index) => {
                positional.push(value.clone());
                fields.insert(parameters[*index].field.clone(), value.clone());
            }
            None => payload = Some(value.clone()),
        }
    }
    if let Some(Value::Object(more)) = &payload {
        fields.extend(more.clone());
    }
    let expected = match shape {
        DataShape::Nothing => sent.clone(),
        DataShape::List => payload.clone().unwrap_or_default(),
        DataShape::Object => fields.into(),
        DataShape::ObjectInArray => vec![Value::from(fields)].into(),
    };
    if expected != *sent {
        bail!("the example's data is {sent}, but x-example-arguments make it {expected}");
    }
    Ok(Example { arguments: positional, payload, sent: Some(sent.clone()), data: None })
}

fn result_form(text: &str) -> Result<ResultForm> {
    Ok(match (text, text.strip_prefix("member:")) {
        ("json", _) => ResultForm::Json,
        ("text", _) => ResultForm::Text,
        ("number", _) => ResultForm::Number,
        (_, Some(name)) => ResultForm::Member(name.to_owned()),
        _ => bail!("x-result is `{text}`; it is one of json, text, number and member:NAME"),
    })
}

fn leading_number(example: &Value) -> Result<i64> {
    let text = example.as_str().unwrap_or_default();
    let end = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().with_context(|| format!("the example {example} begins with no number"))
}
