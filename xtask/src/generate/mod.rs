//! `cargo xtask generate`: from `spec/` to everything that is written for every operation.
//!
//! `openapi` is a document as it stands; `build`, `arguments`, `paged`, `posted` (for version 1), `webhooks` and `schemas` turn it into
//! `model`, which templates see, and `whole` puts them together. `names` and `localize` settle identifiers; then each face below
//! writes its files through `render`, and `output` puts them on disk.
//! A new language is one module with a `files` function, one line in `FACES`, and its templates.

mod arguments;
mod build;
mod csharp;
mod docs;
mod documented;
mod emulator;
mod extensions;
mod gateway;
mod localize;
mod lua;
mod lua_hosts;
mod luau;
mod model;
mod names;
mod node;
mod openapi;
mod output;
mod paged;
mod posted;
mod python;
mod render;
mod rust;
mod samples;
mod schemas;
#[cfg(test)]
mod tests;
mod webhooks;
mod whole;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use self::model::Api;
use self::output::Output;

/// The documents that everything is generated from, the present version first.
const SOURCES: [&str; 3] = ["spec/cms-v2.yaml", "spec/cms-v1.yaml", "spec/cms-events.yaml"];

/// What a face has to work with.
pub(crate) struct Input<'a> {
    pub(crate) api: &'a Api,
    pub(crate) documents: &'a [Written],
    /// The root of the checkout.
    pub(crate) root: &'a Path,
}

/// A document as it stands in its file.
pub(crate) struct Written {
    pub(crate) source: &'static str,
    pub(crate) document: serde_json::Value,
}

type Face = fn(&Input<'_>) -> Result<Vec<Output>>;

/// Everything that is written from the description, one line for each language or kind of file.
const FACES: &[Face] = &[
    rust::files,
    python::files,
    node::files,
    csharp::files,
    lua::files,
    lua_hosts::files,
    luau::files,
    emulator::files,
    gateway::files,
    docs::files,
    documented::files,
];

/// Writes all generated files under `root`, or with `check` only reports the stale ones, as an error.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let outputs = outputs(root)?;
    if check {
        let stale = output::stale(root, &outputs)?;
        if !stale.is_empty() {
            bail!(
                "these generated files are out of date:\n  {}\nrun `cargo xtask generate` and commit the result",
                stale.join("\n  ")
            );
        }
        println!("all {} generated files are up to date", outputs.len());
        return Ok(());
    }
    let changed = output::write(root, &outputs)?;
    for path in &changed {
        println!("{path}");
    }
    println!("{} generated files, {} changed", outputs.len(), changed.len());
    Ok(())
}

fn outputs(root: &Path) -> Result<Vec<Output>> {
    let (mut apis, mut documents) = (Vec::new(), Vec::new());
    for source in SOURCES {
        let text = fs::read_to_string(root.join(source)).with_context(|| format!("cannot read {source}"))?;
        apis.push(build::build(&text, source)?);
        documents.push(Written { source, document: serde_saphyr::from_str(&text)? });
    }
    let api = whole::merged(apis, &SOURCES)?;
    let input = Input { api: &api, documents: &documents, root };
    let mut outputs = Vec::new();
    for face in FACES {
        outputs.extend(face(&input)?);
    }
    output::with_manifest(outputs)
}
