//! What the tests of the crate share: the emulator as a process, the documented calls, and how an
//! answer is compared with the documented one.
#![forbid(unsafe_code)]

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use sonoran::{Client, Options};

/// The seeded account.
pub const ACCOUNT: &str = "00000000-0000-0000-0000-000000000000";

/// A running emulator; it ends with this value.
pub struct Emulator {
    process: Child,
    /// Where it answers.
    pub url: String,
}

impl Emulator {
    /// Starts the program that `SONORAN_EMULATOR` names, else the release build.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with further arguments.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start_with(arguments: &[&str]) -> Self {
        let program = env::var_os("SONORAN_EMULATOR")
            .map_or_else(|| root().join("target/release/sonoran-emulator"), PathBuf::from);
        let mut process = Command::new(&program)
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask test`", program.display()));
        let mut line = String::new();
        let output = process.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).expect("it says when it is ready");
        let ready: Value = serde_json::from_str(&line).expect("one line of JSON");
        Self { process, url: ready["url"].as_str().expect("a url").to_owned() }
    }

    /// Options for the seeded credential.
    pub fn options(&self) -> Options {
        Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(&self.url)
    }

    /// A client for the seeded credential.
    ///
    /// # Panics
    ///
    /// When its options are refused.
    pub fn client(&self) -> Client {
        Client::new(self.options()).expect("these options are right")
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The emulator's admin side.
#[derive(Debug)]
pub struct Admin {
    http: reqwest::Client,
    url: String,
}

impl Admin {
    /// Of this emulator.
    ///
    /// # Panics
    ///
    /// When there can't be a client for it.
    pub fn of(emulator: &Emulator) -> Self {
        // The crate installs the provider that this client needs as well.
        let _ = emulator.client();
        let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        Self { http: builder.build().expect("plain http"), url: format!("{}/_emulator", emulator.url) }
    }

    /// The journal's entries.
    ///
    /// # Panics
    ///
    /// When the emulator does not give them.
    pub async fn journal(&self) -> Vec<Value> {
        let answer = self.http.get(format!("{}/journal", self.url)).send().await.expect("it answers");
        let text = answer.text().await.expect("whole");
        let mut journal: Value = serde_json::from_str(&text).expect("JSON");
        serde_json::from_value(journal["entries"].take()).expect("a list")
    }

    /// Posts to one of its paths, such as `faults`.
    ///
    /// # Panics
    ///
    /// When the emulator refuses it.
    pub async fn post(&self, path: &str, body: &Value) {
        let request = self.http.post(format!("{}/{path}", self.url)).body(body.to_string());
        let answer = request.send().await.expect("it answers");
        answer.error_for_status().expect("it takes this");
    }
}

/// The documented calls, written from `spec/`.
///
/// # Panics
///
/// When the file is not there.
pub fn documented_calls() -> Vec<Value> {
    generated("documented-calls.json")
}

/// The documented events, written from `spec/`.
///
/// # Panics
///
/// When the file is not there.
pub fn documented_events() -> Vec<Value> {
    generated("documented-events.json")
}

fn generated(name: &str) -> Vec<Value> {
    let file = root().join("tests/generated").join(name);
    let text = std::fs::read_to_string(&file).expect("the generated files are committed");
    serde_json::from_str(&text).expect("they are JSON")
}

/// Tells `cargo xtask test` that this operation or event has passed.
///
/// # Panics
///
/// When the folder that `SONORAN_COVERED` names is not there.
pub fn covered(name: &str) {
    if let Some(folder) = env::var_os("SONORAN_COVERED") {
        std::fs::write(Path::new(&folder).join(name), "").expect("the folder is there");
    }
}

fn root() -> PathBuf {
    env::var_os("SONORAN_ROOT")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), PathBuf::from)
}

/// Compares the shape of an answer with the documented one: the same fields, of the same JSON
/// types, all the way down; where it differs, says so.
///
/// # Errors
///
/// When the shapes differ, with the place.
pub fn same_shape(place: &str, documented: &Value, got: &Value) -> Result<(), String> {
    match (documented, got) {
        // What is null in the example, or now, tells nothing of its type.
        (Value::Null, _) | (_, Value::Null) => Ok(()),
        (Value::Object(documented), Value::Object(got)) => {
            for (name, value) in documented.iter().filter(|(name, _)| !is_timestamp(name)) {
                let place = format!("{place}.{name}");
                same_shape(&place, value, got.get(name).ok_or(format!("{place} is missing"))?)?;
            }
            Ok(())
        }
        // The seed makes the first item the documented one; those after it may hold less.
        (Value::Array(documented), Value::Array(got)) => match (documented.first(), got.first()) {
            (None, _) => Ok(()),
            (Some(documented), Some(got)) => same_shape(&format!("{place}[0]"), documented, got),
            (Some(_), None) => Err(format!("{place} is empty")),
        },
        _ if std::mem::discriminant(documented) == std::mem::discriminant(got) => Ok(()),
        _ => Err(format!("{place} is {got}, documented as {documented}")),
    }
}

/// Some objects are keyed by time.
fn is_timestamp(name: &str) -> bool {
    name.len() > 10 && name.starts_with("20") && name.as_bytes()[4] == b'-'
}

/// The page of the crate: its examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../../core/README.md")]
struct Page;
