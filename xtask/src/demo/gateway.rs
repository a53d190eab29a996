//! Three programs in two languages with one key: each for itself, then together through a file, a server and the gateway.
//! What the service saw of them, the emulator's journal says.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::emulator::Emulator;
use crate::package;
use crate::process::{Program, Server};
use crate::root::{emptied, work};
use crate::share::{Programs, STUCK, Store, Task, Through};
use crate::tools::NO_VALKEY;

const PROGRAMS: usize = 3;
/// A second stands for the service's minute.
const TASK: Task = Task { calls: 30, window: Duration::from_secs(1), ceiling: 15 };
/// Of a hundred slots so many must be used, on however busy a machine.
const LEAST: usize = 60;

/// Builds what is shown, and shows it.
pub(crate) fn run() -> Result<()> {
    let packages = work("share");
    let programs = Programs::new(&packages)?;
    let gateway = package::gateway_to_show()?;
    println!("\n== gateway");
    show(&programs, &packages, &gateway)
}

/// Shows these programs, with the emulator that is in a folder of packages, and this gateway. An error says that the
/// service refused one where they share, or that slots were wasted.
pub(crate) fn show(programs: &Programs, packages: &Path, gateway: &Path) -> Result<()> {
    let names: Vec<_> = (0..PROGRAMS).map(|number| Programs::language(number).name()).collect();
    let Task { calls, window, ceiling } = TASK;
    println!(
        "{PROGRAMS} programs ({}) make {calls} calls each with one key. The service takes {ceiling} in any {} s.",
        names.join(", "),
        window.as_secs()
    );
    println!(
        "\n{:<36} {:>8} {:>5} {:>13} {:>24} {:>8}",
        "they share", "requests", "429s", "calls failed", "slots used of possible", "time"
    );
    let shown = Shown { programs, packages };
    let alone = shown.with("nothing: each counts for itself", &Through::Nothing, None)?;
    ensure!(alone.refused > 0, "the service refused nothing where each counts for itself");
    let folder = work("share").join("limits");
    emptied(&folder)?;
    shown.together("a file", &Through::Folder(folder), None)?;
    match Store::start()? {
        Some(server) => shown.together("a Redis or Valkey server", &Through::Server(server.url()), None)?,
        None => println!("{:<36} left out: {NO_VALKEY}", "a Redis or Valkey server"),
    }
    shown.together("the gateway: no program knows of it", &Through::Nothing, Some(gateway))
}

struct Shown<'a> {
    programs: &'a Programs,
    packages: &'a Path,
}

/// What became of the calls.
struct Seen {
    /// Those that did not end with 200.
    failed: usize,
    refused: usize,
    used: usize,
    possible: usize,
}

impl Shown<'_> {
    /// Together they are refused nothing, and waste nothing.
    fn together(&self, name: &str, through: &Through, gateway: Option<&Path>) -> Result<()> {
        let Seen { failed, refused, used, possible } = self.with(name, through, gateway)?;
        ensure!(refused == 0, "the service refused {refused} requests where they share {name}");
        ensure!(failed == 0, "{failed} calls failed where they share {name}");
        ensure!(used * 100 >= possible * LEAST, "slots were wasted where they share {name}");
        Ok(())
    }

    /// Prints what the service saw.
    fn with(&self, name: &str, through: &Through, gateway: Option<&Path>) -> Result<Seen> {
        let emulator = TASK.service(self.packages)?;
        let gateway = gateway.map(|program| before(&emulator, program)).transpose()?;
        let url = gateway.as_ref().map_or(emulator.url.as_str(), |(_, url)| url.as_str());
        let (_programs, told) = self.programs.start_all(PROGRAMS, url, through, TASK)?;
        let mut times: Vec<Instant> = Vec::new();
        let mut failed = 0;
        while times.len() < TASK.calls * PROGRAMS {
            let (time, line) =
                told.recv_timeout(STUCK).with_context(|| format!("{name}: a call is stuck"))?;
            failed += usize::from(!line.starts_with("200 "));
            times.push(time);
        }
        let took = times[times.len() - 1] - times[0];
        let possible = TASK.ceiling * (1 + usize::try_from(took.as_nanos() / TASK.window.as_nanos())?);
        let (requests, refused) = emulator.answered()?;
        let used = requests - refused;
        println!(
            "{name:<36} {requests:>8} {refused:>5} {failed:>13} {:>24} {:>6.1} s",
            format!("{used} of {possible}"),
            took.as_secs_f64()
        );
        Ok(Seen { failed, refused, used, possible })
    }
}

/// A gateway before it, and its address.
fn before(emulator: &Emulator, program: &Path) -> Result<(Server, String)> {
    let (server, line) = Program::new(program)
        .args(["--port", "0", "--log", "off", "--api-url", &emulator.url])
        .args(["--community-id", "YOUR_COMMUNITY_ID"])
        .args(["--rate-window", &TASK.window.as_secs().to_string()])
        .args(["--ceilings", &format!("getAccountV2={}", TASK.ceiling)])
        // All of them ask for the same, which it would send once for all who wait.
        .args(["--coalesce", "off"])
        .env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY")
        .serve()?;
    let ready: Value = serde_json::from_str(&line).with_context(|| format!("the gateway said {line:?}"))?;
    let url = ready["url"].as_str().context("the gateway did not say its url")?.to_owned();
    Ok((server, url))
}
