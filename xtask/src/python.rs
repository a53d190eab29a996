//! Python: our own environment with the tools, and fresh ones for what is tested.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::Program;
use crate::root::{root, work};

/// A virtual environment.
pub(crate) struct Venv(PathBuf);

impl Venv {
    /// One that is there.
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Makes one with nothing in it.
    pub(crate) fn fresh(folder: PathBuf) -> Result<Self> {
        let python = interpreter()?;
        Program::new(python).args(["-m", "venv", "--clear"]).arg(&folder).run_quietly()?;
        Ok(Self(folder))
    }

    /// Makes one with our package in it, from a folder of wheels, and nothing else.
    pub(crate) fn with_our_package(folder: PathBuf, wheels: &Path) -> Result<Self> {
        let venv = Self::fresh(folder)?;
        // pip finds the wheel that is for this machine.
        venv.pip()
            .args(["--no-index", "--only-binary", ":all:", "--find-links"])
            .arg(wheels)
            .arg("Sonoran.py")
            .run()?;
        Ok(venv)
    }

    /// Puts what a file names into it.
    pub(crate) fn install(&self, requirements: &Path) -> Result<()> {
        self.pip().arg("--requirement").arg(requirements).run()
    }

    /// Where a program inside it is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name)
    }

    /// A program inside it.
    pub(crate) fn program(&self, name: &str) -> Program {
        Program::new(self.path(name))
    }

    /// PATH, with its programs before all others.
    pub(crate) fn first_on_path(&self) -> Result<String> {
        let programs = self.path("");
        let others = std::env::var_os("PATH").unwrap_or_default();
        let all = std::env::join_paths([programs].into_iter().chain(std::env::split_paths(&others)))?;
        Ok(all.to_string_lossy().into_owned())
    }

    pub(crate) fn python(&self) -> Program {
        self.program("python")
    }

    fn pip(&self) -> Program {
        self.python().env("PIP_DISABLE_PIP_VERSION_CHECK", "1").args(["-m", "pip", "install", "--quiet"])
    }

    /// The folder that its packages are in.
    pub(crate) fn packages(&self) -> Result<String> {
        let folder =
            self.python().args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).text()?;
        Ok(folder.trim().to_owned())
    }
}

/// The environment with our tools, as `requirements.txt` pins them.
pub(crate) fn tools() -> Result<Venv> {
    pinned("requirements.txt", "venv")
}

/// The environment with the checkers of GitHub's workflows, which are not to be had for every machine.
pub(crate) fn workflow_tools() -> Result<Venv> {
    pinned("requirements-workflows.txt", "workflows")
}

/// An environment with what a file of `xtask/` names.
fn pinned(file: &str, folder: &str) -> Result<Venv> {
    let wanted_file = root().join("xtask").join(file);
    let wanted = fs::read_to_string(&wanted_file).with_context(|| format!("cannot read xtask/{file}"))?;
    let folder = work(folder);
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(Venv(folder));
    }
    eprintln!("setting up Python tools in {}", folder.display());
    let venv = Venv::fresh(folder)?;
    venv.install(&wanted_file)?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(venv)
}

/// The machine's Python, once it is known to be new enough.
pub(crate) fn interpreter() -> Result<&'static str> {
    // On Windows `python3` may be a stub that only offers to install one.
    let name = if cfg!(windows) { "python" } else { "python3" };
    let version =
        Program::new(name).args(["-c", "import sys; print(*sys.version_info[:2], sep='.')"]).text()?;
    if !new_enough(version.trim(), (3, 9)) {
        bail!(
            "{name} is Python {}, and 3.9 or newer is needed: get it from https://www.python.org",
            version.trim()
        );
    }
    Ok(name)
}

/// Whether a dotted version is at least so much.
pub(crate) fn new_enough(version: &str, least: (u32, u32)) -> bool {
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= least
}
