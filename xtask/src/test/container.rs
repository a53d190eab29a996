//! The emulator's image and the example with compose, as far as they can be tried without Docker: the program alone in
//! a folder, started as the image and compose.yaml say, and the bot beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::lines::wait_for;
use super::report::Counts;
use super::{Run, heading};
use crate::emulator::{self, Emulator};
use crate::process::Program;
use crate::python::{self, Venv};
use crate::root::{emptied, root, work};

const WHAT: &str = "python: the emulator's image and its example with compose";

/// Of a processor as Docker names it.
const STAGE: &str = if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" };

pub(super) fn suite(run: &mut Run<'_>) {
    if run.filter.is_some() {
        return;
    }
    heading(WHAT);
    let image = match Image::read() {
        Ok(image) if image.archive.is_file() && cfg!(target_os = "linux") => image,
        Ok(image) => return run.report.left_out_here(WHAT, &format!("no {} here", image.archive.display())),
        Err(error) => return run.broken(WHAT, &error),
    };
    match check(&image) {
        Ok(()) => run.report.ran(WHAT, Counts { passed: 1, failed: 0 }),
        Err(error) => run.broken(WHAT, &error),
    }
}

fn check(image: &Image) -> Result<()> {
    let compose = compose()?;
    let ours = &compose["services"]["emulator"];
    ensure!(
        ours["healthcheck"]["test"][0] == "CMD",
        "compose.yaml checks the emulator's health by no program"
    );
    let health: Vec<String> = serde_json::from_value(ours["healthcheck"]["test"].clone())?;
    ensure!(health[1..] == image.health, "compose.yaml asks {health:?}, and the image {:?}", image.health);
    image.unpack()?;

    let mut settings = image.environment.clone();
    settings.extend(environment(ours)?);
    settings.insert("SONORAN_EMULATOR_LIMITS".to_owned(), "off".to_owned());
    let emulator = emulator::start_by(image.enter(&image.entry, &settings).args(["--port", "0"]))?;
    let port = emulator.url.rsplit(':').next().context("the emulator's url has no port")?;
    settings.insert("SONORAN_EMULATOR_PORT".to_owned(), port.to_owned());
    let said = image.enter(&image.health, &settings).text()?;
    ensure!(said.contains("is ready"), "the health check said {said:?}");
    settings.insert("SONORAN_EMULATOR_PORT".to_owned(), "1".to_owned());
    ensure!(image.enter(&image.health, &settings).text().is_err(), "the health check is never unwell");
    bot(&compose["services"]["bot"], &emulator)
}

/// The bot must see the session that runs, and its end, and end when Docker says so.
fn bot(service: &Value, emulator: &Emulator) -> Result<()> {
    ensure!(
        service["depends_on"]["emulator"]["condition"] == "service_healthy",
        "compose.yaml starts the bot before the emulator answers"
    );
    let mut settings = environment(service)?;
    let address = settings.get_mut("SONORAN_CMS_API_URL").context("compose.yaml gives the bot no address")?;
    ensure!(address == "http://emulator:8642", "compose.yaml sends the bot to {address}");
    address.clone_from(&emulator.url);
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
    archive: PathBuf,
    environment: BTreeMap<String, String>,
    user: String,
    entry: Vec<String>,
    health: Vec<String>,
}

impl Image {
    fn read() -> Result<Self> {
        let text = fs::read_to_string(root().join("Dockerfile")).context("cannot read Dockerfile")?;
        let stage = format!("FROM scratch AS {STAGE}\nADD ");
        let (_, added) = text.split_once(&stage).with_context(|| format!("Dockerfile has no {stage:?}"))?;
        let archive = added.split_whitespace().next().context("Dockerfile adds nothing")?;
        let one = |word: &str| {
            let line = text
                .lines()
                .find_map(|line| line.split_once(word).filter(|(before, _)| before.trim().is_empty()));
            line.map(|(_, rest)| rest.trim()).with_context(|| format!("Dockerfile has no {word}"))
        };
        let (_, health) = one("HEALTHCHECK ")?.split_once(" CMD ").context("its HEALTHCHECK has no CMD")?;
        let (name, value) = one("ENV ")?.split_once('=').context("its ENV has no value")?;
        Ok(Self {
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

fn compose() -> Result<Value> {
    const AS_JSON: &str =
        "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], 'rb'))))";
    let file = root().join("examples/compose/compose.yaml");
    Ok(serde_json::from_str(&python::tools()?.python().args(["-c", AS_JSON]).arg(file).text()?)?)
}

/// The variables of a service. All must be texts: YAML's own `on` would be `true`.
fn environment(service: &Value) -> Result<BTreeMap<String, String>> {
    serde_json::from_value(service["environment"].clone())
        .context("compose.yaml has a variable that is no text")
}
