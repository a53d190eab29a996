//! The list of what is covered, in the one page that is otherwise written by hand.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};

use super::super::Input;
use super::super::model::Api;
use super::super::output::Output;

const PAGE: &str = "README.md";
const START: &str = "<!-- covered -->\n";
const END: &str = "<!-- /covered -->";

pub(super) fn readme(input: &Input<'_>) -> Result<Output> {
    let text = fs::read_to_string(input.root.join(PAGE)).with_context(|| format!("cannot read {PAGE}"))?;
    let marks = text.split_once(START).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = marks.with_context(|| format!("{PAGE} lacks {} and {END}", START.trim_end()))?;
    Ok(Output::part(PAGE, format!("{before}{START}{}{END}{after}", table(input.api))))
}

/// One row for each group of either version; a group of both has one row.
fn table(api: &Api) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut counts: BTreeMap<(&str, u8), (usize, &str)> = BTreeMap::new();
    for group in &api.groups {
        let name = group.page.rsplit('/').next().unwrap_or(&group.name);
        if !names.contains(&name) {
            names.push(name);
        }
        counts.insert((name, group.version), (group.operations.len(), &group.page));
    }
    let mut text = "| Group | v2 | v1 |\n|---|---|---|\n".to_owned();
    let cell = |name, version| match counts.get(&(name, version)) {
        Some((count, page)) => format!("[{count}](docs/reference/{page}.md)"),
        None => String::new(),
    };
    for name in names {
        let _ = writeln!(text, "| {name} | {} | {} |", cell(name, 2), cell(name, 1));
    }
    let sum = |version| api.operations().filter(|operation| operation.version == version).count();
    let _ = writeln!(text, "| together | {} | {} |", sum(2), sum(1));
    if !api.events.is_empty() {
        let _ = writeln!(text, "\nand [{} push events](docs/reference/events.md).", api.events.len());
    }
    text
}
