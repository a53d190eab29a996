//! What the emulator knows of the API: its routes, and the document that it serves and checks input by.

use anyhow::Result;
use minijinja::context;
use minijinja::value::{Serde, Value};

use super::output::Output;
use super::render::{environment, render};
use super::whole::notice;
use super::{Input, Written};

const FOLDER: &str = "emulator/src/generated";

pub(crate) fn files(input: &Input<'_>) -> Result<Vec<Output>> {
    let template = include_str!("../../templates/emulator/routes.rs.j2");
    let context = context! { api => Value::from(Serde(input.api)) };
    let mut environment = environment()?;
    environment.add_filter("path_names", |path: String| path_names(&path));
    let routes = render(&environment, "emulator/routes.rs.j2", template, context)?;
    let mut outputs = vec![Output::rust(input.root, format!("{FOLDER}/routes.rs"), &routes)?];
    let events = include_str!("../../templates/emulator/events.rs.j2");
    let context = context! { api => Value::from(Serde(input.api)) };
    let events = render(&environment, "emulator/events.rs.j2", events, context)?;
    outputs.push(Output::rust(input.root, format!("{FOLDER}/events.rs"), &events)?);
    for written in input.documents.iter().filter(|written| written.document.get("paths").is_some()) {
        // The present version's document has the plain name.
        let version = if written.source.ends_with("-v1.yaml") { "-v1" } else { "" };
        outputs.push(Output::new(format!("{FOLDER}/openapi{version}.json"), document(written)));
    }
    Ok(outputs)
}

/// The document as compact JSON; JSON has no comments, so a field says where it comes from.
fn document(written: &Written) -> String {
    let mut marked = serde_json::Map::new();
    marked.insert("x-generated".to_owned(), notice(written.source).into());
    if let serde_json::Value::Object(members) = &written.document {
        marked.extend(members.clone());
    }
    format!("{}\n", serde_json::Value::Object(marked))
}

/// The names between braces, in order.
fn path_names(path: &str) -> Vec<String> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(str::to_owned).collect()
}
