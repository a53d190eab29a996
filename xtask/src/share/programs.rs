//! Programs in two languages that make calls with one key, one after another.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::emulator::{self, Emulator};
use crate::language::Language;
use crate::process::{Program, Server};
use crate::python::Venv;
use crate::root::{copy, root, work};
use crate::{node, package};

/// By what programs share a key.
#[derive(Clone)]
pub(crate) enum Through {
    /// Each counts for itself.
    Nothing,
    /// Files of a folder.
    Folder(PathBuf),
    /// A server of this URL.
    Server(String),
}

impl Through {
    /// As their environment says it, which no program needs to be changed for.
    fn environment(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Nothing => vec![("SONORAN_SHARE_LIMITS", "process".to_owned())],
            Self::Folder(folder) => vec![
                ("SONORAN_SHARE_LIMITS", "machine".to_owned()),
                ("SONORAN_SHARE_LIMITS_FOLDER", folder.display().to_string()),
            ],
            Self::Server(url) => vec![("SONORAN_SHARE_LIMITS", url.clone())],
        }
    }
}

/// What each program does.
#[derive(Clone, Copy)]
pub(crate) struct Task {
    pub(crate) calls: usize,
    /// What stands for the service's minute.
    pub(crate) window: Duration,
    pub(crate) ceiling: usize,
}

impl Task {
    /// An emulator from a folder of packages that counts as the service does, in less time.
    pub(crate) fn service(&self, packages: &Path) -> Result<Emulator> {
        let window = self.window.as_secs();
        let emulator =
            emulator::start_from(packages, &["--limits", "on", "--window-seconds", &window.to_string()])?;
        emulator.set_limits(&json!({
            "enabled": true,
            "windowSeconds": window,
            "overrides": { "getAccountV2": self.ceiling },
        }))?;
        Ok(emulator)
    }
}

/// Lines as they come, with their times.
type Lines = Receiver<(Instant, String)>;

/// The packages in two languages, installed.
pub(crate) struct Programs {
    python: Box<dyn Fn() -> Program>,
    node: PathBuf,
}

impl Programs {
    /// Builds the packages into a folder, and installs them.
    pub(crate) fn new(packages: &Path) -> Result<Self> {
        for language in [Language::Python, Language::Node] {
            package::to_show(language, packages)?;
        }
        let python = Venv::with_our_package(work("python-share"), packages)?;
        let project = work("node-share");
        node::project(&project, packages)?;
        Self::with(move || python.python(), project)
    }

    /// A Python that has the package, and a project of Node.js that has it.
    pub(crate) fn with(python: impl Fn() -> Program + 'static, node: PathBuf) -> Result<Self> {
        copy(&root().join("tests/sharing/worker.mjs"), &node.join("worker.mjs"))?;
        Ok(Self { python: Box::new(python), node })
    }

    /// The language of each: every second one is in the other.
    pub(crate) fn language(number: usize) -> Language {
        if number.is_multiple_of(2) { Language::Python } else { Language::Node }
    }

    fn program(&self, number: usize) -> Program {
        match Self::language(number) {
            Language::Python => (self.python)().arg(root().join("tests/sharing/worker.py")),
            _ => Program::new("node").arg("worker.mjs").dir(&self.node),
        }
    }

    /// Starts one, which says a line for each call.
    pub(super) fn start(
        &self,
        number: usize,
        url: &str,
        through: &Through,
        task: Task,
    ) -> Result<(Server, Receiver<String>)> {
        let window = task.window.as_secs();
        let numbers = [task.calls.to_string(), window.to_string(), task.ceiling.to_string()];
        self.program(number).arg(url).args(numbers).envs(through.environment()).speak()
    }

    /// Starts so many, and gives their lines as they come, with their times. They end with the handles.
    pub(crate) fn start_all(
        &self,
        programs: usize,
        url: &str,
        through: &Through,
        task: Task,
    ) -> Result<(Vec<Server>, Lines)> {
        ensure!(programs >= 2, "at least 2 programs share a key");
        let started: Vec<_> =
            (0..programs).map(|number| self.start(number, url, through, task)).collect::<Result<_>>()?;
        let (tell, told) = channel();
        let mut handles = Vec::new();
        for (handle, lines) in started {
            handles.push(handle);
            let tell = tell.clone();
            std::thread::spawn(move || lines.iter().for_each(|line| drop(tell.send((Instant::now(), line)))));
        }
        Ok((handles, told))
    }
}
