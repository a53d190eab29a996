//! The images of the emulator and the gateway and the examples with compose, as far as they can be tried without Docker:
//! the program alone in a folder, started as the image and the example say, and the bot beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Error, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::lines::wait_for;
use super::report::Counts;
use super::{Run, heading};
use crate::emulator::{self, Emulator};
use crate::process::Program;
use crate::python::{self, Venv};
use crate::root::{emptied, root, work};

const EMULATOR: &str = "python: the emulator's image and its example with compose";
const GATEWAY: &str = "python: the gateway's image and its example with compose";

/// The token of the bot at the gateway.
const TOKEN: &str = "sgw_of_the_bot_in_the_example_with_compose";

/// Of a processor as Docker names it.
const STAGE: &str = if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" };

pub(super) fn suite(run: &mut Run<'_>) {
    if run.filter.is_some() {
        return;
    }
    image(run, EMULATOR, "emulator", of_emulator);
    image(run, GATEWAY, "gateway", of_gateway);
}

fn image(run: &mut Run<'_>, what: &str, program: &'static str, check: fn(&Image) -> Result<()>) {
    heading(what);
    let image = match Image::read(program) {
        Ok(image) if image.archive.is_file() && cfg!(target_os = "linux") => image,
        Ok(image) => return run.report.left_out_here(what, &format!("no {} here", image.archive.display())),
        Err(error) => return run.broken(what, &error),
    };
    match check(&image) {
        Ok(()) => run.report.ran(what, Counts { passed: 1, failed: 0 }),
        Err(error) => run.broken(what, &error),
    }
}

fn of_emulator(image: &Image) -> Result<()> {
    let compose = compose("compose.yaml")?;
    let service = &compose["services"]["emulator"];
    image.unpack()?;
    let mut settings = image.settings(service)?;
    settings.insert("SONORAN_EMULATOR_LIMITS".to_owned(), "off".to_owned());
    let emulator = emulator::start_by(image.enter(&image.entry, &settings).args(["--port", "0"]))?;
    image.is_healthy(settings, &emulator.url)?;
    bot(&compose["services"]["bot"], "emulator", &emulator.url, &emulator, None)
}

fn of_gateway(image: &Image) -> Result<()> {
    let compose = compose("gateway.yaml")?;
    let service = &compose["services"]["gateway"];
    image.unpack()?;
    let emulator = emulator::start(&["--limits", "off"])?;
    let secrets = Image::folder().join("run/secrets");
    fs::create_dir_all(&secrets).with_context(|| format!("cannot make {}", secrets.display()))?;
    let hash = Sha256::digest(TOKEN).iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
    let tokens = format!("[bot]\nhash = \"{hash}\"\nallow = [\"read\"]\n");
    for (name, content) in [("key", "YOUR_API_KEY"), ("tokens", &tokens)] {
        ensure!(!compose["secrets"][name]["file"].is_null(), "gateway.yaml has no secret {name}");
        fs::write(secrets.join(name), content).with_context(|| format!("cannot write {name}"))?;
    }
    let mut settings = image.settings(service)?;
    let address = settings.insert("SONORAN_GATEWAY_API_URL".to_owned(), emulator.url.clone());
    ensure!(
        address.as_deref() == Some("http://emulator:8642"),
        "gateway.yaml sends the gateway to {address:?}"
    );
    let (_running, line) = image.enter(&image.entry, &settings).args(["--port", "0"]).serve()?;
    let ready: Value = serde_json::from_str(&line).with_context(|| format!("the gateway said {line:?}"))?;
    let url = ready["url"].as_str().context("the gateway did not say its url")?;
    let port = url.rsplit(':').next().context("the gateway's url has no port")?;
    image.is_healthy(settings, url)?;
    bot(&compose["services"]["bot"], "gateway", &format!("http://127.0.0.1:{port}"), &emulator, Some(TOKEN))
}

/// The bot must see the session that runs, and its end, and end when Docker says so.
fn bot(service: &Value, before: &str, url: &str, emulator: &Emulator, token: Option<&str>) -> Result<()> {
    ensure!(
        service["depends_on"][before]["condition"] == "service_healthy",
        "the bot is started before the {before} answers"
    );
    let mut settings = environment(service)?;
    let port = if before == "gateway" { 8643 } else { 8642 };
    let address = settings.insert("SONORAN_CMS_API_URL".to_owned(), url.to_owned());
    let right = format!("http://{before}:{port}");
    ensure!(address.as_deref() == Some(right.as_str()), "the bot is sent to {address:?}");
    settings.extend(token.map(|token| ("SONORAN_API_KEY".to_owned(), token.to_owned())));
    settings.insert("SECONDS_BETWEEN_LOOKS".to_owned(), "0.2".to_owned());
    // It has the wheel: the suite before this one has installed it.
    let python = Venv::at(work("python-test")).python();
    let program = root().join("examples/compose/bot/bot.py");
    let (running, lines) = python.arg("-u").arg(program).envs(settings).speak()?;
    wait_for(&lines, "session ")?;
    emulator.send("PATCH", "/v2/community/sessions", &json!({ "serverId": 1 }))?;
    wait_for(&lines, "session 55555555-5555-5555-5555-555555555555 has ended")?;
    drop(running);
    wait_for(&lines, "ended")
}

/// What the Dockerfile says.
struct Image {
    program: &'static str,
    archive: PathBuf,
    environment: BTreeMap<String, String>,
    user: String,
    entry: Vec<String>,
    health: Vec<String>,
}

impl Image {
    fn read(program: &'static str) -> Result<Self> {
        let text = fs::read_to_string(root().join("Dockerfile")).context("cannot read Dockerfile")?;
        let after = |mark: &str| {
            let (_, rest) = text.split_once(mark).with_context(|| format!("Dockerfile has no {mark:?}"))?;
            Ok::<_, Error>(rest.split("\nFROM ").next().unwrap_or(rest).to_owned())
        };
        let added = after(&format!("FROM scratch AS {STAGE}\nARG PROGRAM\nADD "))?;
        let archive = added.split_whitespace().next().context("Dockerfile adds nothing")?;
        let archive = archive.replace("${PROGRAM}", program);
        let text = after("FROM ${TARGETARCH} AS program")? + &after(&format!("FROM program AS {program}"))?;
        let one = |word: &str| {
            let line = text
                .lines()
                .find_map(|line| line.split_once(word).filter(|(before, _)| before.trim().is_empty()));
            line.map(|(_, rest)| rest.trim()).with_context(|| format!("Dockerfile has no {word}"))
        };
        let (_, health) = one("HEALTHCHECK ")?.split_once(" CMD ").context("its HEALTHCHECK has no CMD")?;
        let (name, value) = one("ENV ")?.split_once('=').context("its ENV has no value")?;
        Ok(Self {
            program,
            archive: root().join(archive),
            environment: BTreeMap::from([(name.to_owned(), value.to_owned())]),
            user: one("USER ")?.to_owned(),
            entry: serde_json::from_str(one("ENTRYPOINT ")?)?,
            health: serde_json::from_str(health)?,
        })
    }

    fn folder() -> PathBuf {
        work("image")
    }

    fn unpack(&self) -> Result<()> {
        emptied(&Self::folder())?;
        Program::new("tar").arg("-xzf").arg(&self.archive).dir(Self::folder()).run_quietly()
    }

    /// The image's variables with those of a service of the example, which must ask for its health as the image does.
    fn settings(&self, service: &Value) -> Result<BTreeMap<String, String>> {
        let test: Vec<String> = serde_json::from_value(service["healthcheck"]["test"].clone())?;
        ensure!(test.first().is_some_and(|word| word == "CMD"), "the health is checked by no program");
        ensure!(test[1..] == self.health, "the example asks {test:?}, and the image {:?}", self.health);
        let mut settings = self.environment.clone();
        settings.extend(environment(service)?);
        Ok(settings)
    }

    /// The health check must find the one at the address, and nothing where there is none.
    fn is_healthy(&self, mut settings: BTreeMap<String, String>, url: &str) -> Result<()> {
        let name = format!("SONORAN_{}_PORT", self.program.to_uppercase());
        let port = url.rsplit(':').next().context("the url has no port")?;
        settings.insert(name.clone(), port.to_owned());
        self.enter(&self.health, &settings).text().context("the health check does not find it")?;
        settings.insert(name, "1".to_owned());
        ensure!(self.enter(&self.health, &settings).text().is_err(), "the health check is never unwell");
        Ok(())
    }

    /// A program of the image, with nothing around it but the image: no other file, variable or right.
    fn enter(&self, words: &[String], settings: &BTreeMap<String, String>) -> Program {
        let (user, group) = self.user.split_once(':').unwrap_or((&self.user, &self.user));
        Program::new("env")
            .arg("--ignore-environment")
            .args(settings.iter().map(|(name, value)| format!("{name}={value}")))
            .args(["unshare", "--user"])
            .args([format!("--map-user={user}"), format!("--map-group={group}")])
            .arg(format!("--root={}", Self::folder().display()))
            .args(words)
    }
}

fn compose(file: &str) -> Result<Value> {
    const AS_JSON: &str =
        "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], 'rb'))))";
    let file = root().join("examples/compose").join(file);
    Ok(serde_json::from_str(&python::tools()?.python().args(["-c", AS_JSON]).arg(file).text()?)?)
}

/// The variables of a service. All must be texts: YAML's own `on` would be `true`.
fn environment(service: &Value) -> Result<BTreeMap<String, String>> {
    serde_json::from_value(service["environment"].clone())
        .context("the example has a variable that is no text")
}
