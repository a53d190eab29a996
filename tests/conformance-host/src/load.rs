//! Reads the scenario files, and refuses what can't be meant.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::matcher;
use crate::scenario::Scenario;
use crate::script::{Script, Server, Step};

/// The folder of the scenarios, below `SONORAN_ROOT` or else beside this crate.
pub fn folder() -> PathBuf {
    match std::env::var_os("SONORAN_ROOT") {
        Some(root) => PathBuf::from(root).join("tests/conformance"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance"),
    }
}

/// All scenarios, in the order of the files' names.
///
/// # Errors
///
/// When a file can't be read, or holds something else than scenarios.
pub fn load(folder: &Path) -> Result<Vec<Scenario>, String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    let mut scenarios = Vec::new();
    let mut names = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        for scenario in parse(&text).map_err(|problem| format!("{}: {problem}", file.display()))? {
            if !names.insert(scenario.name.clone()) {
                return Err(format!("{}: {} is there twice", file.display(), scenario.name));
            }
            scenarios.push(scenario);
        }
    }
    Ok(scenarios)
}

/// The scenarios of one file.
fn parse(text: &str) -> Result<Vec<Scenario>, String> {
    let documents: Vec<Value> = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    documents.into_iter().map(read).collect()
}

fn read(document: Value) -> Result<Scenario, String> {
    let name = document["name"].as_str().unwrap_or("a scenario without a name").to_owned();
    let refuse = |problem: String| format!("{name}: {problem}");
    let mut scenario: Scenario =
        serde_json::from_value(document).map_err(|error| refuse(error.to_string()))?;
    if !scenario.answers.is_empty() {
        let script = Script { answers: std::mem::take(&mut scenario.answers), ..Script::default() };
        if scenario.servers.insert("api".to_owned(), Server::Script(script)).is_some() {
            return Err(refuse("answers and servers.api are the same server".to_owned()));
        }
    }
    check(&scenario).map_err(refuse)?;
    Ok(scenario)
}

fn check(scenario: &Scenario) -> Result<(), String> {
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if scenario.name.is_empty() || !plain(&scenario.name) {
        return Err("a name has lower-case letters, digits and hyphens".to_owned());
    }
    if !scenario.rule.split_once('.').is_some_and(|(area, rule)| plain(area) && plain(rule)) {
        return Err(format!("the rule {} is not of the form area.what-holds", scenario.rule));
    }
    if scenario.calls.is_empty() {
        return Err("it makes no call".to_owned());
    }
    for call in &scenario.calls {
        if call.expect.is_empty() && call.tally.is_empty() {
            return Err(format!("nothing is expected of {}", call.operation));
        }
        if call.client != "main" && !scenario.clients.contains_key(&call.client) {
            return Err(format!("there is no client {}", call.client));
        }
        let tallies = call.tally.iter().flat_map(|tally| tally.expect.values().chain([&tally.count]));
        call.expect.values().chain(tallies).try_for_each(matcher::check)?;
    }
    for (name, observed) in &scenario.observed {
        if !scenario.servers.contains_key(name) {
            return Err(format!("there is no server {name} to observe"));
        }
        let counts = [&observed.requests, &observed.connections, &observed.failed_handshakes];
        counts.into_iter().flatten().chain(&observed.seen).try_for_each(matcher::check)?;
    }
    for server in scenario.servers.values() {
        if let Server::Script(script) = server {
            check_script(script)?;
        }
    }
    Ok(())
}

fn check_script(script: &Script) -> Result<(), String> {
    for answer in &script.answers {
        let late = |step: &Step| matches!(step, Step::AtAccept | Step::AtHead);
        if answer.iter().skip(1).any(late) {
            return Err("atAccept and atHead are first steps".to_owned());
        }
        if answer.contains(&Step::Socks) && answer[..] != [Step::AtAccept, Step::Socks] {
            return Err("socks comes after atAccept, and alone".to_owned());
        }
        let of_http2 = |step: &Step| matches!(step, Step::Refuse | Step::GoAway | Step::Deaf);
        if !script.http2 && answer.iter().any(of_http2) {
            return Err("refuse, goAway and deaf are steps of HTTP/2".to_owned());
        }
    }
    if script.http2 && script.tls.is_none() {
        return Err("HTTP/2 needs TLS".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_are_valid_and_enough() {
        let scenarios = load(&folder()).unwrap();
        assert!(scenarios.len() >= 120, "{} scenarios", scenarios.len());
    }

    #[test]
    fn the_schema_is_up_to_date() {
        let written = std::fs::read_to_string(folder().join("schema.json")).unwrap();
        let written: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(written, crate::schema(), "run `cargo run -p sonoran-conformance -- schema`");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let scenario = |more: &str| {
            let text = format!(
                "- name: a\n  rule: a.b\n  why: x\n  calls: [{{operation: getCommunityV2, expect: {{success: true}}}}]\n{more}"
            );
            parse(&text).map(|_| ()).unwrap_err()
        };
        assert!(scenario("  typo: 1\n").contains("unknown field"));
        assert!(scenario("  answers: [[refuse]]\n").contains("HTTP/2"));
        assert!(scenario("  answers: [[reset, atHead]]\n").contains("first"));
        assert!(scenario("  observed: {api: {requests: 1}}\n").contains("no server api"));
        assert!(scenario("  answers: [[explode]]\n").contains("explode"));
        let unknown =
            "- {name: a, rule: a.b, why: x, calls: [{operation: x, expect: {reason: {$contians: y}}}]}";
        assert!(parse(unknown).unwrap_err().contains("$contians"));
        let nothing = "- {name: a, rule: a.b, why: x, calls: [{operation: x}]}";
        assert!(parse(nothing).unwrap_err().contains("nothing is expected"));
    }
}
