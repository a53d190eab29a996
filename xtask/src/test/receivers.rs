//! The example receivers of events, each run against the emulator: it changes an account, and the receiver
//! must print a line for each change after it has looked the account up again.

use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::lines::wait_for;
use super::report::Counts;
use super::{Run, debug, heading, lua};
use crate::language::Language;
use crate::process::Program;
use crate::python::Venv;
use crate::root::{self, copy, dist, work};
use crate::{dotnet, emulator, node};

const ACCOUNT: &str = "00000000-0000-0000-0000-000000000000";
const COMMUNITY: &str = "YOUR_COMMUNITY_ID";
const KEY: &str = "YOUR_API_KEY";

pub(super) fn suite(run: &mut Run<'_>, language: Language) {
    if run.filter.is_some() {
        return;
    }
    let what = format!("{}: example receiver", language.name());
    heading(&what);
    let outcome = program(language).and_then(check);
    let passed = outcome.is_ok();
    run.report.ran(&what, Counts { passed: u32::from(passed), failed: u32::from(!passed) });
    if let Err(error) = outcome {
        let again = format!("cargo xtask test --lang {}", language.name());
        run.report.failed(&what, &format!("{error:#}; to repeat it:\n  {again}"));
    }
}

/// The example with the package installed, ready to be given its port.
fn program(language: Language) -> Result<Program> {
    let examples = root::root().join("examples");
    match language {
        Language::Rust => rust(),
        Language::Python => {
            let fresh = Venv::with_our_package(work("python-events"), &dist())?;
            Ok(fresh.python().arg("-u").arg(examples.join("python/events.py")))
        }
        Language::Node => {
            let folder = work("node-events");
            node::project(&folder, &dist())?;
            copy(&examples.join("node/events.js"), &folder.join("events.js"))?;
            Ok(Program::new("node").arg("events.js").dir(folder))
        }
        Language::Csharp => csharp(&examples.join("csharp/events")),
        Language::Lua => lua::program_of(&examples.join("lua/events.lua")),
    }
}

fn rust() -> Result<Program> {
    debug::build().run()?;
    Ok(Program::new(root::debug(&format!("examples/events{}", std::env::consts::EXE_SUFFIX))))
}

fn csharp(project: &Path) -> Result<Program> {
    let folder = work("csharp-events");
    let build = dotnet::with_our_package(&dist())?.args(["build", "--nologo", "--verbosity", "quiet"]);
    build.arg("--output").arg(&folder).arg(project).run()?;
    // Not `dotnet run`, which would stand between us and the program.
    Ok(dotnet::dotnet()?.arg(folder.join("Events.dll")))
}

fn check(example: Program) -> Result<()> {
    let emulator = emulator::start(&[])?;
    let port = free_port()?;
    let example = example
        .arg(port.to_string())
        .env("SONORAN_API_KEY", KEY)
        .env("SONORAN_COMMUNITY_ID", COMMUNITY)
        .env("SONORAN_CMS_API_URL", &emulator.url);
    let (_running, lines) = example.speak()?;
    wait_for(&lines, "ready http://")?;
    let target = format!("http://127.0.0.1:{port}/sonorancms/events");
    emulator.send("PUT", "/_emulator/events", &json!({ "targets": [{ "url": target }] }))?;
    let changes = changes();
    for (method, path, body, event) in &changes {
        emulator.send(method, path, body)?;
        wait_for(&lines, &format!("{event} {ACCOUNT}"))?;
    }
    let looked_up = json!({ "operation": "getAccountV2", "count": changes.len() });
    emulator.send("POST", "/_emulator/journal/assert", &looked_up).context("not every account was looked up")
}

/// A request for each kind of event.
fn changes() -> [(&'static str, String, Value, &'static str); 3] {
    let v1 = |kind| json!({ "id": COMMUNITY, "key": KEY, "type": kind, "data": [{ "accId": ACCOUNT }] });
    let name = format!("/v2/community/accounts/{ACCOUNT}/name");
    [
        ("PATCH", name, json!({ "newName": "Alex" }), "ACCOUNT_UPDATED"),
        ("POST", "/general/kick_account".to_owned(), v1("KICK_ACCOUNT"), "ACCOUNT_KICKED"),
        ("POST", "/general/ban_account".to_owned(), v1("BAN_ACCOUNT"), "ACCOUNT_BANNED"),
    ]
}

/// One that nobody listens on at the moment.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    Ok(listener.local_addr()?.port())
}
